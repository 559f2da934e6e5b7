/** The verb that tells where a learner stands: points, levels, what is still missing, what earned less and why, and the credentials. */
import type { Deps } from '../deps.ts';
import type { LedgerEntry } from '../learning/ledger.ts';
import type { Wording } from '../learning/located.ts';
import { type Standing, standing } from '../learning/milestone.ts';
import type { Scheme, Stage } from '../learning/scheme.ts';
import type { Earned, EarnedReason } from '../learning/tally.ts';
import { missingWords, reasonWords } from '../learning/wording.ts';
import { type CredentialState, credentialsOf } from '../store/credentials.ts';
import { type FlagCause, type FlagState, standingFlags } from '../store/flags.ts';
import { entriesOf, idsOf, personEntries, recordNamesOf } from '../store/ledger.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import { learnerOrThrow } from './holder-link.ts';
import { successorOf } from './successor.ts';

export type Ladder = Pick<Standing, 'points' | 'counts' | 'byCategory' | 'next' | 'schoolYear'> & {
  scheme: string;
  stage: string;
  /** Of the scheme and the stage. */
  title: Wording;
  level: string | null;
  /** What the next level still needs, in words; absent at the top. */
  missing?: Wording;
  /** Records that earned less than they might have: how many, and the newest of them. */
  reduced: { total: number; newest: ReducedRecord[] };
};

export type ReducedRecord = Wording & {
  /** As its source named it. */
  recordId: string;
  source: string;
  activity: string;
  category: string;
  occurredAt: string;
  points: number;
  /** What it would have earned alone, where a repeat or a cap left less. */
  worth?: number;
  reason: EarnedReason;
};

export type Progress = {
  learner: string;
  ladders: Ladder[];
  credentials: LearnersCredential[];
};

export type LearnersCredential = {
  credentialId: string;
  scheme: string;
  stage: string;
  level: string;
  state: CredentialState;
  /** The one that stands in its place; absent for one that is current. Both verify. */
  supersededBy?: string;
  /** What a person has to decide about it, or has decided to leave as it is. */
  flags?: { flagId: string; cause: FlagCause; state: FlagState }[];
};

/** A parent who repeats lessons for years is told of the last ones. */
const MOST_REDUCED = 50;

export async function progressOf(deps: Deps, actor: Actor, personId: string): Promise<Progress> {
  authorise(actor, 'learners:read');
  const learner = await learnerOrThrow(deps, actor.organisation, personId);
  const ids = idsOf(learner);
  const entries = personEntries(await entriesOf(deps.db, actor.organisation, ids), learner);
  const climbed = new Set(
    entries.flatMap((entry) => (entry.kind === 'record' ? [`${entry.scheme}\n${entry.stage}`] : [])),
  );
  const standings = [...deps.schemes.values()].flatMap((scheme) =>
    scheme.stages
      .filter(({ id }) => climbed.has(`${scheme.id}\n${id}`))
      .map((stage) => ({ scheme, stage, standing: standing(entries, scheme, stage.id) })),
  );
  const reduced = await reducedRecords(deps, actor.organisation, standings, entries);
  const ladders = standings.map((one, at) => ladderOf(one, reduced[at] ?? []));
  const credentials = await credentialsIn(deps, actor.organisation, ids);
  return { learner: personId, ladders, credentials };
}

async function credentialsIn(
  deps: Deps,
  organisation: string,
  learners: readonly number[],
): Promise<LearnersCredential[]> {
  const held = await credentialsOf(deps.db, organisation, learners);
  const standing = await standingFlags(
    deps.db,
    held.map(({ fields }) => fields.uuid),
  );
  const now = deps.clock.now();
  return held.map((row) => {
    const { fields, scheme: schemeId, stage, level, state } = row;
    const scheme = deps.schemes.get(schemeId);
    const successor = scheme && successorOf(scheme, row, { held, now });
    const flags = standing.filter(({ credential }) => credential === fields.uuid);
    return {
      credentialId: fields.uuid,
      scheme: schemeId,
      stage,
      level,
      state,
      ...(successor ? { supersededBy: successor.fields.uuid } : {}),
      ...(flags.length > 0 ? { flags: flags.map(({ id, cause, state }) => ({ flagId: id, cause, state })) } : {}),
    };
  });
}

type StandingIn = { scheme: Scheme; stage: Stage; standing: Standing };

function ladderOf({ scheme, stage, standing }: StandingIn, newest: ReducedRecord[]): Ladder {
  const { points, counts, byCategory, next, reached, schoolYear, earned } = standing;
  return {
    scheme: scheme.id,
    stage: stage.id,
    title: { zh: `${scheme.name.zh} ${stage.name.zh}`, en: `${scheme.name.en}, ${stage.name.en}` },
    points,
    counts,
    byCategory,
    level: reached.at(-1) ?? null,
    ...(next ? { next, missing: missingWords(scheme, next) } : {}),
    ...(schoolYear === undefined ? {} : { schoolYear }),
    reduced: { total: earned.filter(({ reason }) => reason !== undefined).length, newest },
  };
}

/** For each ladder, newest first. Their names are asked for only when there are any. */
async function reducedRecords(
  deps: Deps,
  organisation: string,
  standings: readonly StandingIn[],
  entries: readonly LedgerEntry[],
): Promise<ReducedRecord[][]> {
  const shown = standings.map(({ standing }) =>
    standing.earned
      .filter((line): line is Earned & { reason: EarnedReason } => line.reason !== undefined)
      .slice(-MOST_REDUCED)
      .reverse(),
  );
  const ids = new Set(shown.flat().map(({ entryId }) => entryId));
  if (ids.size === 0) return shown.map(() => []);
  const names = await recordNamesOf(deps.db, organisation, [...ids]);
  const records = new Map(entries.flatMap((entry) => (entry.kind === 'record' ? [[entry.id, entry] as const] : [])));
  return shown.map((lines, at) =>
    lines.flatMap((line): ReducedRecord[] => {
      const [record, scheme] = [records.get(line.entryId), standings[at]?.scheme];
      const words = scheme && reasonWords(scheme, line);
      if (!record || !words) return [];
      return [
        {
          recordId: names.get(line.entryId) ?? '',
          source: record.source,
          activity: record.activity,
          category: record.category,
          occurredAt: isoSeconds(record.occurredAt),
          points: line.points,
          ...(line.worth === undefined ? {} : { worth: line.worth }),
          reason: line.reason,
          ...words,
        },
      ];
    }),
  );
}
