/** Publishing: consecutive bundles, each with every revocation that was made before it. */
import { afterEach, describe, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { draftTrustList } from '../../src/issuer/establish.ts';
import { publish } from '../../src/issuer/publish.ts';
import { revoke } from '../../src/issuer/revoke.ts';
import { publishWhenDue, tick } from '../../src/jobs/resume.ts';
import { markRevoked } from '../../src/store/credentials.ts';
import { allDocuments, findDocument, latestDocument } from '../../src/store/documents.ts';
import { listBit, listNumber } from '../../src/vc/credential.ts';
import { bitAt } from '../../src/vc/status/bitstring.ts';
import { openBundle, type Trust } from '../../src/vc/trust/bundle.ts';
import { readRoot } from '../../src/vc/trust/root.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

/** A station's view: takes every kept bundle, oldest first, and refuses any that goes back. */
async function walkBundles(): Promise<Trust[]> {
  const root = readRoot(JSON.parse(office.deps.config.trustRoot ?? ''));
  if (!root) throw new Error('no root');
  const walked: Trust[] = [];
  for (const { text } of await allDocuments(office.deps.db, 'bundle')) {
    const context = { pinnedRoot: root, now: office.deps.clock.now(), primitives: office.deps.primitives };
    const opened = await openBundle(text, { ...context, previous: walked.at(-1) });
    if (!opened.ok) throw new Error(opened.refusal);
    walked.push(opened.trust);
  }
  return walked;
}

const issueTo = async (count: number) => {
  const { milestones } = await office.record(
    Array.from({ length: count }, (_, i) => recordsForStars(1, { learner: `p${i}` })).flat(),
  );
  return milestones.map(({ credentialId }) => credentialId);
};
const revokedIn = async (trust: Trust, uuid: string) => {
  const row = (await office.credentials()).find(({ fields }) => fields.uuid === uuid);
  const index = row?.fields.statusIndex ?? 0;
  return bitAt(trust.statusLists.get(listNumber(index))?.bits ?? new Uint8Array(), listBit(index)) === 1;
};

describe('publish', () => {
  test('each publication is the next number, and a station takes one after the other', async () => {
    office = await openOffice();
    expect([await publish(office.deps), await publish(office.deps)]).toEqual([2, 3]);
    expect((await walkBundles()).map(({ bundle }) => bundle.number)).toEqual([1, 2, 3]);
  });

  test('two publications at the same time, of two programs, get consecutive numbers', async () => {
    office = await openOffice();
    const other = await anotherProgram(office);
    const numbers = await Promise.all([publish(office.deps), publish(other)]);
    other.db.close();
    expect(numbers.sort()).toEqual([2, 3]);
    expect(await walkBundles()).toHaveLength(3);
  });

  test('a revocation during another publication is in every later bundle', async () => {
    office = await openOffice();
    const uuids = await issueTo(4);
    const other = await anotherProgram(office);
    const actor = operator(office.organisation.id);
    const outcomes = await Promise.all(
      uuids.map((uuid, i) => revoke(i % 2 ? other : office.deps, actor, { uuid, reason: 'test' })),
    );
    other.db.close();
    const bundles = await walkBundles();
    for (const { credentialId, bundle } of outcomes) {
      for (const trust of bundles.filter((one) => one.bundle.number >= bundle)) {
        expect(await revokedIn(trust, credentialId)).toBe(true);
      }
    }
  });

  test('fifty revocations at once are all answered, each in a bundle that has it', async () => {
    office = await openOffice();
    const actor = operator(office.organisation.id);
    const uuids = await issueTo(50);
    const outcomes = await Promise.all(uuids.map((uuid) => revoke(office.deps, actor, { uuid, reason: 'test' })));
    const kept = await walkBundles();
    for (const { credentialId, bundle } of outcomes) {
      const named = kept.find((trust) => trust.bundle.number === bundle);
      expect(named && (await revokedIn(named, credentialId))).toBe(true);
    }
  });

  test('what was signed over older revocations never gets in', async () => {
    office = await openOffice();
    const [uuid = ''] = await issueTo(1);
    // A slow publisher reads the revocations, sleeps over them, and wakes up after the revocation was published.
    let overslept = false;
    const slow = await anotherProgram(office, {
      signer: async (key) => {
        if (!overslept) {
          overslept = true;
          await revoke(office.deps, operator(office.organisation.id), { uuid, reason: 'test' });
        }
        return office.deps.signer(key);
      },
    });
    expect(await publish(slow)).toBe(3);
    slow.db.close();
    const newest = (await walkBundles()).at(-1);
    expect(newest && (await revokedIn(newest, uuid))).toBe(true);
  });

  test('the status list that stands alone says the same as the bundle', async () => {
    office = await openOffice();
    const [uuid = ''] = await issueTo(1);
    await revoke(office.deps, operator(office.organisation.id), { uuid, reason: 'test' });
    const list = JSON.parse((await findDocument(office.deps.db, 'status-list', 1))?.text ?? '{}');
    const bundle = (await latestDocument(office.deps.db, 'bundle'))?.text ?? '';
    const { statusLists } = JSON.parse(Buffer.from(bundle.split('.')[1] ?? '', 'base64url').toString());
    expect(statusLists).toContainEqual(list);
  });

  test('the timer publishes when half of the time is over, not before', async () => {
    office = await openOffice();
    expect(await publishWhenDue(office.deps)).toBeUndefined();
    const clock = { now: () => office.deps.clock.now() + 13 * 3600 };
    expect(await publishWhenDue({ ...office.deps, clock })).toBe(2);
  });

  test('a revocation whose process died before publishing is published by the next round', async () => {
    office = await openOffice();
    const [uuid = ''] = await issueTo(1);
    const { now } = office.deps.clock;
    await markRevoked(office.deps.db, {
      organisation: office.organisation.id,
      revocations: [{ uuid, reason: 'test', auditId: 'a' }],
      actor: 'test',
      now: now(),
    });
    expect(await publishWhenDue(office.deps)).toBe(2);
    const newest = (await walkBundles()).at(-1);
    expect(newest && (await revokedIn(newest, uuid))).toBe(true);
  });

  test('a bundle that verifiers would refuse is not published, and the old one stands', async () => {
    office = await openOffice();
    const before = (await latestDocument(office.deps.db, 'bundle'))?.text;
    const clock = { now: () => office.deps.clock.now() + 401 * 86_400 };
    await expect(publish({ ...office.deps, clock })).rejects.toThrow('not-established');
    const [template] = office.deps.templates.values();
    if (!template) throw new Error('no template');
    const templates = new Map([
      ...office.deps.templates,
      [template.number, { ...template, display: { changed: '/id' } }],
    ]);
    await expect(publish({ ...office.deps, templates })).rejects.toThrow('template-not-pinned');
    expect((await latestDocument(office.deps.db, 'bundle'))?.text).toBe(before);
    expect(await office.deps.trust()).toBeDefined();
  });

  test('a publisher whose clock is behind dates its bundle like the one before, never earlier', async () => {
    office = await openOffice();
    const ahead = { now: () => office.deps.clock.now() + 300 };
    await publish({ ...office.deps, clock: ahead });
    await publish(office.deps);
    const [second, third] = (await walkBundles()).slice(-2);
    expect(third?.bundle.issuedAt).toBe(second?.bundle.issuedAt);
  });

  test('a bundle of another program, published in between, is followed and not taken for a fault', async () => {
    office = await openOffice();
    let overtaken = false;
    const slow: typeof office.deps = {
      ...office.deps,
      signer: async (key) => {
        if (!overtaken) {
          overtaken = true;
          await publish({ ...office.deps, clock: { now: () => office.deps.clock.now() + 5 } });
        }
        return office.deps.signer(key);
      },
    };
    expect(await publish(slow)).toBe(3);
  });

  test('a bundle dated a day ahead by a wrong clock is followed by the next round', async () => {
    office = await openOffice();
    await publish({ ...office.deps, clock: { now: () => office.deps.clock.now() + 86_400 } });
    await tick(office.deps);
    expect((await latestDocument(office.deps.db, 'bundle'))?.number).toBe(3);
    expect(await office.deps.trust()).toBeDefined();
  });

  test('a trust list under which nothing can be published is taken back, and the one before goes on', async () => {
    office = await openOffice();
    const clock = { now: () => office.deps.clock.now() + 401 * 86_400 };
    const draft = await draftTrustList({ ...office.deps, clock });
    expect(draft.number).toBe(2);
    await expect(office.renewTrust(undefined, { ...office.deps, clock })).rejects.toThrow('not-established');
    expect((await latestDocument(office.deps.db, 'trust-list'))?.number).toBe(1);
    expect(await publish(office.deps)).toBe(2);
    await expect(draftTrustList(office.deps, new Map([[99, { state: 'compromised' as const }]]))).rejects.toThrow(
      'no key 99',
    );
  });

  test('what the root said of a key goes on in the next draft, and a compromised key never comes back', async () => {
    office = await openOffice();
    const { number = 0 } =
      [...((await office.deps.trust())?.keysByNumber.values() ?? [])].find(({ purpose }) => purpose === 'milestone') ??
      {};
    await office.renewTrust(new Map([[number, { state: 'compromised' as const }]]));
    const draft = JSON.stringify(await draftTrustList(office.deps));
    expect(draft).toContain('"state":"compromised"');
    await expect(office.renewTrust(new Map([[number, { state: 'active' as const }]]))).rejects.toThrow(
      'another meaning',
    );
  });

  test('an office with a second organisation publishes the lists of both', async () => {
    office = await openOffice();
    await office.addOrganisation('gongshu', '杭州市拱墅区教育局');
    const newest = (await walkBundles()).at(-1);
    expect(newest?.issuerIds.size).toBe(2);
    expect([...(newest?.statusLists.keys() ?? [])].sort()).toEqual([1, 5]);
  });
});
