/** Tries all mutants on all processors, and ends the ones that never end. */
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { MutableBuild } from './build.ts';
import type { Site } from './site.ts';
import type { Order, Report, Stage, Survey, Trial } from './trial.ts';

/** For one visitor. Far above what any of them takes, so that a slow machine gives the same result. */
const PATIENCE_SECONDS = 5;

/** `suite` is the path of the suite's module, which holds so many attacks. */
export async function tryAll(built: MutableBuild, suite: string, attackCount: number): Promise<Map<number, Trial>> {
  const stage: Stage = { code: built.code, suite: pathToFileURL(suite).href };
  const triers = await Promise.all(Array.from({ length: availableParallelism() }, () => startTrier(stage)));
  const shares = triers.map((_, turn) =>
    Array.from({ length: attackCount }, (_, index) => index).filter((index) => index % triers.length === turn),
  );
  const surveys = await Promise.all(triers.map((trier, turn) => trier.survey(shares[turn] ?? [])));
  const likely = likelyAttacks(built, surveys);
  const left = [...built.sites];
  const trials = new Map<number, Trial>();
  const work = async (first: Trier): Promise<void> => {
    let trier = first;
    for (let site = left.shift(); site; site = left.shift()) {
      const order = { kind: 'try', site: site.id, attacks: likely(site) } as const;
      let tried = await trier.try(order);
      if ('endless' in tried) {
        trier = await startTrier(stage);
        const alone = await trier.try({ ...order, attacks: [tried.endless], genuineOnly: true });
        if ('endless' in alone) trier = await startTrier(stage);
        const isBroken = 'endless' in alone || alone.turnedAway.length > 0;
        tried = isBroken
          ? { site: site.id, turnedAway: [tried.endless] }
          : { site: site.id, succeeds: tried.endless, how: 'never ends', turnedAway: [] };
      }
      trials.set(site.id, tried);
    }
    await trier.stop();
  };
  await Promise.all(triers.map(work));
  return trials;
}

/**
 * The attacks that concern a site, the likeliest to succeed first: an attack is stopped by one of the last checks that it
 * reaches. What runs while the code loads concerns every attack that then runs its file, or one that imports it.
 */
function likelyAttacks({ sites, importers }: MutableBuild, surveys: readonly Survey[]): (site: Site) => number[] {
  const fileOf = new Map(sites.map(({ id, file }) => [id, file]));
  const loading = new Set(surveys.flatMap((one) => one.loading));
  const attacks = surveys.flatMap(({ reached }) => [...reached]).toSorted(([a], [b]) => a - b);
  const filesOf = new Map(attacks.map(([attack, reached]) => [attack, new Set(reached.map((id) => fileOf.get(id)))]));
  return ({ id, file }) => {
    if (!loading.has(id))
      return attacks
        .filter(([, reached]) => reached.includes(id))
        .toSorted(([, a], [, b]) => a.length - a.indexOf(id) - (b.length - b.indexOf(id)))
        .map(([attack]) => attack);
    const near = [file, ...(importers.get(file) ?? [])];
    return attacks.map(([attack]) => attack).filter((attack) => near.some((one) => filesOf.get(attack)?.has(one)));
  };
}

type Endless = { readonly endless: number };
type Trier = {
  survey(attacks: readonly number[]): Promise<Survey>;
  /** After an endless one the worker is gone. */
  try(order: Order & { kind: 'try' }): Promise<Trial | Endless>;
  stop(): Promise<unknown>;
};

async function startTrier(workerData: Stage): Promise<Trier> {
  const worker = new Worker(new URL('./trial.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  let hear: (report: Report) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  worker.on('message', (report: Report) => hear(report));
  worker.on('error', (error) => fail(error));
  const answer = (order?: Order): Promise<Report> =>
    new Promise((resolve, reject) => {
      hear = resolve;
      fail = reject;
      if (order) worker.postMessage(order);
    });
  await answer();
  return {
    stop: () => worker.terminate(),
    async survey(attacks) {
      const report = await answer({ kind: 'survey', attacks });
      if (report.kind !== 'surveyed') throw new Error(`a survey was answered with ${report.kind}`);
      return report.survey;
    },
    try: (order) =>
      new Promise((resolve) => {
        let endless = order.attacks[0] ?? 0;
        const giveUp = (): void => {
          resolve({ endless });
          worker.terminate();
        };
        let clock = setTimeout(giveUp, PATIENCE_SECONDS * 1000);
        fail = giveUp; // out of memory is as good as endless
        hear = (report) => {
          clearTimeout(clock);
          if (report.kind === 'tried') return resolve(report.trial);
          if (report.kind === 'visit') endless = report.attack;
          clock = setTimeout(giveUp, PATIENCE_SECONDS * 1000);
        };
        worker.postMessage(order);
      }),
  };
}
