/** `npm run verify` as it ships, in a process that ends at its first attempt to use the network. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import type { CredentialRow } from '../../src/store/credentials.ts';
import { latestDocument } from '../../src/store/documents.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { detachPayload } from '../../src/vc/trust/detached.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { NO_NETWORK, program, runNode } from '../support/child-command.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
/** A station's desk: the files that the command is given. */
let desk: string;
let code: string;
let revokedCode: string;
let now: number;
const at = (name: string) => join(desk, name);
const day = 86_400;

beforeAll(async () => {
  office = await openOffice();
  desk = mkdtempSync(join(tmpdir(), 'xingzheng-desk-'));
  await office.record([
    ...recordsForStars(1, { learner: 'p1', name: '王小明' }),
    ...recordsForStars(1, { learner: 'p2' }),
  ]);
  const rows = await office.credentials();
  const [good, bad] = ['name', 'pseudonym'].map((of) =>
    rows.find(({ fields }) => of in fields.holder),
  ) as CredentialRow[]; // p1's star and p2's
  if (!good || !bad) throw new Error('two stars were expected');
  await revoke(office.deps, operator(office.organisation.id), { uuid: bad.fields.uuid, reason: 'test' });
  [code, revokedCode] = [office.code(good), office.code(bad)];
  now = office.deps.clock.now();
  writeFileSync(at('bundle.jws'), (await latestDocument(office.deps.db, 'bundle'))?.text ?? '');
  writeFileSync(at('root.json'), office.deps.config.trustRoot ?? '');
  writeFileSync(at('credential.json'), await office.json(good));
  writeFileSync(at('changed.json'), (await office.json(good)).replace('"points":100', '"points":500'));
  writeFileSync(at('code.txt'), `https://localhost:8787/c/#${code}\n`);
});
afterAll(() => {
  office.close();
  rmSync(desk, { recursive: true, force: true });
});

const run = (...args: string[]) => runNode([program('cli/verify'), ...args], NO_NETWORK);
const check = (subject: string, ...more: string[]) =>
  run(subject, '--bundle', at('bundle.jws'), '--root', at('root.json'), ...more);

describe('the exit code is the verdict', () => {
  test('valid 0, by digits, by URL, by a file with either, by the JSON', async () => {
    const subjects = [code, `http://localhost:8787/c/#${code}`, at('code.txt'), at('credential.json')];
    for (const subject of subjects) {
      const { code: exit, stdout, stderr } = await check(subject);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).toContain('✔');
      expect(stdout).toContain('王*明');
    }
  });

  test('valid 0 by a bundle whose content is detached', async () => {
    writeFileSync(at('detached.txt'), detachPayload(readFileSync(at('bundle.jws'), 'utf8')));
    expect(await run(code, '--bundle', at('detached.txt'), '--root', at('root.json'))).toMatchObject({ code: 0 });
  });

  test('revoked and changed 1', async () => {
    expect(await check(revokedCode)).toMatchObject({ code: 1, stdout: expect.stringContaining('revoked') });
    expect((await check(revokedCode)).stdout).not.toContain('属实');
    expect((await check(at('changed.json'))).code).not.toBe(0);
    expect(await check(at('changed.json'))).toMatchObject({ code: 1, stdout: expect.not.stringContaining('王*明') });
  });

  test('stale 3, with the age of the data', async () => {
    const { code: exit, stdout } = await check(code, '--now', isoSeconds(now + 60 * day));
    expect(exit).toBe(3);
    expect(stdout).toContain('stale');
  });

  test('unknown 4: without a bundle, and with one that another root signed', async () => {
    expect(await run(code)).toMatchObject({ code: 4 });
    const other = await openOffice();
    writeFileSync(at('other-root.json'), other.deps.config.trustRoot ?? '');
    other.close();
    const refused = await run(code, '--bundle', at('bundle.jws'), '--root', at('other-root.json'));
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('root-chain-broken') });
  });

  test('a changed digit anywhere is never 0', async () => {
    const places = Array.from({ length: 10 }, (_, i) => Math.floor((i * code.length) / 10));
    for (const place of [...places, code.length - 1]) {
      const digit = (Number(code[place]) + 1) % 10;
      const { code: exit } = await check(`${code.slice(0, place)}${digit}${code.slice(place + 1)}`);
      expect([1, 4]).toContain(exit);
    }
  });

  test('a code cut short asks for another scan', async () => {
    expect(await check(code.slice(0, -9))).toMatchObject({ code: 4, stdout: expect.stringContaining('damaged-scan') });
  });
});

describe('wrong usage is 2, never a verdict', () => {
  test.each([
    ['nothing to verify', () => run()],
    ['two things', () => check(code, code)],
    ['an unknown option', () => check(code, '--trust-me')],
    ['a date that is none', () => check(code, '--now', 'tomorrow')],
    ['a bundle that is not there', () => run(code, '--bundle', at('nowhere.jws'), '--root', at('root.json'))],
    ['a root that is not there', () => run(code, '--bundle', at('bundle.jws'), '--root', at('nowhere.json'))],
    ['a root that is none', () => run(code, '--bundle', at('bundle.jws'), '--root', at('code.txt'))],
    ['a file that is not there', () => check('certificate.json')],
    ['a numbered file that is not there', () => check('certificate-2.json')],
    ['a directory', () => check(desk)],
    ['a directory for a bundle', () => run(code, '--bundle', desk, '--root', at('root.json'))],
    ['a directory for a root', () => run(code, '--bundle', at('bundle.jws'), '--root', desk)],
  ])('%s', async (_, attempt) => {
    const { code: exit, stdout, stderr } = await attempt();
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('--bundle');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test('--json prints exactly the verdict', async () => {
  const trust = await office.deps.trust();
  for (const moment of [now, now + 60 * day]) {
    const verdict = await verify({ qr: code }, { trust, now: moment, primitives: office.deps.primitives });
    const { stdout, stderr } = await check(code, '--json', '--now', isoSeconds(moment));
    expect(stdout).toBe(`${JSON.stringify(verdict)}\n`);
    expect(stderr).toBe('');
  }
});

test('a link with a foreign host is verified by its digits, never opened, and the clerk is told', async () => {
  const { code: exit, stdout } = await check(`https://localhost-8787.example/c/#${code}`, '--json');
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'valid', notes: ['foreign-link'] });
  const words = await check(`https://localhost-8787.example/c/#${code}`);
  expect(words.stdout).not.toBe((await check(code)).stdout);
});

describe('the guard bites: a process that would use the network ends', () => {
  test.each([
    ['fetch', `fetch('http://127.0.0.1:9/').catch(() => undefined)`],
    ['net', `import('node:net').then(({ connect }) => connect(9, '127.0.0.1'))`],
    [
      'net.Socket',
      `import('node:net').then(({ Socket }) => new Socket().connect(9, '127.0.0.1').on('error', () => undefined))`,
    ],
    ['tls', `import('node:tls').then(({ connect }) => connect(9, '127.0.0.1'))`],
    ['http', `import('node:http').then(({ get }) => get('http://127.0.0.1:9/').on('error', () => undefined))`],
    ['https', `require('https').request('https://127.0.0.1:9/')`],
    ['dgram', `import('node:dgram').then(({ createSocket }) => createSocket('udp4'))`],
    ['dns', `import('node:dns').then(({ lookup }) => lookup('localhost', () => undefined))`],
    ['dns.promises', `import('node:dns/promises').then(({ lookup }) => lookup('localhost'))`],
    ['a server', `require('http').createServer(() => undefined).listen(0).unref()`],
  ])('%s', async (_, source) => {
    expect((await runNode(['-e', source])).stderr).not.toContain('no network');
    expect(await runNode(['-e', source], NO_NETWORK)).toMatchObject({
      code: 99,
      stderr: expect.stringContaining('no network'),
    });
  });

  test('and one that does not is left alone', async () => {
    expect(await runNode(['-e', 'console.log(1)'], NO_NETWORK)).toEqual({ code: 0, stdout: '1\n', stderr: '' });
  });
});
