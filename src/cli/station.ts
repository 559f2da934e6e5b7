/** `npm run station`: packs the station app for one root, signs the folder, checks it, and serves it from the station's own machine. */
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { parseArgs } from 'node:util';
import { StartError } from '../errors.ts';
import { SCAN_WORKER_POLICY } from '../http/page.ts';
import { STATION_ASSETS, stationFolder } from '../http/station-folder.ts';
import { CONTENT_TYPES, readAsset } from '../node-platform.ts';
import { nodePrimitives } from '../node-primitives.ts';
import { utf8 } from '../vc/encoding.ts';
import { command, UsageError } from './console/command.ts';
import { openRootKeyFile } from './console/root-key.ts';
import {
  onDisk,
  openSignedStation,
  type PackedStation,
  readStation,
  signStation,
  writeStation,
} from './console/station-release.ts';
import { pinnedRoot } from './console/trust-files.ts';

const USAGE = `npm run station -- <what>
  pack --out <folder> --bundle-url <url> [--root <root.json>] [--grace-days <n>]
                            把核验站应用打成一个文件夹,根固定在里面 The app as a static folder, with this root pinned in it
  sign <folder> --key <root key file>…
                            离线机器上:以根密钥签名(口令在 ROOT_PASSPHRASE) Offline: sign it with the root keys
  check <folder> [--root <root.json>] [--fingerprint <fingerprint>]
                            核对签名,或核对指纹 Check the signature, or the fingerprint
  serve <folder> [--root <root.json>] [--fingerprint <fingerprint>] [--port <8790>]
                            核对之后,只在本机提供 After the same check, serve it to this machine only`;

const OPTIONS = {
  out: { type: 'string' },
  root: { type: 'string' },
  'bundle-url': { type: 'string' },
  'grace-days': { type: 'string' },
  key: { type: 'string', multiple: true },
  fingerprint: { type: 'string' },
  port: { type: 'string', default: '8790' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [act, folder, ...more] = positionals;
  if (act === 'pack' && folder === undefined) await pack(values);
  else if (act === 'sign' && folder && more.length === 0) await sign(folder, values);
  else if (act === 'check' && folder && more.length === 0) say(await trusted(folder, values));
  else if (act === 'serve' && folder && more.length === 0) await serve(await trusted(folder, values), values);
  else throw new UsageError('应给出 pack、sign、check 或 serve。 Expected pack, sign, check or serve.');
  return 0;
});

async function pack({ out, root, 'bundle-url': bundleUrl, 'grace-days': graceDays }: Values): Promise<void> {
  if (!out || !bundleUrl) throw new UsageError('需要 --out 和 --bundle-url。 --out and --bundle-url are needed.');
  if (!/^https:\/\/|^http:\/\/(?:localhost|127\.0\.0\.1)[:/]/.test(bundleUrl) || !URL.canParse(bundleUrl))
    throw new UsageError(`--bundle-url=${bundleUrl}: 应为 https 网址。 Expected an https address.`);
  const days = graceDays === undefined ? undefined : Number(graceDays);
  if (days !== undefined && !(Number.isInteger(days) && days >= 1 && days <= 365))
    throw new UsageError('--grace-days 应为 1 到 365。 --grace-days takes 1 to 365.');
  const folder = await stationFolder({
    trustRoot: JSON.stringify(pinnedRoot(root).jws),
    bundleUrl,
    ...(days === undefined ? {} : { graceSeconds: days * 86_400 }),
    assets: readAsset,
    primitives: nodePrimitives,
  });
  if (!folder) throw new StartError('核验站应用还没有构建:请先 npm run build。 The app is not built: npm run build.');
  const files = new Map<string, Uint8Array>();
  for (const path of Object.keys(folder.files)) {
    const asset = await readAsset(STATION_ASSETS + path);
    if (asset) files.set(path, new Uint8Array(await asset.arrayBuffer()));
  }
  for (const [path, { text }] of Object.entries(folder.made)) files.set(onDisk(path), utf8(text));
  writeStation(out, files);
  say(await readStation(out));
}

async function sign(folder: string, { key }: Values): Promise<void> {
  if (!key) throw new UsageError('缺少 --key。 --key is missing.');
  say(await signStation(folder, await Promise.all(key.map(openRootKeyFile))));
}

/** The folder is what the root signed, or what the fingerprint names; anything else is refused. */
async function trusted(folder: string, { root, fingerprint }: Values): Promise<PackedStation> {
  if (fingerprint === undefined) {
    const signed = await openSignedStation(folder, pinnedRoot(root));
    if (signed) return signed;
    throw new StartError(`${folder}: 签名与内容不符,或没有签名。 It is not signed, or not as the root signed it.`);
  }
  const station = await readStation(folder);
  if (station.fingerprint === fingerprint) return station;
  throw new StartError(`${folder}: 指纹是 its fingerprint is ${station.fingerprint}`);
}

/** The fingerprint covers every file that the page loads; the service worker is made from the same list. */
function say({ fingerprint, files }: PackedStation): void {
  console.log(`指纹 fingerprint: ${fingerprint}\n文件 files: ${files.size}`);
}

/** From memory, as it was checked: what changes on the disk afterwards is not served. */
async function serve(station: PackedStation, { port }: Values): Promise<void> {
  const server = createServer((request, response) => {
    const path = onDisk(new URL(request.url ?? '/', 'http://localhost').pathname.slice(1) || './');
    const content = station.files.get(path);
    const type = path.endsWith('.html') ? 'text/html; charset=utf-8' : CONTENT_TYPES[extname(path)];
    if (!content || !type || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, {
        'content-type': type,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        ...(path === 'scan-worker.js' ? { 'content-security-policy': SCAN_WORKER_POLICY } : {}),
      })
      .end(content);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new StartError(`端口 port ${port}: ${error.message}`)));
    server.listen(Number(port), '127.0.0.1', resolve);
  });
  say(station);
  console.log(`ready http://localhost:${port}`);
}
