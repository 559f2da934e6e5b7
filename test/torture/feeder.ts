/** What takes records in and may be killed at any moment: a Node process on the database, or a worker under workerd. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RecordOutcome } from '../../src/issuer/record-event.ts';
import { bundled } from '../support/child.ts';
import type { SentRecord } from '../support/records.ts';

export type Feeder = {
  /** What was acknowledged; undefined when it died before it answered, and nobody knows what became of the records. */
  feed(records: readonly SentRecord[]): Promise<Acknowledged | undefined>;
  /** SIGKILL, to all that belongs to it. */
  kill(): void;
};

/** `problem` in a refusal is of no matter here. */
export type Acknowledged = Pick<RecordOutcome, 'accepted' | 'duplicates' | 'milestones'> & {
  rejected: readonly unknown[];
};

type Started = { child: ChildProcess; next(): Promise<string | undefined> };

/** Its lines one by one; undefined after its death. */
async function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Started> {
  const child = spawn(process.execPath, [await bundled(join(import.meta.dirname, program)), ...args], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true, // a group of its own
  });
  child.stdin.on('error', () => undefined); // it died with something still to read
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, next: async () => (await lines.next()).value };
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it is dead already
  }
}

export type Office = { organisation: string; source: string; env: Readonly<Record<string, string>> };

export async function startProcess({ organisation, source, env }: Office): Promise<Feeder> {
  const { child, next } = await start('child-feeder.ts', [organisation, source], env);
  const ready = next();
  return {
    feed: async (records) => {
      if ((await ready) === undefined) return undefined;
      child.stdin?.write(`${JSON.stringify(records)}\n`);
      const line = await next();
      return line === undefined ? undefined : JSON.parse(line);
    },
    kill: () => killGroup(child),
  };
}

export async function startWorkerProcess(vars: Readonly<Record<string, string>>, key: string): Promise<Feeder> {
  const { child, next } = await start('child-worker.ts', [JSON.stringify(vars)], {});
  const ready = next();
  return {
    feed: async (records) => {
      const url = await ready;
      if (url === undefined) return undefined;
      try {
        const answer = await fetch(`${JSON.parse(url)}/api/events`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify(records),
        });
        return answer.ok ? await answer.json() : undefined; // refused for now: the database is busy
      } catch {
        return undefined;
      }
    },
    kill: () => killGroup(child),
  };
}
