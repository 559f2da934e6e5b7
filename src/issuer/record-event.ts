/** The verb that takes learning records in: checked one by one, written at once, idempotent by source and record id. */
import type { Deps } from '../deps.ts';
import { type LearningRecord, parseRecord } from '../learning/event.ts';
import type { Reading } from '../learning/formats/columns.ts';
import { recordDigestInput } from '../learning/ledger.ts';
import { type RecordProblem, recordProblem } from '../learning/record-problem.ts';
import { appendEntries, type Ladder, type NewEntry } from '../store/ledger.ts';
import { type Actor, authorise } from './actor.ts';
import { type AwardedMilestone, award } from './award.ts';
import { issueCredentials } from './issue.ts';

export type RecordOutcome = {
  accepted: number;
  duplicates: number;
  rejected: { index: number; problem: RecordProblem }[];
  milestones: RecordedMilestone[];
};

export type RecordedMilestone = {
  learner: string;
  scheme: string;
  stage: string;
  level: string;
  credentialId: string;
  state: 'issued' | 'pending';
};

/** Records in one unit of work. The store, a foreign system and a spreadsheet all send a little more than agreed. */
export const MAX_RECORDS = 10_000;

type Checked = { index: number; record: LearningRecord; entry: NewEntry };

/** Rows of a list that is being imported. */
export type PartOfImport = {
  id: string;
  createdAt: number;
  /** Called once what was accepted is durable, before certificates are made. */
  recorded(): void;
  /** The row at this index is neither recorded nor refused: its person was erased since, or the import runs no longer. */
  leftOut(index: number): void;
};

export type RecordOptions = {
  ofImport?: PartOfImport;
  /** For who names learners by another id than the person's. */
  hashOf?: (learnerId: string) => string | Promise<string>;
};

/** Bad records never stop good ones; what was acknowledged as accepted is durable. */
export async function recordEvents(
  deps: Deps,
  actor: Actor,
  rows: readonly Reading[],
  { ofImport, hashOf }: RecordOptions = {},
): Promise<RecordOutcome> {
  const now = deps.clock.now();
  const { checked, rejected } = await checkRecords(deps, actor, rows, hashOf);
  const first = new Map<string, Checked>();
  for (const one of checked) if (!first.has(one.record.id)) first.set(one.record.id, one);
  const { accepted, standing, ladders } = await appendEntries(deps.db, {
    organisation: actor.organisation,
    source: actor.source,
    actor: actor.name,
    now,
    entries: [...first.values()].map(({ entry }) => entry),
    ...(ofImport ? { ofImport } : {}),
  });
  ofImport?.recorded();

  let duplicates = 0;
  for (const one of checked) {
    const { id } = one.record;
    if (accepted.has(id) && first.get(id) === one) continue;
    const digest = accepted.has(id) ? first.get(id)?.entry.digest : standing.get(id);
    if (digest === undefined && ofImport) ofImport.leftOut(one.index);
    else if (digest === one.entry.digest) duplicates++;
    else rejected.push({ index: one.index, problem: recordProblem('record-conflict', 'id') });
  }
  rejected.sort((a, b) => a.index - b.index);

  const { awarded, issued } = ladders.length > 0 ? await awardAndIssue(deps, ladders, rows.length) : NOTHING;
  const personIds = new Map(checked.map(({ record, entry }) => [entry.personHash, record.learner.id]));
  const milestones = awarded.map(({ uuid, personHashes, scheme, stage, level }) => ({
    learner: personHashes.map((hash) => personIds.get(hash)).find((id) => id !== undefined) ?? '',
    scheme,
    stage,
    level,
    credentialId: uuid,
    state: issued.has(uuid) ? ('issued' as const) : ('pending' as const),
  }));
  return { accepted: accepted.size, duplicates, rejected, milestones };
}

/** What there is to say of records without the ledger. */
export async function checkRecords(
  deps: Deps,
  actor: Actor,
  rows: readonly Reading[],
  hashOf: NonNullable<RecordOptions['hashOf']> = (id) => personHash(deps, actor.organisation, id),
): Promise<{ checked: Checked[]; rejected: RecordOutcome['rejected'] }> {
  authorise(actor, 'records:write');
  const rejected: RecordOutcome['rejected'] = [];
  const checked: Checked[] = [];
  const context = {
    schemes: deps.schemes,
    now: deps.clock.now(),
    source: actor.source,
    ...(actor.categories ? { categories: actor.categories } : {}),
  };
  for (const [index, row] of rows.entries()) {
    const parsed = 'problem' in row ? { ok: false as const, problem: row.problem } : parseRecord(row.value, context);
    if (parsed.ok) checked.push({ index, record: parsed.record, entry: await newEntry(deps, parsed.record, hashOf) });
    else rejected.push({ index, problem: parsed.problem });
  }
  return { checked, rejected };
}

const NOTHING = { awarded: [] as AwardedMilestone[], issued: new Set<string>(), flagged: [] as string[] };

/** A failure here never fails the records: they are in, marks and reservations stand, and the jobs take them up. */
export async function awardAndIssue(deps: Deps, ladders: readonly Ladder[], records: number) {
  let { awarded, issued, flagged } = NOTHING;
  try {
    ({ awarded, flagged } = await award(deps, ladders));
    if (records <= deps.issueInline) {
      issued = await issueCredentials(
        deps,
        awarded.map(({ row }) => row),
      );
    }
    if (issued.size < awarded.length) await deps.wake();
  } catch (error) {
    deps.log({ event: 'issue-failed', reason: error instanceof Error ? error.message : 'unknown' });
    await deps.wake().catch(() => undefined); // the periodic round would find it too, only later
  }
  return { awarded, issued, flagged };
}

async function newEntry(
  deps: Deps,
  record: LearningRecord,
  hashOf: (id: string) => string | Promise<string>,
): Promise<NewEntry> {
  const { id, learner, scheme, stage, activity, category, verb, occurredAt, minutes, score } = record;
  return {
    recordId: id,
    digest: (await deps.keyedHash(recordDigestInput(record))).slice(0, 32),
    personHash: await hashOf(learner.id),
    name: learner.name ?? null,
    scheme,
    stage,
    activity,
    category,
    verb,
    occurredAt,
    minutes: minutes ?? null,
    score: score ?? null,
  };
}

/** The external person id as it is kept: keyed, and apart for each organisation; 16 bytes in hex. */
export const personHash = async (deps: Deps, organisation: string, personId: string): Promise<string> =>
  (await deps.keyedHash(`person\n${organisation}\n${personId.normalize('NFC')}`)).slice(0, 32);
