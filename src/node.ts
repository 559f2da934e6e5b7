/** Node entry: env → deps, the app on a port, a timer for the jobs. */
import { serve } from '@hono/node-server';
import { prepareDatabase } from './deps.ts';
import { StartError } from './errors.ts';
import { createApp } from './http/app.ts';
import { nodeDeps } from './node-platform.ts';

const TICK_MS = 10 * 60_000;
/** What was left behind waits until a fresh process has answered whoever woke it. */
const FIRST_TICK_MS = 1_000;
/** For requests under way when the process is asked to stop. A browser also opens connections that it may need, and leaves them. */
const LAST_REQUESTS_MS = 5_000;

/** They load when there is work: most of what they bring is for issuing. */
const jobs = () => import('./jobs/resume.ts');

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log('npm start\n启动服务;设置见 README。 Starts the service; settings are in the README.');
    return;
  }
  let resuming: Promise<unknown> = Promise.resolve();
  const deps = await nodeDeps({
    env: process.env,
    wake: async () => {
      resuming = resuming.then(async () => (await jobs()).resumePending(deps)).catch(logFailure);
    },
  });
  const logFailure = (error: unknown) =>
    deps.log({ event: 'job-failed', reason: error instanceof Error ? error.message : 'unknown' });
  await prepareDatabase(deps);

  const { host, port, publicUrl } = deps.config;
  const app = createApp(async () => deps);
  const server = await listen(() => serve({ fetch: app.fetch, hostname: host, port }), port);
  const tick = () =>
    jobs()
      .then((all) => all.tick(deps))
      .catch(logFailure);
  const timers = [setTimeout(tick, FIRST_TICK_MS), setInterval(tick, TICK_MS)];

  const stop = () => {
    timers.forEach(clearTimeout);
    server.close(async () => {
      await resuming;
      deps.db.close();
      process.exit(0);
    });
    if (!('closeAllConnections' in server)) return; // of HTTP/2, which is not served here
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(`ready ${publicUrl === `http://localhost:${port}` ? publicUrl : `http://${host}:${port}`}`);
}

async function listen(start: () => ReturnType<typeof serve>, port: number): Promise<ReturnType<typeof serve>> {
  const server = start();
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new StartError(
              `端口 ${port} 已被占用;请设置 PORT 换一个。 Port ${port} is in use: set PORT to another one.`,
            )
          : error,
      ),
    );
  });
  return server;
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}
