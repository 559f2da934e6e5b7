/** VC-API status: every credential an index of its own, in lists that roll over; a revocation is final, a suspension can be lifted. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import type { CredentialIssuer } from '../../src/issuer/credential-issuer.ts';
import { allocateStatus, createStatusList, statusListDocument, updateStatus } from '../../src/issuer/vc-status.ts';
import { OPEN_UNTIL } from '../../src/store/keys.ts';
import type { StatusPurpose } from '../../src/store/vc-api.ts';
import { isObject } from '../../src/vc/json.ts';
import { bitAt, decodeBitstring } from '../../src/vc/status/bitstring.ts';
import { anotherProgram, type Office, openOffice, writeSql } from '../support/office.ts';

let office: Office;
afterEach(() => office.close());

const BOTH: readonly StatusPurpose[] = ['revocation', 'suspension'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function issuerNamed(name: string, purposes = BOTH): CredentialIssuer {
  return {
    name,
    did: `did:web:vc.example:${name}`,
    securing: { form: 'data-integrity', cryptosuite: 'eddsa-rdfc-2022' },
    key: {
      id: `did:web:vc.example:${name}#key`,
      type: 'Ed25519',
      signer: { sign: () => Promise.reject(new Error('nothing here is signed')) },
    },
    status: { base: `https://vc.example/issuers/${name}/status-lists/`, purposes },
    foreignStatus: 'refuse',
  };
}
const issuer = issuerNamed('eddsa-status');

const allocate = (credentialId: string, { deps = office.deps, of = issuer, purposes = BOTH } = {}) =>
  allocateStatus(deps, of, { credentialId, purposes });

async function allocatedOne(credentialId: string, statusPurpose: StatusPurpose = 'revocation') {
  const [entry] = await allocate(credentialId, { purposes: [statusPurpose] });
  if (!entry) throw new Error('nothing was allocated');
  return entry;
}

const update = (credentialId: string, statusPurpose: StatusPurpose, status: boolean, more = {}) =>
  updateStatus(office.deps, issuer, { credentialId, statusPurpose, status, by: 'a test', ...more });

const listId = (url: string): string => url.slice(issuer.status?.base.length ?? 0);

/** The bit of an entry in its list as published now. */
async function published(entry: { statusListCredential: string; statusListIndex: string }) {
  const document = await statusListDocument(office.deps, issuer, listId(entry.statusListCredential));
  const subject = document?.credentialSubject;
  const encoded = isObject(subject) && typeof subject.encodedList === 'string' ? subject.encodedList : '';
  const bits = await decodeBitstring(encoded, office.deps.primitives);
  return bits && bitAt(bits, Number(entry.statusListIndex));
}

describe('allocating', () => {
  test('gives an entry of each purpose, in the order asked for, in a list that is made when none is open', async () => {
    office = await openOffice();
    const entries = await allocate('urn:a', { purposes: ['suspension', 'revocation'] });
    expect(entries.map(({ statusPurpose }) => statusPurpose)).toEqual(['suspension', 'revocation']);
    for (const entry of entries) {
      const { statusListIndex, statusListCredential } = entry;
      expect(listId(statusListCredential)).toMatch(UUID);
      expect(Number(statusListIndex)).toBeLessThan(131_072);
      expect(entry).toEqual({
        id: `${statusListCredential}#${statusListIndex}`,
        type: 'BitstringStatusListEntry',
        statusPurpose: entry.statusPurpose,
        statusListIndex: String(Number(statusListIndex)),
        statusListCredential,
      });
      expect(await published(entry)).toBe(0);
    }
    expect(new Set(entries.map(({ statusListCredential }) => statusListCredential)).size).toBe(2);
  });

  test('a credential id that is issued again gets new entries; setting its status sets all of them, naming one sets that one', async () => {
    office = await openOffice();
    const [first, second, third] = [
      await allocatedOne('urn:a'),
      await allocatedOne('urn:a'),
      await allocatedOne('urn:a'),
    ];
    expect(new Set([first, second, third].map(({ id }) => id)).size).toBe(3);
    const { statusListIndex, statusListCredential } = second;
    await update('urn:a', 'revocation', true, { statusListIndex, statusListCredential });
    expect([await published(first), await published(second), await published(third)]).toEqual([0, 1, 0]);
    await expect(update('urn:a', 'revocation', false)).rejects.toMatchObject({ code: 'status-is-final' });
    await update('urn:a', 'revocation', true);
    expect([await published(first), await published(second), await published(third)]).toEqual([1, 1, 1]);
    expect(await published(await allocatedOne('urn:a'))).toBe(0);
  });

  test('another issuer has lists and entries of its own', async () => {
    office = await openOffice();
    const other = issuerNamed('other');
    const [ours] = await allocate('urn:a');
    const [theirs] = await allocate('urn:a', { of: other });
    expect(theirs?.statusListCredential).toMatch(/^https:\/\/vc\.example\/issuers\/other\/status-lists\//);
    await updateStatus(office.deps, other, {
      credentialId: 'urn:a',
      statusPurpose: 'revocation',
      status: true,
      by: 'a test',
    });
    expect(ours && (await published(ours))).toBe(0);
  });

  test('a random index that is taken is given to nobody twice', async () => {
    office = await openOffice();
    const drawn = [7, 7, 7, 7, 131_071, 0];
    const random = { ...office.deps.random, integer: () => drawn.shift() ?? 42 };
    const deps: Deps = { ...office.deps, random };
    const entries = [];
    for (const id of ['urn:a', 'urn:b', 'urn:c'])
      entries.push(...(await allocate(id, { deps, purposes: ['revocation'] })));
    expect(entries.map(({ statusListIndex }) => statusListIndex)).toEqual(['7', '131071', '0']);
  });

  test('50 at once, by two programs: 50 indexes in one list of each purpose', async () => {
    office = await openOffice();
    const second = await anotherProgram(office);
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, n) => allocate(`urn:${n}`, { deps: n % 2 ? office.deps : second })),
    );
    second.db.close();
    for (const purpose of BOTH) {
      const own = all.flat().filter(({ statusPurpose }) => statusPurpose === purpose);
      expect(new Set(own.map(({ id }) => id)).size).toBe(50);
      expect(new Set(own.map(({ statusListCredential }) => statusListCredential)).size).toBe(1);
    }
    expect(await office.sql('select allocated from vc_status_lists')).toMatchObject([
      { allocated: 50 },
      { allocated: 50 },
    ]);
  });

  test('a full list rolls over to one new list, and goes on saying what it says', async () => {
    office = await openOffice();
    const before = await allocatedOne('urn:before');
    await writeSql(office, `update vc_status_lists set allocated = ${OPEN_UNTIL}`);
    const after = await Promise.all(Array.from({ length: 8 }, (_, n) => allocatedOne(`urn:after-${n}`)));
    const lists = new Set(after.map(({ statusListCredential }) => statusListCredential));
    expect(lists.size).toBe(1);
    expect(lists).not.toContain(before.statusListCredential);
    await update('urn:before', 'revocation', true);
    expect(await published(before)).toBe(1);
    expect(await published({ ...before, statusListCredential: after[0]?.statusListCredential ?? '' })).toBe(0);
    expect(await office.sql('select count(*) as n from vc_status_lists')).toMatchObject([{ n: 2 }]);
  });

  test('without a free index it fails and tells so', async () => {
    office = await openOffice();
    const deps: Deps = { ...office.deps, random: { ...office.deps.random, integer: () => 7 } };
    await allocate('urn:a', { deps, purposes: ['revocation'] });
    await expect(allocate('urn:b', { deps, purposes: ['revocation'] })).rejects.toThrow('no free status entry');
  });
});

describe('updating', () => {
  test('a revocation is in the list from then on; setting it again changes nothing; it is never undone', async () => {
    office = await openOffice();
    const entry = await allocatedOne('urn:a');
    const other = await allocatedOne('urn:b');
    await update('urn:a', 'revocation', true);
    await update('urn:a', 'revocation', true);
    await expect(update('urn:a', 'revocation', false)).rejects.toMatchObject({ code: 'status-is-final' });
    expect([await published(entry), await published(other)]).toEqual([1, 0]);
    await update('urn:b', 'revocation', false);
    expect(await published(other)).toBe(0);
    const audited = await office.sql(
      `select actor, organisation, object, detail from audit where action = 'set-status' order by detail`,
    );
    expect(audited).toMatchObject([
      { actor: 'a test', organisation: issuer.name, object: 'urn:b', detail: 'revocation 0' },
      { actor: 'a test', organisation: issuer.name, object: 'urn:a', detail: 'revocation 1' },
      { object: 'urn:a', detail: 'revocation 1' },
    ]);
  });

  test('a suspension can be lifted, and touches no other purpose', async () => {
    office = await openOffice();
    const [revocation, suspension] = await allocate('urn:a');
    if (!revocation || !suspension) throw new Error('two entries');
    const seen = [];
    for (const status of [true, false, true]) {
      await update('urn:a', 'suspension', status);
      seen.push([await published(revocation), await published(suspension)]);
    }
    expect(seen).toEqual([
      [0, 1],
      [0, 0],
      [0, 1],
    ]);
  });

  test('what was not allocated is not found: another credential, purpose or issuer', async () => {
    office = await openOffice();
    const entry = await allocatedOne('urn:a');
    const asOther = (statusPurpose: StatusPurpose) =>
      updateStatus(office.deps, issuerNamed('other'), {
        credentialId: 'urn:a',
        statusPurpose,
        status: true,
        by: 'a test',
      });
    await expect(update('urn:b', 'revocation', true)).rejects.toMatchObject({ code: 'not-found' });
    await expect(update('urn:a', 'suspension', true)).rejects.toMatchObject({ code: 'not-found' });
    await expect(asOther('revocation')).rejects.toMatchObject({ code: 'not-found' });
    expect(await published(entry)).toBe(0);
  });

  test("an index or a list that is named must be the entry's own", async () => {
    office = await openOffice();
    const { statusListIndex, statusListCredential } = await allocatedOne('urn:a');
    const wrong = [
      { statusListIndex: String((Number(statusListIndex) + 1) % 131_072) },
      { statusListIndex: `0${statusListIndex}` },
      { statusListCredential: `${statusListCredential}0` },
      { statusListIndex, statusListCredential: (await allocatedOne('urn:a', 'suspension')).statusListCredential },
    ];
    for (const named of wrong)
      await expect(update('urn:a', 'revocation', true, named)).rejects.toMatchObject({ code: 'not-found' });
    expect(await published({ statusListIndex, statusListCredential })).toBe(0);
    await update('urn:a', 'revocation', true, { statusListIndex, statusListCredential });
    expect(await published({ statusListIndex, statusListCredential })).toBe(1);
  });

  test('revoking and taking it back at once: revoked', async () => {
    office = await openOffice();
    const entry = await allocatedOne('urn:a');
    await Promise.allSettled(Array.from({ length: 20 }, (_, n) => update('urn:a', 'revocation', n % 2 === 0)));
    expect(await published(entry)).toBe(1);
  });
});

describe('lists', () => {
  test('a list as it is published, unsigned', async () => {
    office = await openOffice();
    const deps: Deps = { ...office.deps, clock: { now: () => Date.parse('2026-11-24T08:00:00Z') / 1000 } };
    const { id, url } = await createStatusList(deps, issuer, { purpose: 'suspension' });
    expect(id).toMatch(UUID);
    expect(url).toBe(`https://vc.example/issuers/eddsa-status/status-lists/${id}`);
    expect(await statusListDocument(deps, issuer, id)).toEqual({
      '@context': ['https://www.w3.org/ns/credentials/v2'],
      id: url,
      type: ['VerifiableCredential', 'BitstringStatusListCredential'],
      issuer: issuer.did,
      validFrom: '2026-11-24T07:55:00Z',
      validUntil: '2026-11-24T09:00:00Z',
      credentialSubject: {
        id: `${url}#list`,
        type: 'BitstringStatusList',
        statusPurpose: 'suspension',
        encodedList: expect.stringMatching(/^uH4sI[\w-]+$/),
        ttl: 300_000,
      },
    });
  });

  test('a list that was made waits its turn: the older one is filled first', async () => {
    office = await openOffice();
    const clock = { now: () => 1_000 };
    const first = await createStatusList({ ...office.deps, clock }, issuer, { purpose: 'revocation' });
    await createStatusList(office.deps, issuer, { purpose: 'revocation' });
    expect((await allocatedOne('urn:a')).statusListCredential).toBe(first.url);
  });

  test("of an issuer without that purpose there is none, and another issuer's is not there", async () => {
    office = await openOffice();
    const revocationOnly = issuerNamed('product', ['revocation']);
    const { status: _, ...without } = issuer;
    for (const of of [revocationOnly, without])
      await expect(createStatusList(office.deps, of, { purpose: 'suspension' })).rejects.toMatchObject({
        code: 'invalid-field',
      });
    const { id } = await createStatusList(office.deps, issuer, { purpose: 'suspension' });
    expect(await statusListDocument(office.deps, revocationOnly, id)).toBeUndefined();
    expect(await statusListDocument(office.deps, issuer, 'no-such-list')).toBeUndefined();
  });
});

test('the database keeps what was promised, whatever a statement says', async () => {
  office = await openOffice();
  const entry = await allocatedOne('urn:a');
  const free = (Number(entry.statusListIndex) + 1) % 131_072;
  await update('urn:a', 'revocation', true);
  const attempts = [
    'update vc_status_entries set status = 0',
    'update vc_status_entries set status = 2',
    `update vc_status_entries set list_index = ${free}`,
    `update vc_status_entries set credential_id = 'urn:b'`,
    `update vc_status_entries set purpose = 'suspension'`,
    'delete from vc_status_entries',
    `insert into vc_status_entries select issuer, 'urn:b', purpose, list, 131072, 0, created_at from vc_status_entries`,
    `insert into vc_status_entries select issuer, 'urn:b', purpose, list, list_index, 0, created_at from vc_status_entries`,
    `insert into vc_status_entries select issuer, 'urn:b', 'suspension', list, ${free}, 0, created_at from vc_status_entries`,
    `insert into vc_status_lists select issuer, 'another', 'revocation', url, 0, 0 from vc_status_lists`,
    `insert into vc_status_lists values ('i', 'id', 'refresh', 'https://vc.example/x', 0, 0)`,
  ];
  for (const attempt of attempts) await expect(writeSql(office, attempt), attempt).rejects.toThrow();
  expect(await published(entry)).toBe(1);
});
