/** What the trials say of each check, and how it is printed. */
import type { Exemption, Suite } from '../attack.ts';
import type { Site } from './site.ts';
import type { Trial } from './trial.ts';

export type Judgement =
  /** An attack succeeds without it: it is needed. */
  | 'needed'
  /** Genuine visitors are turned away: it chooses, it does not refuse. */
  | 'no check'
  /** Nobody notices. */
  | 'survives'
  | 'exempt'
  /** An exemption for what is no more, or for a check that an attack proves to be needed. */
  | 'needless exemption';

export type Removal = {
  readonly site: Site;
  readonly trial: Trial;
  readonly judgement: Judgement;
  readonly reason?: string;
};

export function judge(
  sites: readonly Site[],
  trials: ReadonlyMap<number, Trial>,
  exemptions: readonly Exemption[],
): Removal[] {
  const unused = new Set(
    exemptions.flatMap(({ file, reason, conditions = [''] }) =>
      conditions.map((condition) => ({ file, condition, reason })),
    ),
  );
  const used: SingleExemption[] = [];
  const removals = sites.map((site): Removal => {
    const trial = trials.get(site.id) ?? untried(site.id);
    if (trial.succeeds !== undefined) return { site, trial, judgement: 'needed' };
    if (trial.turnedAway.length > 0) return { site, trial, judgement: 'no check' };
    const exemption = [...unused, ...used].find((one) => isOf(one, site));
    if (exemption && unused.delete(exemption)) used.push(exemption);
    return exemption
      ? { site, trial, judgement: 'exempt', reason: exemption.reason }
      : { site, trial, judgement: 'survives' };
  });
  for (const { file, condition, reason } of unused) {
    const site = { id: 0, line: 0, file, condition, becomes: '' };
    removals.push({ site, trial: untried(0), judgement: 'needless exemption', reason });
  }
  return removals;
}

const untried = (site: number): Trial => ({ site, turnedAway: [] });

/** A single condition, or none for all of a file. */
type SingleExemption = { readonly file: string; readonly condition: string; readonly reason: string };

const isOf = ({ file, condition }: SingleExemption, site: Site): boolean =>
  site.file === file && (condition === '' || site.condition === condition);

const cell = (text: string): string => text.replaceAll('|', '\\|');
const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

function row({ site, trial, judgement, reason }: Removal, names: readonly string[]): string {
  const how = trial.how === 'let in' ? '' : ` (${trial.how})`;
  const effect =
    judgement === 'needed' ? `${names[trial.succeeds ?? -1]}${how}` : `**${judgement}**${reason ? `: ${reason}` : ''}`;
  return `| ${site.file}:${site.line} | \`${cell(cut(site.condition, 90))}\` → ${cell(site.becomes)} | ${cell(effect)} |`;
}

/** Markdown. What only chooses is left out; `brief` leaves out the checks that are needed as well. */
export function table(
  { name, attacks }: Suite<unknown>,
  removals: readonly Removal[],
  { brief }: { brief: boolean },
): string {
  const names = attacks.map((one) => `${one.room}: ${one.name}`);
  const shown = removals.filter(({ judgement }) => judgement !== 'no check' && !(brief && judgement === 'needed'));
  const head = [`## ${name}`, '', '| check | removed | attack that succeeds without it |', '|---|---|---|'];
  return [...head, ...shown.map((one) => row(one, names)), ''].join('\n');
}

export function summary({ name, attacks }: Suite<unknown>, removals: readonly Removal[], seconds: number): string {
  const count = (judgement: Judgement): number => removals.filter((one) => one.judgement === judgement).length;
  const checks = count('needed') + count('survives') + count('exempt');
  return [
    `${name}: ${attacks.length} attacks, ${checks} checks removed one by one: ${count('needed')} let an attack succeed, `,
    `${count('survives')} did not, ${count('exempt')} are exempt with a reason; ${count('no check')} other mutants turned genuine visitors away; `,
    `${count('needless exemption')} needless exemptions; ${seconds} s`,
  ].join('');
}
