/** A compromised key: with its issued set the certificates of this database go on, whatever else the key signs does not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { judgeBody } from '../../src/http/routes/verify.ts';
import { makeIssuedSet } from '../../src/issuer/issued-set.ts';
import type { CredentialRow } from '../../src/store/credentials.ts';
import { latestDocument } from '../../src/store/documents.ts';
import { codePrefix, toDigits } from '../../src/vc/qr/payload.ts';
import { signCredentials } from '../../src/vc/sign-credential.ts';
import { NO_NETWORK, program, runNode } from '../support/child-command.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
let genuine: CredentialRow[];
let key: number;
/** Made with the stolen key, of which this database knows nothing. */
let forged: string;

beforeAll(async () => {
  office = await openOffice();
  await office.record([1, 2, 3].flatMap((n) => recordsForStars(2, { learner: `p${n}`, name: '王小明' })));
  genuine = await office.credentials();
  key = genuine[0]?.fields.key ?? 0;
  const trust = await office.deps.trust();
  const [row] = genuine;
  const [issuer, template] = [
    trust?.keysByNumber.get(key)?.issuer,
    office.deps.templates.get(row?.fields.template ?? 0),
  ];
  if (!row || !issuer || !template) throw new Error('no certificate');
  const { primitives } = office.deps;
  const [signing] = await signCredentials([{ ...row.fields, points: 500 }], {
    template,
    issuer,
    primitives,
    signer: await office.deps.signer(key),
    codePrefix: codePrefix(office.deps.config.publicUrl),
  });
  forged = signing && 'packed' in signing ? toDigits(signing.packed) : '';
});
afterAll(() => office.close());

const ask = async (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  createApp(async () => office.deps).request(path, { headers });
/** `valid`, or why not. */
const reasonOf = async (qr: string): Promise<string> => {
  const { outcome, checks } = await judgeBody(office.deps, JSON.stringify({ qr }));
  return checks.flatMap((check) => ('reason' in check ? [check.reason] : []))[0] ?? outcome;
};

describe('a milestone key that is called compromised', () => {
  test('before that its forgery cannot be told from the rest', async () => {
    expect(await reasonOf(forged)).toBe('valid');
  });

  test('without a set nothing of it can be told', async () => {
    await office.renewTrust(new Map([[key, { state: 'compromised' }]]));
    for (const code of [...genuine.map(office.code), forged])
      expect(await reasonOf(code)).toBe('issued-set-unavailable');
    expect((await ask(`/trust/issued-sets/${key}`)).status).toBe(404);
  });

  test('with the set of this database its certificates are valid again, and the forgery is refused', async () => {
    const issuedSet = await makeIssuedSet(office.deps, key);
    expect(issuedSet.count).toBe(6);
    expect(await makeIssuedSet(office.deps, key)).toEqual(issuedSet);
    const outgrown = { ...issuedSet, sha256: '0'.repeat(64) }; // as if the key had gone on signing
    await expect(office.renewTrust(new Map([[key, { state: 'compromised', issuedSet: outgrown }]]))).rejects.toThrow(
      'has signed since its issued set was made',
    );
    await office.renewTrust(new Map([[key, { state: 'compromised', issuedSet }]]));
    for (const row of genuine) expect(await reasonOf(office.code(row))).toBe('valid');
    expect(await reasonOf(forged)).toBe('key-compromised');
  });

  test('the file is public, and the offline command judges by it', async () => {
    const answer = await ask(`/trust/issued-sets/${key}`);
    const file = new Uint8Array(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-type'), file.length]).toEqual([
      200,
      'application/octet-stream',
      60,
    ]);
    const again = await ask(`/trust/issued-sets/${key}`, { 'if-none-match': answer.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);

    const desk = mkdtempSync(join(tmpdir(), 'xingzheng-desk-'));
    try {
      const at = (name: string) => join(desk, name);
      writeFileSync(at('bundle.jws'), (await latestDocument(office.deps.db, 'bundle'))?.text ?? '');
      writeFileSync(at('root.json'), office.deps.config.trustRoot ?? '');
      writeFileSync(at('set.bin'), file);
      writeFileSync(at('other.bin'), file.subarray(10));
      const check = (code: string, ...more: string[]) =>
        runNode(
          [program('cli/verify'), code, '--bundle', at('bundle.jws'), '--root', at('root.json'), ...more],
          NO_NETWORK,
        );
      const [first] = genuine.map(office.code);
      expect((await check(first ?? '')).code).toBe(4);
      expect((await check(first ?? '', '--issued-set', at('set.bin'))).code).toBe(0);
      expect((await check(forged, '--issued-set', at('set.bin'))).code).toBe(1);
      const refused = await check(first ?? '', '--issued-set', at('other.bin'));
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('no compromised key')]);
    } finally {
      rmSync(desk, { recursive: true });
    }
  });

  test('a set is taken back by calling the key compromised without one', async () => {
    const [first] = genuine.map(office.code);
    await office.renewTrust(new Map([[key, { state: 'compromised' }]]));
    expect(await reasonOf(first ?? '')).toBe('issued-set-unavailable');
  });

  test('only milestone keys have one', async () => {
    await expect(makeIssuedSet(office.deps, 99)).rejects.toThrow('no published milestone key');
  });
});
