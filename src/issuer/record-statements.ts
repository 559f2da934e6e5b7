/** The verb for xAPI statements: those of learning are recorded, those of voiding take their records back. */
import type { Deps } from '../deps.ts';
import { readStatement, type Statement } from '../learning/formats/xapi.ts';
import { type RecordProblem, recordProblem } from '../learning/record-problem.ts';
import { type Actor, authorise } from './actor.ts';
import { correctRecords } from './correct.ts';
import { recordEvents } from './record-event.ts';
import { sourceMapping } from './source-mapping.ts';

export type StatementsOutcome = {
  /** Of every statement, in its order; of one that had none, the id that it was given. */
  ids: (string | undefined)[];
  accepted: number;
  duplicates: number;
  voided: number;
  rejected: { index: number; problem: RecordProblem }[];
};

/** Records first, so that a batch may take back what it brings. Bad statements never stop good ones. */
export async function recordStatements(
  deps: Deps,
  actor: Actor,
  values: readonly unknown[],
): Promise<StatementsOutcome> {
  authorise(actor, 'records:write');
  const mapping = (await sourceMapping(deps, actor))?.mapping;
  const how = { mapping, newId: () => deps.random.uuid() };
  const statements = values.map((value, index) => ({ index, ...readStatement(value, how) }));

  const records = statements.filter((one) => one.kind === 'record');
  const outcome = await recordEvents(
    deps,
    actor,
    records.map(({ reading }) => reading),
  );
  const rejected = outcome.rejected.map(({ index, problem }) => ({ index: records[index]?.index ?? 0, problem }));

  const voids = statements.filter((one) => one.kind === 'void');
  const { reversed, notFound } = await takeBack(deps, actor, voids);
  const isUnknown = new Set(notFound);
  for (const { index, target } of voids)
    if (isUnknown.has(target)) rejected.push({ index, problem: recordProblem('nothing-to-void', 'object.id') });

  rejected.sort((a, b) => a.index - b.index);
  const { accepted, duplicates } = outcome;
  return { ids: statements.map(({ id }) => id), accepted, duplicates, voided: reversed, rejected };
}

type Void = Extract<Statement, { kind: 'void' }>;

async function takeBack(
  deps: Deps,
  actor: Actor,
  voids: readonly Void[],
): Promise<{ reversed: number; notFound: string[] }> {
  if (voids.length === 0) return { reversed: 0, notFound: [] };
  const recordIds = voids.map(({ target }) => target);
  return correctRecords(deps, actor, { recordIds, source: actor.source, reason: 'xAPI voided' });
}
