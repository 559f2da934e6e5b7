/** A load of POST requests over kept connections, made by a process of its own: load-generator.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type LoadPlan = {
  readonly port: number;
  readonly path: string;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  /** What the answer's body begins with when it is right. */
  readonly answer: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, sent when they are due whatever has been answered; without it each connection sends as soon as it may. */
  readonly rate?: number;
};

export type LoadResult = {
  /** Of the requests that were answered rightly, in milliseconds, from the time at which each was due. */
  readonly latenciesMs: readonly number[];
  readonly wrong: number;
};

export type LoadGenerator = { run(plan: LoadPlan): Promise<LoadResult>; stop(): void };

export function startLoadGenerator(): LoadGenerator {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load-generator.ts'), { serialization: 'advanced' });
  return {
    run: async (plan) => {
      child.send(plan);
      const [result] = (await once(child, 'message')) as [LoadResult]; // the program's only message
      return result;
    },
    stop: () => child.kill(),
  };
}
