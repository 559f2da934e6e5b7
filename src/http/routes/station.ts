/** The station app, made for this service: its root is pinned, and bundles come from here. */
import { Hono } from 'hono';
import type { Deps } from '../../deps.ts';
import type { AppEnv } from '../app-env.ts';
import { SCAN_WORKER_POLICY } from '../page.ts';
import { STATION_ASSETS, type StationFolder, stationFolder } from '../station-folder.ts';

export const station = new Hono<AppEnv>()
  .get('/station', (c) => c.redirect('/station/', 301))
  .get('/station/*', async (c, next) => {
    const path = new URL(c.req.url).pathname.slice(STATION_ASSETS.length) || './';
    const folder = await folderOf(c.get('deps'));
    const made = folder && Object.hasOwn(folder.made, path) ? folder.made[path] : undefined;
    if (folder && made)
      return c.body(made.text, 200, {
        'content-type': made.contentType,
        'content-security-policy': `${folder.policy}; frame-ancestors 'none'`,
        'cache-control': 'no-cache',
      });
    const listed = folder && Object.hasOwn(folder.files, path);
    const file = listed ? await c.get('deps').assets(STATION_ASSETS + path) : undefined;
    file?.headers.set('cache-control', 'no-cache'); // a page and a script of two editions do not fit
    if (path === 'scan-worker.js') file?.headers.set('content-security-policy', SCAN_WORKER_POLICY);
    return file ?? next();
  });

async function folderOf({ config, assets, primitives }: Deps): Promise<StationFolder | undefined> {
  const { trustRoot } = config;
  return trustRoot === undefined
    ? undefined
    : stationFolder({ trustRoot, bundleUrl: '/trust/bundle', assets, primitives });
}
