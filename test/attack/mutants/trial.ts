/** The worker: it loads one mutant after the other and sends the visitors to it. Orders in, reports out. */
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Attack, Suite } from '../attack.ts';

export type Order =
  /** Which sites do these attacks reach in the unchanged code? */
  | { readonly kind: 'survey'; readonly attacks: readonly number[] }
  /** Does one of these attacks, in this order, succeed against the mutant? `genuineOnly` sends nobody else. */
  | { readonly kind: 'try'; readonly site: number; readonly attacks: readonly number[]; readonly genuineOnly?: true };

/** Sites in the order in which they ran: while the code loads, and then for both visitors of each attack. */
export type Survey = { readonly loading: readonly number[]; readonly reached: ReadonlyMap<number, readonly number[]> };

export type Trial = {
  readonly site: number;
  /** The first attack found to succeed while its genuine visitor still passes. */
  readonly succeeds?: number;
  /** A verifier never throws, and always ends. */
  readonly how?: 'let in' | 'threw' | 'never ends';
  /** Attacks whose genuine visitors are no longer let in. */
  readonly turnedAway: readonly number[];
};

export type Report =
  | { readonly kind: 'ready' }
  | { readonly kind: 'visit'; readonly attack: number }
  | { readonly kind: 'surveyed'; readonly survey: Survey }
  | { readonly kind: 'tried'; readonly trial: Trial };

/** The built code, and the address of the suite's module. */
export type Stage = { readonly code: string; readonly suite: string };

type Switches = { active: number; reached?: Set<number> };
/** What Node itself has: all else is in the built code. */
const require = createRequire(import.meta.url);
let compiled: ReturnType<typeof compileFunction> | undefined;

/** A fresh copy of the code: what it does and keeps while it loads belongs to the mutant too. Not a module, which would be kept for ever. */
function load<Subject>(code: string, switches: Switches): Subject {
  Object.assign(globalThis, { mutation: switches });
  compiled ??= compileFunction(code, ['require', 'module']);
  const module = { exports: {} };
  compiled(require, module);
  return module.exports as Subject; // built from the doors of the suite that also holds the attacks
}

type Fate = 'let in' | 'stopped' | 'threw';
const fate = (visit: Promise<boolean>): Promise<Fate> =>
  visit.then(
    (isLetIn): Fate => (isLetIn ? 'let in' : 'stopped'),
    (): Fate => 'threw',
  );

async function survey<Subject>(code: string, attacks: ReadonlyMap<number, Attack<Subject>>): Promise<Survey> {
  const loading = new Set<number>();
  load<Subject>(code, { active: 0, reached: loading });
  const found = new Map<number, number[]>();
  for (const [index, { forged, genuine }] of attacks) {
    const reached = new Set<number>();
    const subject = load<Subject>(code, { active: 0, reached });
    await fate(forged(subject));
    await fate(genuine(subject));
    found.set(
      index,
      [...reached].filter((site) => !loading.has(site)),
    );
  }
  return { loading: [...loading], reached: found };
}

/** Genuine visitors that come beside the forged ones; when so many are turned away, the code is broken and nothing else. */
const ENOUGH = 20;

async function tryMutant<Subject>(
  code: string,
  { site, genuineOnly }: { site: number; genuineOnly?: true | undefined },
  attacks: ReadonlyMap<number, Attack<Subject>>,
): Promise<Trial> {
  const subject = load<Subject>(code, { active: site });
  const turnedAway: number[] = [];
  const visit = (index: number, visitor: (subject: Subject) => Promise<boolean>): Promise<Fate> => {
    tell({ kind: 'visit', attack: index });
    return fate(visitor(subject));
  };
  const passes = async (index: number, { genuine }: Attack<Subject>): Promise<boolean> => {
    const isLetIn = (await visit(index, genuine)) === 'let in';
    if (!isLetIn) turnedAway.push(index);
    return isLetIn;
  };
  let seen = 0;
  for (const [index, attack] of attacks) {
    const forged = genuineOnly ? 'stopped' : await visit(index, attack.forged);
    if (forged !== 'stopped' && (await passes(index, attack)))
      return { site, succeeds: index, how: forged, turnedAway };
    if (forged === 'stopped' && seen++ < ENOUGH) await passes(index, attack);
    if (turnedAway.length >= ENOUGH) break;
  }
  for (const [index, attack] of turnedAway.length === 0 ? [...attacks].slice(ENOUGH) : [])
    if (!(await passes(index, attack))) break;
  return { site, turnedAway };
}

const tell = (report: Report): void => parentPort?.postMessage(report);

if (!isMainThread) {
  const stage = workerData as Stage; // from the one place that starts this worker
  const { suite } = (await import(stage.suite)) as { suite: Suite<unknown> }; // every suite module exports its suite
  const chosen = (indexes: readonly number[]) =>
    new Map(indexes.flatMap((index) => (suite.attacks[index] ? [[index, suite.attacks[index]] as const] : [])));
  tell({ kind: 'ready' });
  parentPort?.on('message', async (order: Order) => {
    if (order.kind === 'survey') tell({ kind: 'surveyed', survey: await survey(stage.code, chosen(order.attacks)) });
    else tell({ kind: 'tried', trial: await tryMutant(stage.code, order, chosen(order.attacks)) });
  });
}
