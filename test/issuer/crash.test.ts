/** The power cut: a process is killed at every boundary of the cycle, and the next one finishes with the same bytes. */
import { afterEach, describe, expect, test } from 'vitest';
import { createKey } from '../../src/issuer/establish.ts';
import { resumePending } from '../../src/jobs/resume.ts';
import type { CredentialRow } from '../../src/store/credentials.ts';
import { hex } from '../../src/vc/encoding.ts';
import { type KillPoint, runRecorder } from '../support/child.ts';
import { anotherProgram, type Office, openOffice, reverseRecords, writeSql } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const NAMED = '王小明';
/** Acknowledged before the crash: one star of p0, half a star of p1. */
const EARLIER = [...recordsForStars(1, { learner: 'p0' }), ...recordsForStars(1, { learner: 'p1' }).slice(0, 8)];
/** In flight: p1 reaches two stars at once, p2 one, p3 none. */
const IN_FLIGHT = [
  ...recordsForStars(2, { learner: 'p1', name: NAMED }),
  ...recordsForStars(1, { learner: 'p2' }),
  ...recordsForStars(1, { learner: 'p3' }).slice(0, 5),
].filter(({ id }) => !EARLIER.some((record) => record.id === id));

/** A process takes both batches in and is killed in the second. */
async function crash(killAt: KillPoint): Promise<void> {
  office = await openOffice();
  const plan = { organisation: office.organisation.id, source: 'zjhj', batches: [EARLIER, IN_FLIGHT], killAt };
  const { outcomes, signal } = await runRecorder(office.env, plan);
  expect(signal).toBe('SIGKILL');
  expect(outcomes).toMatchObject([{ accepted: EARLIER.length }]);
}

/** A new process with nothing in memory, as after a restart. */
async function restart(): Promise<void> {
  const deps = await anotherProgram(office);
  await resumePending(deps);
  deps.db.close();
}

const recordIds = async () => (await office.sql('select record_id from ledger')).map((row) => String(row.record_id));
const pending = async () => (await office.credentials()).filter(({ state }) => state === 'pending');
const milestones = (rows: readonly CredentialRow[]) =>
  rows.map(({ learner, stage, level }) => `${learner} ${stage} ${level}`);

/** Each milestone once, each status entry once, each with the bytes that its reserved slots lead to, each valid. */
async function expectSound(): Promise<CredentialRow[]> {
  const rows = await office.credentials();
  expect(new Set(milestones(rows)).size).toBe(rows.length);
  expect(new Set(rows.map(({ fields }) => fields.statusIndex)).size).toBe(rows.length);
  for (const row of rows) {
    expect(row.state).toBe('issued');
    expect(hex(row.packed ?? new Uint8Array())).toBe(await office.signedAnew(row));
    expect((await office.verdict(row)).outcome).toBe('valid');
  }
  expect(await office.sql('select * from unevaluated')).toEqual([]);
  return rows;
}

/** What was reserved before stands as it was, slot by slot. */
function expectKept(before: readonly CredentialRow[], after: readonly CredentialRow[]): void {
  expect(before.length).toBeGreaterThan(0);
  for (const { fields } of before) {
    expect(after.find((row) => row.fields.uuid === fields.uuid)?.fields).toEqual(fields);
  }
}

/** What the process has reached when it dies there: whether the records are in, and how many rows wait for a signature. */
const POINTS: readonly { killAt: KillPoint; recorded: boolean; reserved: number }[] = [
  { killAt: 'before ledger', recorded: false, reserved: 0 },
  { killAt: 'after ledger', recorded: true, reserved: 0 },
  { killAt: 'before reserve', recorded: true, reserved: 0 },
  { killAt: 'after reserve', recorded: true, reserved: 3 },
  { killAt: 'before evaluated', recorded: true, reserved: 3 },
  { killAt: 'after evaluated', recorded: true, reserved: 3 },
  { killAt: 'before sign', recorded: true, reserved: 3 },
  { killAt: 'after sign', recorded: true, reserved: 3 },
  { killAt: 'during self-check', recorded: true, reserved: 3 },
  { killAt: 'before record', recorded: true, reserved: 3 },
  { killAt: 'after record', recorded: true, reserved: 0 },
];

describe.each(POINTS)('killed $killAt', ({ killAt, recorded, reserved }) => {
  test('the next process finishes: nothing lost, nothing doubled, the same bytes', async () => {
    await crash(killAt);
    const kept = EARLIER.length + (recorded ? IN_FLIGHT.length : 0);
    expect(await recordIds()).toHaveLength(kept);
    const waiting = await pending();
    expect(waiting).toHaveLength(reserved);

    await restart();
    const rows = await expectSound();
    expect(rows).toHaveLength(recorded ? 4 : 1);
    if (reserved > 0) expectKept(waiting, rows);

    // The sender, who had no answer, sends again.
    const again = await office.record(IN_FLIGHT, 'zjhj');
    expect(again.accepted + again.duplicates).toBe(IN_FLIGHT.length);
    expect(again.accepted).toBe(recorded ? 0 : IN_FLIGHT.length);
    const ids = await recordIds();
    expect(ids.sort()).toEqual([...EARLIER, ...IN_FLIGHT].map(({ id }) => id).sort());
    expect(await expectSound()).toHaveLength(4);
  });
});

test.each(POINTS.filter(({ killAt }) => ['after ledger', 'after reserve', 'before record'].includes(killAt)))(
  'killed $killAt: a sender who is faster than the restart gets the same',
  async ({ killAt, reserved }) => {
    await crash(killAt);
    const waiting = await pending();
    const again = await office.record(IN_FLIGHT, 'zjhj');
    expect(again.accepted + again.duplicates).toBe(IN_FLIGHT.length);
    await restart();
    const rows = await expectSound();
    expect(rows).toHaveLength(4);
    if (reserved > 0) expectKept(waiting, rows);
  },
);

const WAITING: readonly KillPoint[] = ['after reserve', 'after sign', 'before record'];

describe.each(WAITING)('killed %s, and before the restart', (killAt) => {
  test('the learner got another name: the certificate has the one that was reserved', async () => {
    await crash(killAt);
    const waiting = await pending();
    const renamed = recordsForStars(1, { learner: 'p1', name: '欧阳晓明', stage: '7-9', prefix: 'later' }).slice(0, 1);
    expect(await office.record(renamed)).toMatchObject({ accepted: 1 });
    expect(await office.sql('select name from learners where name is not null')).toMatchObject([{ name: '欧阳晓明' }]);
    await restart();
    const rows = await expectSound();
    expectKept(waiting, rows);
    expect(rows.filter(({ fields }) => 'name' in fields.holder)).toMatchObject(
      Array(2).fill({ fields: { holder: { name: '王*明' } } }),
    );
  });

  test('the key was retired and another took its place: the reserved key signs what it was reserved for', async () => {
    await crash(killAt);
    const waiting = await pending();
    await writeSql(
      office,
      `update signing_keys set entry = json_set(entry, '$.state', 'retired') where purpose = 'milestone'`,
    );
    const { organisation, deps } = office;
    await createKey(deps, organisation, { purpose: 'milestone', development: true });
    await office.renewTrust();
    await restart();
    const rows = await expectSound();
    expectKept(waiting, rows);
    const [oldKey] = new Set(waiting.map(({ fields }) => fields.key));
    await office.record(recordsForStars(1, { learner: 'p9' }));
    const newest = (await office.credentials()).find(
      ({ fields }) => !rows.some((row) => row.fields.uuid === fields.uuid),
    );
    expect(newest?.fields.key).not.toBe(oldKey);
    expect(newest?.state).toBe('issued');
  });

  test('records were taken back: the star that was reserved is still issued, once, as reserved', async () => {
    await crash(killAt);
    const waiting = await pending();
    await reverseRecords(
      office,
      IN_FLIGHT.filter(({ learner }) => learner.id === 'p2').map(({ id }) => id),
    );
    await restart();
    expectKept(waiting, await expectSound());
  });
});

test('records taken back before the star was reserved: no star', async () => {
  await crash('after ledger');
  await reverseRecords(
    office,
    IN_FLIGHT.filter(({ learner }) => learner.id === 'p2').map(({ id }) => id),
  );
  await restart();
  expect(await expectSound()).toHaveLength(3);
});

test('a second crash, during the restart itself, changes nothing', async () => {
  await crash('after reserve');
  const waiting = await pending();
  const nothingNew = { organisation: office.organisation.id, source: 'zjhj', batches: [[]], resume: true };
  for (const killAt of ['after evaluated', 'after sign', 'before record'] as const) {
    expect(await runRecorder(office.env, { ...nothingNew, killAt })).toMatchObject({ signal: 'SIGKILL' });
  }
  await restart();
  expectKept(waiting, await expectSound());
});
