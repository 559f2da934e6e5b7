/** The verb that takes learning records in: checked one by one, written at once, idempotent by source and record id. */
import type { Deps } from '../deps.ts';
import { type LearningRecord, parseRecord, type RecordProblem, recordProblem } from '../learning/event.ts';
import { recordDigestInput } from '../learning/ledger.ts';
import type { Row } from '../learning/record-formats.ts';
import { appendEntries, type NewEntry } from '../store/ledger.ts';
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

/** Bad records never stop good ones; what was acknowledged as accepted is durable. */
export async function recordEvents(deps: Deps, actor: Actor, rows: readonly Row[]): Promise<RecordOutcome> {
  authorise(actor, 'records:write');
  const now = deps.clock.now();
  const rejected: RecordOutcome['rejected'] = [];
  const checked: Checked[] = [];
  const context = { schemes: deps.schemes, now, ...(actor.categories ? { categories: actor.categories } : {}) };
  for (const [index, row] of rows.entries()) {
    const parsed = 'problem' in row ? { ok: false as const, problem: row.problem } : parseRecord(row.value, context);
    if (parsed.ok) checked.push({ index, record: parsed.record, entry: await newEntry(deps, actor, parsed.record) });
    else rejected.push({ index, problem: parsed.problem });
  }

  const mark = deps.random.uuid();
  const first = new Map<string, Checked>();
  for (const one of checked) if (!first.has(one.record.id)) first.set(one.record.id, one);
  const standing = await appendEntries(deps.db, {
    organisation: actor.organisation,
    source: actor.source,
    actor: actor.name,
    now,
    mark,
    entries: [...first.values()].map(({ entry }) => entry),
  });

  const byRecordId = new Map(standing.map((entry) => [entry.recordId, entry]));
  let accepted = 0;
  let duplicates = 0;
  for (const { index, record, entry } of checked) {
    const stands = byRecordId.get(record.id);
    if (stands?.id === entry.id) accepted++;
    else if (stands?.digest === entry.digest) duplicates++;
    else rejected.push({ index, problem: recordProblem('record-conflict', 'id') });
  }
  rejected.sort((a, b) => a.index - b.index);

  const { awarded, issued } = accepted > 0 ? await awardAndIssue(deps, mark, rows.length) : NOTHING;
  const personIds = new Map(checked.map(({ record, entry }) => [entry.personHash, record.learner.id]));
  const milestones = awarded.map(({ uuid, personHash, scheme, stage, level }) => ({
    learner: personIds.get(personHash) ?? '',
    scheme,
    stage,
    level,
    credentialId: uuid,
    state: issued.has(uuid) ? ('issued' as const) : ('pending' as const),
  }));
  return { accepted, duplicates, rejected, milestones };
}

const NOTHING = { awarded: [] as AwardedMilestone[], issued: new Set<string>() };

/** A failure here never fails the records: they are in, marks and reservations stand, and the jobs take them up. */
async function awardAndIssue(deps: Deps, mark: string, records: number) {
  let awarded: AwardedMilestone[] = [];
  let issued = new Set<string>();
  try {
    awarded = (await award(deps, { mark })).awarded;
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
  return { awarded, issued };
}

async function newEntry(deps: Deps, actor: Actor, record: LearningRecord): Promise<NewEntry> {
  const { id, learner, scheme, stage, activity, category, verb, occurredAt, minutes, score } = record;
  return {
    id: deps.random.uuid(),
    recordId: id,
    digest: await deps.keyedHash(recordDigestInput(record)),
    learnerId: deps.random.uuid(),
    personHash: await personHash(deps, actor.organisation, learner.id),
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

/** The external person id as it is kept: keyed, and apart for each organisation. */
export const personHash = (deps: Deps, organisation: string, personId: string): Promise<string> =>
  deps.keyedHash(`person\n${organisation}\n${personId.normalize('NFC')}`);
