/** The verb that tells where a learner stands: points, levels, what is still missing, and the credentials. */
import type { Deps } from '../deps.ts';
import { type Standing, standing } from '../learning/milestone.ts';
import { allLevels, type Scheme } from '../learning/scheme.ts';
import { type CredentialState, credentialsOf } from '../store/credentials.ts';
import { entriesOf } from '../store/ledger.ts';
import { type Actor, authorise } from './actor.ts';
import { learnerOrThrow } from './holder-link.ts';

export type Ladder = Pick<Standing, 'points' | 'counts' | 'byCategory' | 'next'> & {
  scheme: string;
  stage: string;
  level: string | null;
  /** What the next level still needs, in words; absent at the top. */
  missing?: { zh: string; en: string };
};

export type Progress = {
  learner: string;
  ladders: Ladder[];
  credentials: { credentialId: string; scheme: string; stage: string; level: string; state: CredentialState }[];
};

export async function progressOf(deps: Deps, actor: Actor, personId: string): Promise<Progress> {
  authorise(actor, 'learners:read');
  const learner = await learnerOrThrow(deps, actor.organisation, personId);
  const entries = (await entriesOf(deps.db, actor.organisation, [learner.id])).get(learner.id) ?? [];
  const climbed = new Set(
    entries.flatMap((entry) => (entry.kind === 'record' ? [`${entry.scheme}\n${entry.stage}`] : [])),
  );
  const ladders = [...deps.schemes.values()].flatMap((scheme) =>
    scheme.stages
      .filter(({ id }) => climbed.has(`${scheme.id}\n${id}`))
      .map(({ id }) => ladderOf(scheme, id, standing(entries, scheme, id))),
  );
  const credentials = (await credentialsOf(deps.db, actor.organisation, [learner.id])).map(
    ({ fields, scheme, stage, level, state }) => ({
      credentialId: fields.uuid,
      scheme,
      stage,
      level,
      state,
    }),
  );
  return { learner: personId, ladders, credentials };
}

function ladderOf(scheme: Scheme, stage: string, { points, counts, byCategory, next, reached }: Standing): Ladder {
  return {
    scheme: scheme.id,
    stage,
    points,
    counts,
    byCategory,
    level: reached.at(-1) ?? null,
    ...(next ? { next, missing: missingWords(scheme, next) } : {}),
  };
}

/** "还差 20 分和 1 次线下活动" */
function missingWords(scheme: Scheme, next: NonNullable<Standing['next']>): { zh: string; en: string } {
  const level = allLevels(scheme).find(({ id }) => id === next.level)?.name;
  const gaps = Object.entries(next.missing).map(([id, count]) => ({
    count,
    name: scheme.categories.find((one) => one.id === id)?.name,
  }));
  const zh = [
    ...(next.missingPoints > 0 ? [`${next.missingPoints} 分`] : []),
    ...gaps.map(({ count, name }) => `${count} 次${name?.zh ?? ''}`),
  ];
  const en = [
    ...(next.missingPoints > 0 ? [`${next.missingPoints} points`] : []),
    ...gaps.map(({ count, name }) => `${count} × ${name?.en ?? ''}`),
  ];
  return {
    zh: `距${level?.zh ?? next.level}还差 ${zh.join('和 ')}`,
    en: `${level?.en ?? next.level} needs ${en.join(' and ')} more`,
  };
}
