/** Erasing a learner: nothing that leads to the person is left, the ledger keeps its balance, certificates in the holder's hand stay good. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { correctRecords } from '../../src/issuer/correct.ts';
import { erase, replayErasures } from '../../src/issuer/erase.ts';
import { exportJwt } from '../../src/issuer/export-jwt.ts';
import { makeHolderLink } from '../../src/issuer/holder-link.ts';
import { learnerCodeOf } from '../../src/issuer/learner-code.ts';
import { merge } from '../../src/issuer/merge.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { reissue } from '../../src/issuer/reissue.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import { listErasures } from '../../src/store/people.ts';
import { hex, utf8 } from '../../src/vc/encoding.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { program, runNode } from '../support/child-command.ts';
import { asRows, type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const boss = () => operator(office.organisation.id);
const NAME = '欧阳晓明';
const forget = (personId = 'p1') => erase(office.deps, boss(), { personId, reason: '本人申请' });
async function oneStar(): Promise<string> {
  office = await openOffice({ env: { HOLDER_POLICY: 'full' } });
  const { milestones } = await office.record(recordsForStars(1, { learner: 'p1', name: NAME }));
  return milestones[0]?.credentialId ?? '';
}
/** Every value of every table, as text and as hex, so that nothing hides in a column that nobody thought of. */
async function everything(): Promise<string> {
  const tables = await office.sql(`select name from sqlite_master where type = 'table'`);
  const contents = await Promise.all(tables.map(({ name }) => office.sql(`select * from "${name}"`)));
  return contents
    .flat()
    .flatMap((row) => Object.values(row))
    .map((value) => (value instanceof ArrayBuffer ? hex(new Uint8Array(value)) : String(value)))
    .join('\n');
}
const learnerHash = async () => String((await office.sql('select hex(person_hash) as hash from learners'))[0]?.hash);

test('name, key, bytes and tokens are gone from every table; ids, status entries and the ledger are there', async () => {
  const uuid = await oneStar();
  await makeHolderLink(office.deps, boss(), 'p1');
  await learnerCodeOf(office.deps, boss(), 'p1');
  for (const held of await office.credentials()) await exportJwt(office.deps, held, 'p1');
  const before = await everything();
  for (const trace of [NAME, hex(utf8(NAME))]) expect(before).toContain(trace);
  const hash = await learnerHash();
  const ledger = await office.sql('select * from ledger order by id');
  const [row] = await office.credentials();

  expect(await forget()).toEqual({ erased: true, credentials: [{ credentialId: uuid, state: 'issued' }] });
  const after = await everything();
  for (const trace of [NAME, hex(utf8(NAME)), hex(row?.packed ?? new Uint8Array(1))])
    expect(after).not.toContain(trace);
  expect(await learnerHash()).not.toBe(hash);
  for (const table of ['holder_tokens', 'learner_codes', 'credential_tokens'])
    expect(await office.sql(`select * from ${table}`), table).toEqual([]);
  expect(await office.sql('select * from ledger order by id')).toEqual(ledger);
  expect(await office.sql('select uuid, status_index, state from credentials')).toMatchObject([
    { uuid, status_index: row?.fields.statusIndex, state: 'issued' },
  ]);
  const tag = await office.sql('select tag from credentials');
  expect(tag).toMatchObject([{ tag: expect.stringMatching(/^[\w-]{14}$/) }]);
  await expect(progressOf(office.deps, boss(), 'p1')).rejects.toMatchObject({ code: 'not-found' });
  await expect(forget()).rejects.toMatchObject({ code: 'not-found' });
});

test('nor in the files of the database', async () => {
  await oneStar();
  for (let n = 0; n < 40; n++) await office.record(recordsForStars(1, { learner: `other-${n}`, name: '王小明' }));
  await forget();
  const files = readdirSync(office.dataDir).filter((name) => /\.db/.test(name));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) expect(readFileSync(join(office.dataDir, name)).includes(NAME), name).toBe(false);
});

test('the list of erasures is all that knows the key, and no row of the learner leads to it', async () => {
  await oneStar();
  const hash = await learnerHash();
  await forget();
  const [entry] = await listErasures(office.deps.db);
  expect(entry).toMatchObject({ personHash: hash.toLowerCase(), reason: '本人申请', actor: 'operator' });
  const [audit] = await office.sql(`select object, detail from audit where action = 'erase-learner'`);
  const [listed] = await office.sql('select id from erasures');
  expect(audit).toMatchObject({ object: listed?.id, detail: '本人申请' });
});

test('the certificate in the holder’s hand is still good, and can still be revoked', async () => {
  const uuid = await oneStar();
  const [row] = await office.credentials();
  const code = row ? office.code(row) : '';
  const judged = async () =>
    (
      await verify(
        { qr: code },
        { trust: await office.deps.trust(), now: office.deps.clock.now(), primitives: office.deps.primitives },
      )
    ).outcome;
  await forget();
  expect(await judged()).toBe('valid');
  await revoke(office.deps, boss(), { uuid, reason: '误发' });
  expect(await judged()).toBe('invalid');
  const again = reissue(office.deps, boss(), { uuid, reason: '更正' });
  await expect(again).rejects.toMatchObject({ code: 'erased' });
});

test('a person who comes again is a new learner, from nothing', async () => {
  await oneStar();
  await forget();
  const again = recordsForStars(1, { learner: 'p1', name: NAME, prefix: 'again' });
  await office.record(again.slice(0, 3));
  expect(await progressOf(office.deps, boss(), 'p1')).toMatchObject({ ladders: [{ points: 15 }], credentials: [] });
  expect((await office.record(again)).milestones).toMatchObject([{ learner: 'p1', level: '1', state: 'issued' }]);
  expect(await office.credentials()).toHaveLength(2);
});

test('what was not signed yet never is, and taking an erased learner’s records back wakes nobody', async () => {
  await oneStar();
  const stopped = { ...office.deps, sign: () => Promise.reject(new Error('no signer')) };
  const more = recordsForStars(2, { learner: 'p1' }).map((value) => ({ value }));
  await recordEvents(stopped, boss(), more);
  expect((await office.credentials()).map(({ state }) => state).sort()).toEqual(['issued', 'pending']);
  await forget();
  await resumePending(office.deps);
  expect((await office.credentials()).map(({ state }) => state).sort()).toEqual(['issued', 'revoked']);
  const ids = recordsForStars(2, { learner: 'p1' }).map(({ id }) => id);
  const outcome = await correctRecords(office.deps, boss(), { recordIds: ids, reason: '误录' });
  expect(outcome).toMatchObject({ reversed: ids.length, flagged: [] });
  await resumePending(office.deps);
  expect(await office.sql('select * from unevaluated')).toEqual([]);
  expect(await office.credentials()).toHaveLength(2);
});

test('one of two records that are one person: both go', async () => {
  await oneStar();
  await office.record(recordsForStars(1, { learner: 'p2', name: '王小明', prefix: 'p2' }).slice(0, 2));
  await merge(office.deps, boss(), { personId: 'p2', into: 'p1', reason: '同一家长' });
  await forget('p2');
  const all = await everything();
  for (const name of [NAME, '王小明']) expect(all).not.toContain(name);
  for (const personId of ['p1', 'p2'])
    await expect(progressOf(office.deps, boss(), personId)).rejects.toMatchObject({ code: 'not-found' });
  expect(await listErasures(office.deps.db)).toHaveLength(2);
});

test.each([
  ['p2', 'p1'],
  ['p1', 'p2'],
])('two records that become one person (%s into %s) while either is erased: both go', async (from, into) => {
  await oneStar();
  await office.record(recordsForStars(1, { learner: 'p2', name: '王小明', prefix: 'p2' }));
  let isLate = false;
  const write: Deps['db']['write'] = async (statements) => {
    if (!isLate && statements.some((one) => typeof one !== 'string' && /insert into erasures/.test(one.sql))) {
      isLate = true;
      await merge(office.deps, boss(), { personId: from, into, reason: '同一家长' });
    }
    return office.deps.db.write(statements);
  };
  const overtaken = { ...office.deps, db: { ...office.deps.db, write } };
  const outcome = await erase(overtaken, boss(), { personId: 'p1', reason: '本人申请' });
  expect(outcome).toMatchObject({ erased: true, credentials: [{ state: 'issued' }, { state: 'issued' }] });
  const all = await everything();
  for (const name of [NAME, '王小明']) expect(all).not.toContain(name);
  expect(await office.sql('select sum(erased) as erased from learners')).toMatchObject([{ erased: 2 }]);
  expect(await listErasures(office.deps.db)).toHaveLength(2);
  expect(await office.sql('select uuid from credentials where tag is null')).toEqual([]);
  for (const personId of ['p1', 'p2'])
    await expect(progressOf(office.deps, boss(), personId)).rejects.toMatchObject({ code: 'not-found' });
});

test('a certificate that is signed while its holder is erased keeps the mark of its signature', async () => {
  office = await openOffice();
  await recordEvents({ ...office.deps, issueInline: 0 }, boss(), asRows(recordsForStars(1, { learner: 'p1' })));
  let isLate = false;
  const write: Deps['db']['write'] = async (statements) => {
    if (!isLate && statements.some((one) => typeof one !== 'string' && /insert into erasures/.test(one.sql))) {
      isLate = true;
      await resumePending(office.deps);
    }
    return office.deps.db.write(statements);
  };
  await erase({ ...office.deps, db: { ...office.deps.db, write } }, boss(), { personId: 'p1', reason: '本人申请' });
  const [kept] = await office.sql('select state, packed, tag from credentials');
  expect(kept).toMatchObject({ state: 'issued', packed: null, tag: expect.any(String) });
});

test('only an operator of the organisation may', async () => {
  await oneStar();
  const weak = { ...boss(), scopes: new Set(['records:write', 'learners:read']) };
  const refused = erase(office.deps, weak, { personId: 'p1', reason: '本人申请' });
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  const other = operator((await office.addOrganisation('wucheng', '金华市婺城区教育局')).id);
  const foreign = erase(office.deps, other, { personId: 'p1', reason: '本人申请' });
  await expect(foreign).rejects.toMatchObject({ code: 'not-found' });
});

describe('after a restore', () => {
  test('the list is replayed: the same people go again, those who came again since stay', async () => {
    await oneStar();
    await office.record(recordsForStars(1, { learner: 'p2', prefix: 'p2' }).slice(0, 2));
    const backup = join(office.dataDir, 'backup.db');
    await office.sql(`vacuum into '${backup}'`);
    await forget();
    const list = await runNode([program('cli/erasures'), 'list'], { ...office.env });
    expect(list.code).toBe(0);
    const file = join(office.dataDir, 'erasures.ndjson');
    writeFileSync(file, list.stdout);

    const restored = { ...office.env, DATABASE_URL: `file:${backup}` };
    const replay = () => runNode([program('cli/erasures'), 'replay', file], restored);
    expect(await replay()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 people were erased again') });
    expect(await replay()).toMatchObject({ code: 0, stdout: expect.stringContaining('0 people') });

    writeFileSync(file, `${list.stdout}{"organisation":"shang`);
    expect(await replay()).toMatchObject({ code: 1, stderr: expect.stringContaining('Line 2') });
    expect((await runNode([program('cli/erasures'), 'replay'], restored)).code).toBe(2);
  });

  test('who came again after the erasure is another learner, and stays', async () => {
    await oneStar();
    await forget();
    const list = await listErasures(office.deps.db);
    const later = list.map((one) => ({ ...one, erasedAt: one.erasedAt - 10 }));
    await office.record(recordsForStars(1, { learner: 'p1', prefix: 'again' }).slice(0, 2));
    expect(await replayErasures(office.deps, later)).toBe(0);
    expect(await progressOf(office.deps, boss(), 'p1')).toMatchObject({ ladders: [{ points: 10 }] });
  });
});
