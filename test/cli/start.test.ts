/** How the programs start, and how they refuse to: messages that say what to do, no stack, no half-started service. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { program, runNode } from '../support/child-command.ts';
import { type Office, openOffice } from '../support/office.ts';
import { freePort } from '../support/service.ts';

let office: Office;
let empty: string;
beforeAll(async () => {
  office = await openOffice();
  empty = mkdtempSync(join(tmpdir(), 'xingzheng-empty-'));
});
afterAll(() => {
  office.close();
  rmSync(empty, { recursive: true, force: true });
});

const SECRET = Buffer.alloc(32, 7).toString('base64url');
const STACK = /^\s+at /m;

test.each(['cli/key', 'cli/verify', 'cli/bundle', 'cli/migrate', 'cli/templates', 'cli/demo', 'node'])(
  '%s --help explains itself and touches nothing',
  async (name) => {
    const dataDir = join(empty, name.replace('/', '-'));
    const { code, stdout, stderr } = await runNode([program(name), '--help'], { DATA_DIR: dataDir });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/npm (run|start)/);
    expect(() => rmSync(dataDir)).toThrow('ENOENT');
  },
);

describe('a production start', () => {
  const production = { NODE_ENV: 'production', SEALING_KEY: SECRET, PERSON_KEY: SECRET };

  test.each(['node', 'cli/bundle'])('%s refuses development keys and says how to make real ones', async (name) => {
    const { code, stdout, stderr } = await runNode([program(name)], {
      ...production,
      DATA_DIR: office.dataDir,
      PORT: '18999',
    });
    expect(code).toBe(1);
    expect(stdout).not.toContain('ready');
    expect(stderr).toContain('Production refuses development keys');
    expect(stderr).toContain('npm run keygen');
    expect(stderr).not.toMatch(STACK);
  });

  test('refuses to make secrets up', async () => {
    for (const missing of ['SEALING_KEY', 'PERSON_KEY'] as const) {
      const { [missing]: _, ...env } = production;
      const { code, stderr } = await runNode([program('node')], { ...env, DATA_DIR: office.dataDir });
      expect(code).toBe(1);
      expect(stderr).toContain(`${missing} is missing`);
      expect(stderr).not.toMatch(STACK);
    }
  });

  test('the demo does not run', async () => {
    const { code, stderr } = await runNode([program('cli/demo')], { ...production, DATA_DIR: join(empty, 'demo') });
    expect(code).toBe(1);
    expect(stderr).toContain('NODE_ENV=production');
  });
});

test.each(['node', 'cli/demo'])('%s on a busy port says so', async (name) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const { code, stderr } = await runNode([program(name)], {
    DATA_DIR: join(empty, `busy-${name.replace('/', '-')}`),
    PORT: port,
  });
  server.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`Port ${port} is in use`);
  expect(stderr).not.toMatch(STACK);
});

describe('a setting that cannot be', () => {
  test.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['PUBLIC_URL', 'localhost:8787'],
    ['HOLDER_POLICY', 'initials'],
    ['BUNDLE_HOURS', '0'],
    ['SEALING_KEY', 'too-short'],
    ['TRUST_ROOT', '/nowhere/root.json'],
  ])('%s=%s is named', async (name, value) => {
    const { code, stderr } = await runNode([program('node')], { DATA_DIR: join(empty, 'settings'), [name]: value });
    expect(code).toBe(1);
    expect(stderr).toContain(name);
    expect(stderr).not.toMatch(STACK);
  });
});

test('a service that is asked to stop does, though a browser holds a connection open', async () => {
  const port = await freePort();
  const child = spawn(process.execPath, [program('node')], {
    env: { ...process.env, DATA_DIR: office.dataDir, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (text) => String(text).includes('ready') && resolve()),
    );
    const unused = connect(port, '127.0.0.1');
    unused.on('error', () => undefined);
    await new Promise((resolve) => unused.once('connect', resolve));
    child.kill('SIGTERM');
    // Of its own Node would wait a minute for a request on it.
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 30_000));
    expect(await Promise.race([ended, late])).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
});
