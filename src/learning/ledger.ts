/** The points ledger of one learner: append-only entries, of which reversals take records back. */

import type { LearningRecord } from './event.ts';

/** `id` is the ledger's own and unique across sources. No learner in it: a list of entries is always one learner's. */
export type RecordEntry = Omit<LearningRecord, 'learner'> & { kind: 'record'; source: string };
export type ReversalEntry = { id: string; kind: 'reversal'; reverses: string };
export type LedgerEntry = RecordEntry | ReversalEntry;

/**
 * The records that count, of one ladder or of all, in canonical order (occurredAt, then id), so that neither the order of
 * arrival nor a late reversal matters. A reversal is final: one that names another reversal takes nothing back.
 */
export function effectiveEntries(
  entries: readonly LedgerEntry[],
  ladder?: { scheme: string; stage: string },
): RecordEntry[] {
  const reversed = new Set<string>();
  for (const entry of entries) if (entry.kind === 'reversal') reversed.add(entry.reverses);
  const records: RecordEntry[] = [];
  let inOrder = true;
  for (const entry of entries) {
    if (entry.kind === 'reversal' || reversed.has(entry.id)) continue;
    if (ladder && (entry.stage !== ladder.stage || entry.scheme !== ladder.scheme)) continue;
    const last = records.at(-1);
    inOrder &&= last === undefined || inTime(last, entry) <= 0;
    records.push(entry);
  }
  return inOrder ? records : records.sort(inTime);
}

const inTime = (a: RecordEntry, b: RecordEntry): number =>
  a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * What a record says, as one string: the same id with another string is a `record-conflict`.
 * The learner's name is left out: a corrected display name is not another record. The learner's id is in it, so keep only a keyed hash of the result.
 */
export function recordDigestInput(record: LearningRecord): string {
  const { id, learner, scheme, stage, activity, category, verb, occurredAt, minutes, score } = record;
  return JSON.stringify([
    'record/1',
    id,
    learner.id,
    scheme,
    stage,
    activity,
    category,
    verb,
    occurredAt,
    minutes ?? null,
    score ?? null,
  ]);
}
