/** The real keys' ceremony, command by command, ending in a production service that issues; and what it refuses on the way. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { recordsForStars } from '../support/records.ts';
import { freePort } from '../support/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'xingzheng-ceremony-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const run = (name: string, args: string[], env: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [`dist/node/cli/${name}.js`, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

test('root offline, keys beside the database, list signed by two of three, a production service that issues', async () => {
  const passphrase = { ROOT_PASSPHRASE: 'a long enough passphrase' };
  expect(run('keygen', ['root', '--out', at('root')]).stderr).toContain('ROOT_PASSPHRASE');
  expect(run('keygen', ['root', '--out', at('root'), '--count', '3', '--threshold', '2'], passphrase).status).toBe(0);

  const port = String(await freePort());
  const env = {
    NODE_ENV: 'production',
    DATA_DIR: at('data'),
    PORT: port,
    PUBLIC_URL: 'https://xz.example.gov.cn',
    SEALING_KEY: run('keygen', ['secret']).stdout.trim(),
    PERSON_KEY: run('keygen', ['secret']).stdout.trim(),
    TRUST_ROOT: at('root/root.json'),
  };
  const { SEALING_KEY: _, ...withoutSeal } = env;
  expect(run('keygen', ['issuer', '--id', 'shangcheng', '--name', '上城区教育局'], withoutSeal)).toMatchObject({
    status: 1,
  });
  expect(
    run('keygen', ['issuer', '--id', 'x', '--name', 'x'], { ...env, PUBLIC_URL: 'http://x.example' }),
  ).toMatchObject({ status: 1 });
  expect(
    run(
      'keygen',
      ['issuer', '--id', 'shangcheng', '--name', '上城区教育局', '--scheme', 'shangcheng-star-licence'],
      env,
    ).status,
  ).toBe(0);
  expect(run('keygen', ['issuer', '--id', 'shangcheng', '--name', '上城区教育局'], env).stdout).toContain(
    'nothing changed',
  );
  expect(run('keygen', ['publisher'], env).status).toBe(0);

  expect(run('trust', ['draft', '--out', at('draft.json')], env).status).toBe(0);
  expect(readFileSync(at('draft.json'), 'utf8')).not.toContain('"d"');
  const sign = (...keys: string[]) =>
    run(
      'trust',
      [
        'sign',
        '--draft',
        at('draft.json'),
        ...keys.flatMap((key) => ['--key', at(`root/${key}.key.json`)]),
        '--out',
        at('list.json'),
      ],
      passphrase,
    );
  expect(sign('root-1').status).toBe(0);
  expect(run('trust', ['install', '--list', at('list.json')], env)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('the root did not sign'),
  });
  expect(sign('root-1', 'root-3').status).toBe(0);
  expect(run('trust', ['install', '--list', at('list.json')], env)).toMatchObject({ status: 0 });

  const key = run(
    'key',
    ['create', '--org', 'shangcheng', '--source', 'zjhj', '--scope', 'records:write'],
    env,
  ).stdout.trim();
  const server = spawn(process.execPath, ['dist/node/node.js'], { env: { PATH: process.env.PATH ?? '', ...env } });
  try {
    const ready = await new Promise<string>((resolve, reject) => {
      let out = '';
      server.stdout.on('data', (chunk) => {
        out += chunk;
        if (/^ready /m.test(out)) resolve(out);
      });
      server.once('exit', () => reject(new Error(out)));
    });
    expect(ready).toContain(`ready http://127.0.0.1:${port}`);
    const answer = await fetch(`http://127.0.0.1:${port}/api/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(recordsForStars(1, { learner: 'p' })),
    });
    expect(await answer.json()).toMatchObject({ accepted: 17, milestones: [{ level: '1', state: 'issued' }] });
    expect(run('key', ['withdraw', '--org', 'shangcheng', '--source', 'zjhj'], env).stdout).toContain(
      '1 keys withdrawn',
    );
    const refused = await fetch(`http://127.0.0.1:${port}/api/learners/p`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(refused.status).toBe(401);
    expect(run('trust', ['draft', '--out', at('next.json'), '--compromised', '1'], env).status).toBe(0);
    expect(readFileSync(at('next.json'), 'utf8')).toContain('"compromised"');
  } finally {
    server.kill();
  }
});
