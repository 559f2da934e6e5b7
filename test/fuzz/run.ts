/** Runs one target over many mutations: every answer is counted, every broken promise is kept with what brings it back. */
import fc from 'fast-check';
import { hex } from '../../src/vc/encoding.ts';
import type { Input, Mutation } from './mutators.ts';
import type { Answer, Target } from './targets.ts';

export type Violation = {
  /** What was promised and not kept. */
  readonly what: string;
  readonly mutation: Mutation;
  /** With the seed: `--path` of the fuzzer. */
  readonly path: string;
};

export type Report = {
  readonly target: string;
  readonly mutations: number;
  readonly accepted: number;
  /** Reason → how often. */
  readonly refused: ReadonlyMap<string, number>;
  readonly slowest: Slow;
  readonly violation?: Violation;
};

export type Slow = {
  /** The best of five times, so that it is the input's time and not a pause of the machine. */
  readonly ms: number;
  readonly path: string;
  /** The longest that any mutation took the first time, pauses included. */
  readonly firstMs: number;
};

export type RunOptions = {
  readonly runs: number;
  readonly seed: number;
  /** Only this one mutation. */
  readonly path?: string;
  /** Sees every mutation with its answer. */
  readonly onAnswer?: (mutation: Mutation, answer: Answer | Error) => void;
};

export async function runTarget(target: Target, { runs, seed, path, onAnswer }: RunOptions): Promise<Report> {
  for (const { input } of target.seeds) for (let warm = 0; warm < 5; warm++) await target.accept(input);
  const refused = new Map<string, number>();
  let mutations = 0;
  let accepted = 0;
  let broken = false;
  let slow: Timed[] = [];

  const property = fc.asyncProperty(target.mutations, async (mutation) => {
    const started = performance.now();
    const answer = await answerTo(target, mutation.input);
    const ms = performance.now() - started;
    if (broken) return thrown(answer); // what follows a failure is its shrinking
    slow = slowestOf([...slow, { ms, path: path ?? String(mutations), input: mutation.input }]);
    mutations++;
    if (answer === 'accepted') accepted++;
    else if (answer instanceof Error) broken = true;
    else refused.set(answer.refused, (refused.get(answer.refused) ?? 0) + 1);
    onAnswer?.(mutation, answer);
    thrown(answer);
  });
  const result = await fc.check(property, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) });

  const [mutation] = result.counterexample ?? [];
  const violation = mutation && {
    what: messageOf(result.errorInstance),
    mutation,
    path: result.counterexamplePath ?? '',
  };
  return {
    target: target.name,
    mutations,
    accepted,
    refused,
    slowest: await timedAgain(target, slow),
    ...(violation ? { violation } : {}),
  };
}

function thrown(answer: Answer | Error): void {
  if (answer instanceof Error) throw answer;
}

type Timed = { readonly ms: number; readonly path: string; readonly input: Input };

const slowestOf = (timed: readonly Timed[]): Timed[] =>
  timed.length <= 10 ? [...timed] : [...timed].sort((a, b) => b.ms - a.ms).slice(0, 10);

async function timedAgain(target: Target, slow: readonly Timed[]): Promise<Slow> {
  let slowest = { ms: 0, path: '0' };
  for (const { path, input } of slow) {
    const ms = await bestOfFive(target, input);
    if (ms >= slowest.ms) slowest = { ms, path };
  }
  return { ...slowest, firstMs: Math.max(0, ...slow.map(({ ms }) => ms)) };
}

/** An Error is a broken promise: it threw, or it accepted what nobody issued. */
async function answerTo(target: Target, input: Input): Promise<Answer | Error> {
  try {
    const answer = await target.accept(input);
    const form = answer === 'accepted' ? await target.canonical(input) : '';
    const foreign = answer === 'accepted' && (form === undefined || !target.genuine.has(form));
    return foreign ? new Error('accepted, although its canonical form has changed') : answer;
  } catch (error) {
    return new Error(`threw ${messageOf(error)}`, { cause: error });
  }
}

async function bestOfFive(target: Target, input: Input): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 5; time++) {
    const started = performance.now();
    await answerTo(target, input);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For a terminal: text as JSON, bytes as hex, the middle left out of what is long. */
export function shownInput(input: Input): string {
  const text = typeof input === 'string' ? JSON.stringify(input) : hex(input);
  return text.length <= 3_000 ? text : `${text.slice(0, 2_000)} … ${text.slice(-900)} (${input.length} in all)`;
}
