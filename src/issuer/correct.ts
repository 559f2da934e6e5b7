/** The verb that takes records back: reversing entries with actor and reason, by the same source or an operator. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  entriesWithin,
  findRecords,
  type OfSource,
  type RecordedWindow,
  type RecordName,
  type Reversed,
  reverseEntries,
} from '../store/corrections.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import { awardAndIssue, MAX_RECORDS } from './record-event.ts';

/** Without a source: the actor's own, and for an operator whichever has the records. */
export type CorrectionTerms = { source?: string; reason: string };

export type CorrectionOutcome = {
  /** Taken back by this call. */
  reversed: number;
  /** Taken back earlier: the wish is fulfilled. */
  alreadyReversed: number;
  /** Record ids that the source never sent. */
  notFound: string[];
  /** Certificates whose level is no longer reached: they stay as they are, and wait for a person's decision. */
  flagged: string[];
};

/** One record; `not-found` when there is none. */
export async function correctRecord(
  deps: Deps,
  actor: Actor,
  { recordId, ...terms }: CorrectionTerms & { recordId: string },
): Promise<CorrectionOutcome> {
  const outcome = await correctRecords(deps, actor, { ...terms, recordIds: [recordId] });
  if (outcome.notFound.length === 0) return outcome;
  throw new AppError(
    'not-found',
    { zh: '该来源没有这条记录。', en: 'This source has sent no such record.' },
    'recordId',
  );
}

/** Of any number, in parts: what was taken back when a part fails stays so, and a repetition goes on from there. */
export async function correctRecords(
  deps: Deps,
  actor: Actor,
  { recordIds, ...terms }: CorrectionTerms & { recordIds: readonly string[] },
): Promise<CorrectionOutcome> {
  const of = authoriseCorrection(actor, terms);
  const total: CorrectionOutcome = { reversed: 0, alreadyReversed: 0, notFound: [], flagged: [] };
  const wanted = [...new Set(recordIds.map((id) => id.normalize('NFC')))];
  const parts: RecordName[][] = [];
  for (let from = 0; from < wanted.length; from += MAX_RECORDS) {
    const part = wanted.slice(from, from + MAX_RECORDS);
    const found = await findRecords(deps.db, of, part);
    const names = new Set(found.map(({ recordId }) => recordId));
    if (found.length > names.size) throw severalSources(); // before anything is taken back
    total.notFound.push(...part.filter((id) => !names.has(id)));
    parts.push(found);
  }
  for (const found of parts) {
    const [first] = found;
    if (!first) continue;
    const object = found.length === 1 ? `${first.source}: ${first.recordId}` : records(of, found.length);
    const entries = found.map(({ entry }) => entry);
    await reversePart(deps, actor, { of, entries, reason: terms.reason, object, total });
  }
  return total;
}

/** A batch by source and time: everything recorded in the window. */
export async function correctWindow(
  deps: Deps,
  actor: Actor,
  { from, to, ...terms }: CorrectionTerms & RecordedWindow,
): Promise<CorrectionOutcome> {
  const of = authoriseCorrection(actor, terms);
  const total: CorrectionOutcome = { reversed: 0, alreadyReversed: 0, notFound: [], flagged: [] };
  for (let after = 0; ; ) {
    const entries = await entriesWithin(deps.db, of, { from, to, after, limit: MAX_RECORDS });
    const last = entries.at(-1);
    if (last === undefined) return total;
    const object = `${records(of, entries.length)} of ${isoSeconds(from)}/${isoSeconds(to)}`;
    await reversePart(deps, actor, { of, entries, reason: terms.reason, object, total });
    after = last;
  }
}

const records = ({ source }: OfSource, count: number): string => `${source ?? 'all sources'}: ${count} records`;

type Part = { of: OfSource; entries: readonly number[]; reason: string; object: string; total: CorrectionOutcome };

/** The ladders are evaluated before the answer; what that fails to do, the jobs take up. */
async function reversePart(deps: Deps, actor: Actor, { of, entries, reason, object, total }: Part): Promise<void> {
  const { count, ladders }: Reversed = await reverseEntries(deps.db, {
    organisation: of.organisation,
    entries,
    actor: actor.name,
    reason,
    now: deps.clock.now(),
    audit: { id: deps.random.uuid(), object },
  });
  total.reversed += count;
  total.alreadyReversed += entries.length - count;
  if (ladders.length > 0) total.flagged.push(...(await awardAndIssue(deps, ladders, entries.length)).flagged);
}

function authoriseCorrection(actor: Actor, { source }: CorrectionTerms): OfSource {
  const { organisation } = actor;
  if (actor.scopes.has('organisation:operate')) return { organisation, source };
  authorise(actor, 'records:write');
  if (source === undefined || source === actor.source) return { organisation, source: actor.source };
  throw new AppError(
    'forbidden',
    {
      zh: '只能更正本来源的记录;其他来源的记录由本单位管理员更正。',
      en: 'A source takes back its own records only. Records of others are for your organisation’s operator.',
    },
    'source',
  );
}

const severalSources = () =>
  new AppError(
    'invalid-field',
    {
      zh: '不止一个来源有此编号的记录,请用 “source” 指明来源。',
      en: 'More than one source has a record with this id: name one in source.',
    },
    'source',
  );
