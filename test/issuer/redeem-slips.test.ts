/** What stations bring: each slip counts once or says why not, and two contents for one serial stop their quota until somebody has looked. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { learnerCodeOf } from '../../src/issuer/learner-code.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { createQuota, quotasOf, resume, slipSource } from '../../src/issuer/quota.ts';
import { redeemSlips } from '../../src/issuer/redeem-slips.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import type { Slip } from '../../src/vc/slip/slip.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { codeOf, device, otherDevice, signedSlip } from '../support/attendance.ts';
import { DAY } from '../support/authority.ts';
import { anotherProgram, type Office, openOffice } from '../support/office.ts';

let office: Office;
let now: number;
beforeEach(async () => {
  office = await openOffice();
  now = office.deps.clock.now();
});
afterEach(() => office.close());

const bureau = () => operator(office.organisation.id);
const at = (time: number): Deps => ({ ...office.deps, clock: { now: () => time } });

const fields = (changes: JsonObject = {}): JsonObject => ({
  title: '社区驿站家长沙龙',
  device: device.multibase,
  record: {
    scheme: 'shangcheng-star-licence',
    stage: '4-6',
    activity: 'station:salon-1',
    category: 'offline',
    verb: 'attended',
  },
  from: isoSeconds(now - 3_600),
  until: isoSeconds(now + 3_600),
  serials: 50,
  redeemBy: isoSeconds(now + 7 * DAY),
  ...changes,
});
const giveQuota = async (changes: JsonObject = {}) => (await createQuota(office.deps, bureau(), fields(changes))).id;
const codeFor = (parent: string) => learnerCodeOf(office.deps, bureau(), parent);
const slip = (quota: string, serial: number, learner: string, changes: Partial<Slip> = {}) =>
  signedSlip({ quota, serial, learner, time: now, bundle: 0, ...changes });
/** `redeemed`, or the reason of each. */
const redeem = async (slips: readonly string[], deps: Deps = office.deps): Promise<string[]> =>
  (await redeemSlips(deps, slips)).map((one) => (one.redeemed ? 'redeemed' : one.reason));
const pointsOf = async (parent: string): Promise<number> =>
  (await progressOf(office.deps, bureau(), parent)).ladders.reduce((sum, { points }) => sum + points, 0);
const records = async () =>
  (await office.sql(`select source, record_id from ledger where source like 'slip:%' order by source, record_id`)).map(
    (row) => `${row.source} ${row.record_id}`,
  );

describe('a slip', () => {
  test('of a parent who was there is a record under its quota and earns points, also as a parent’s very first', async () => {
    const quota = await giveQuota();
    const slips = [await slip(quota, 1, await codeFor('p1')), await slip(quota, 2, await codeFor('p2'))];
    expect(await redeem(slips)).toEqual(['redeemed', 'redeemed']);
    expect([await pointsOf('p1'), await pointsOf('p2')]).toEqual([20, 20]);
    expect(await records()).toEqual([`${slipSource(quota)} 1`, `${slipSource(quota)} 2`]);
  });

  test('sent again is already redeemed, in the same request too, and counts once', async () => {
    const quota = await giveQuota();
    const one = await slip(quota, 1, await codeFor('p1'));
    expect(await redeem([one, one])).toEqual(['redeemed', 'already-redeemed']);
    expect(await redeem([one])).toEqual(['already-redeemed']);
    expect(await redeem([one], at(now + 30 * DAY))).toEqual(['already-redeemed']);
    expect(await records()).toHaveLength(1);
    expect(await pointsOf('p1')).toBe(20);
  });

  test('whose record a crash has prevented is recorded when it comes again', async () => {
    const quota = await giveQuota();
    const one = await slip(quota, 1, await codeFor('p1'));
    const broken: Deps = { ...office.deps, keyedHash: () => Promise.reject(new Error('the power went')) };
    await expect(redeemSlips(broken, [one])).rejects.toThrow('power');
    expect(await records()).toEqual([]);
    expect(await redeem([one])).toEqual(['already-redeemed']);
    expect(await pointsOf('p1')).toBe(20);
  });

  test('with another learner’s code pasted in does not count', async () => {
    const quota = await giveQuota();
    const [one, two] = [await codeFor('p1'), await codeFor('p2')];
    const [header, payload = '', signature] = (await slip(quota, 1, one)).split('.');
    const copied = Buffer.from(Buffer.from(payload, 'base64url').toString().replace(one, two)).toString('base64url');
    expect(await redeem([`${header}.${copied}.${signature}`])).toEqual(['bad-signature']);
    expect(await office.sql('select * from slips')).toEqual([]);
  });

  test('of a learner under a second serial, a second quota or a second station counts no more', async () => {
    const [quota, another] = [await giveQuota(), await giveQuota({ device: otherDevice.multibase })];
    const code = await codeFor('p1');
    const elsewhere = await signedSlip({ quota: another, serial: 1, learner: code, time: now, bundle: 0 }, otherDevice);
    expect(await redeem([await slip(quota, 1, code), await slip(quota, 2, code), elsewhere])).toEqual([
      'redeemed',
      'already-attended',
      'already-attended',
    ]);
    expect(await pointsOf('p1')).toBe(20);
  });

  test('of another activity of the same learner counts', async () => {
    const quota = await giveQuota();
    const activity = 'station:salon-2';
    const next = await giveQuota({ record: { ...(fields().record as JsonObject), activity } });
    const code = await codeFor('p1');
    expect(await redeem([await slip(quota, 1, code), await slip(next, 1, code, { activity })])).toEqual([
      'redeemed',
      'redeemed',
    ]);
    expect(await pointsOf('p1')).toBe(40);
  });

  test('is refused with its reason, and never stops a good one', async () => {
    const quota = await giveQuota({ serials: 5 });
    const code = await codeFor('p1');
    const stranger = await openOffice();
    const foreign = await learnerCodeOf(stranger.deps, operator(stranger.organisation.id), 'p1');
    stranger.close();
    const ofAnotherDevice = await signedSlip({ quota, serial: 1, learner: code, time: now }, otherDevice);
    const bad: [string, string][] = [
      ['malformed', ''],
      ['malformed', 'eyJ'],
      ['too-large', 'x'.repeat(2_000)],
      ['unknown-quota', await slip('0190b7a2-6c1e-4f4a-9d3b-5e8f00aabbcc', 1, code)],
      ['bad-signature', ofAnotherDevice],
      ['over-quota', await slip(quota, 6, code)],
      ['outside-window', await slip(quota, 2, code, { time: now - 7_200 })],
      ['in-the-future', await slip(quota, 3, code, { time: now + 1_800 })],
      ['other-activity', await slip(quota, 4, code, { activity: 'station:other' })],
      ['unknown-learner', await slip(quota, 5, codeOf('nobody'))],
    ];
    const good = await slip(quota, 1, code);
    expect(await redeem([...bad.map(([, text]) => text), good])).toEqual([
      ...bad.map(([reason]) => reason),
      'redeemed',
    ]);
    expect(await redeem([await slip(await giveQuota(), 1, foreign)])).toEqual(['unknown-learner']);
    expect(await pointsOf('p1')).toBe(20);
  });

  test('that comes after the last day is too late', async () => {
    const quota = await giveQuota();
    const one = await slip(quota, 1, await codeFor('p1'));
    expect(await redeem([one], at(now + 7 * DAY + 60))).toEqual(['too-late']);
    expect(await records()).toEqual([]);
  });

  test('dated before the bundle that its device held is by a clock that was set back', async () => {
    const quota = await giveQuota({ from: isoSeconds(now - DAY) });
    const code = await codeFor('p1');
    expect(await redeem([await slip(quota, 1, code, { bundle: 1, time: now - 3_600 })])).toEqual([
      'clock-behind-bundle',
    ]);
    expect(await redeem([await slip(quota, 2, code, { bundle: 1 })])).toEqual(['redeemed']);
  });

  test('with the code of another organisation’s learner does not count', async () => {
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    const theirs = await learnerCodeOf(office.deps, operator(other.id), 'p1');
    expect(theirs).not.toBe(await codeFor('p1'));
    expect(await redeem([await slip(await giveQuota(), 1, theirs)])).toEqual(['unknown-learner']);
  });
});

describe('two contents for one serial', () => {
  test('suspend the quota: the first stays counted, both are kept, and nothing more is redeemed', async () => {
    const quota = await giveQuota();
    const [first, second, third] = [await codeFor('p1'), await codeFor('p2'), await codeFor('p3')];
    const [one, rival, later] = [
      await slip(quota, 1, first),
      await slip(quota, 1, second),
      await slip(quota, 2, third),
    ];
    expect(await redeem([one])).toEqual(['redeemed']);
    expect(await redeem([rival, later])).toEqual(['serial-reused', 'quota-suspended']);
    expect(await redeem([later, one])).toEqual(['quota-suspended', 'already-redeemed']);
    expect(await records()).toHaveLength(1);

    const [suspended] = await quotasOf(office.deps, bureau(), 'suspended');
    expect(suspended).toMatchObject({ state: 'suspended', redeemed: 1, says: { id: quota } });
    expect(suspended?.contradictions).toEqual([{ serial: 1, first: one, other: rival }]);
    expect(await office.sql(`select action, object from audit where action = 'suspend-quota'`)).toMatchObject([
      { object: quota },
    ]);
  });

  test('that come together count for neither before somebody has looked', async () => {
    const quota = await giveQuota();
    const [one, rival] = [await slip(quota, 1, await codeFor('p1')), await slip(quota, 1, await codeFor('p2'))];
    expect(await redeem([one, rival])).toEqual(['quota-suspended', 'serial-reused']);
    expect(await records()).toEqual([]);
  });

  test('also when nothing of the serial ever counted', async () => {
    const quota = await giveQuota();
    const early = { time: now - 7_200 };
    expect(await redeem([await slip(quota, 1, await codeFor('p1'), early)])).toEqual(['outside-window']);
    expect(await redeem([await slip(quota, 1, await codeFor('p1'))])).toEqual(['serial-reused']);
    expect(await quotasOf(office.deps, bureau(), 'suspended')).toHaveLength(1);
  });

  test('leave other quotas alone', async () => {
    const [quota, another] = [await giveQuota(), await giveQuota()];
    const code = await codeFor('p1');
    await redeem([await slip(quota, 1, code), await slip(quota, 1, await codeFor('p2'))]);
    expect(await redeem([await slip(another, 1, code)])).toEqual(['redeemed']);
  });

  test('after a person’s decision the rest is redeemed, also what was brought in time and looked at late', async () => {
    const quota = await giveQuota();
    const [one, rival] = [await slip(quota, 1, await codeFor('p1')), await slip(quota, 1, await codeFor('p2'))];
    const waiting = await slip(quota, 2, await codeFor('p3'));
    expect(await redeem([one, rival, waiting])).toEqual(['quota-suspended', 'serial-reused', 'quota-suspended']);
    await resume(office.deps, bureau(), { id: quota, reason: '设备从备份恢复过,已核实' });
    const late = at(now + 8 * DAY);
    expect(await redeem([one, rival, waiting], late)).toEqual(['redeemed', 'serial-reused', 'redeemed']);
    expect(await redeem([await slip(quota, 3, await codeFor('p4'))], late)).toEqual(['too-late']);
    expect(await office.sql(`select detail from audit where action = 'resume-quota'`)).toMatchObject([
      { detail: '设备从备份恢复过,已核实' },
    ]);
    expect(await quotasOf(office.deps, bureau(), 'suspended')).toEqual([]);
  });

  test('are no matter for another organisation', async () => {
    const other = await office.addOrganisation('wucheng', '金华市婺城区教育局');
    const quota = await giveQuota();
    await expect(resume(office.deps, operator(other.id), { id: quota, reason: 'x' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await quotasOf(office.deps, operator(other.id))).toEqual([]);
  });
});

test('eight at once with the same slips: one record each', async () => {
  const quota = await giveQuota();
  const parents = Array.from({ length: 20 }, (_, index) => `p${index}`);
  const slips = await Promise.all(parents.map(async (parent, index) => slip(quota, index + 1, await codeFor(parent))));
  const programs = await Promise.all(Array.from({ length: 8 }, () => anotherProgram(office)));
  const outcomes = await Promise.all(programs.map((deps) => redeem(slips, deps)));
  for (const program of programs) program.db.close();
  for (const index of slips.keys())
    expect(outcomes.map((of) => of[index]).sort()).toEqual([...Array(7).fill('already-redeemed'), 'redeemed']);
  expect(await records()).toHaveLength(20);
  for (const parent of parents) expect(await pointsOf(parent)).toBe(20);
});

test('eight stations at once with one learner: one of them counts', async () => {
  const code = await codeFor('p1');
  const quotas = await Promise.all(Array.from({ length: 8 }, () => giveQuota()));
  const programs = await Promise.all(quotas.map(() => anotherProgram(office)));
  const outcomes = await Promise.all(
    programs.map(async (deps, index) => redeem([await slip(quotas[index] ?? '', 1, code)], deps)),
  );
  for (const program of programs) program.db.close();
  expect(outcomes.flat().sort()).toEqual([...Array(7).fill('already-attended'), 'redeemed']);
  expect(await records()).toHaveLength(1);
});

describe('a quota', () => {
  test.each<[string, JsonObject, string]>([
    ['is over already', { from: '2026-01-01T00:00:00Z', until: '2026-01-02T00:00:00Z' }, 'until'],
    ['ends before it begins', { until: '2020-01-01T00:00:00Z' }, 'until'],
    [
      'is for an activity that no rule counts',
      {
        record: {
          scheme: 'shangcheng-star-licence',
          stage: '4-6',
          activity: 'nothing:1',
          category: 'offline',
          verb: 'attended',
        },
      },
      'record.activity',
    ],
    ['is for no device key', { device: 'z6Mk' }, 'device'],
    ['chooses its own id', { id: '0190b7a2-6c1e-4f4a-9d3b-5e8f00aabbcc' }, 'id'],
    ['has a field that no quota has', { learner: 'p1' }, 'learner'],
  ])('that %s is not signed', async (_, changes, field) => {
    await expect(giveQuota(changes)).rejects.toMatchObject({ code: 'invalid-field', field });
    expect(await office.sql('select * from quotas')).toEqual([]);
  });

  test('may not go beyond the categories of whoever asks, nor be asked for without the scope', async () => {
    const online = { ...bureau(), categories: new Set(['online']) };
    await expect(createQuota(office.deps, online, fields())).rejects.toMatchObject({ field: 'record.category' });
    const reader = { ...bureau(), scopes: new Set(['learners:read']) };
    await expect(createQuota(office.deps, reader, fields())).rejects.toMatchObject({ code: 'forbidden' });
    await expect(learnerCodeOf(office.deps, reader, 'p1')).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('leaves no trace of its key in the next trust list', async () => {
    await giveQuota();
    const [key] = await office.sql('select id, public_key from quota_keys');
    await office.renewTrust();
    const [list] = await office.sql(
      `select text from documents where kind = 'trust-list' order by number desc limit 1`,
    );
    const payload = Buffer.from(JSON.parse(String(list?.text)).payload, 'base64url').toString();
    expect(payload).toContain('publicKeyMultibase');
    expect(payload).not.toContain(String(key?.public_key));
  });
});
