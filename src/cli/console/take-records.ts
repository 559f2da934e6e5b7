/** A file of learning records on its way into the ledger, part after part: it may have millions, and memory holds one part. */
import type { Deps } from '../../deps.ts';
import type { Actor } from '../../issuer/actor.ts';
import { publish } from '../../issuer/publish.ts';
import { recordEvents } from '../../issuer/record-event.ts';
import type { OnRefused } from '../../learning/formats/dry-run.ts';
import type { Row } from '../../learning/formats/read-records.ts';

export type Taken = {
  rows: number;
  accepted: number;
  /** In the ledger before, by an earlier run of the same file perhaps. */
  duplicates: number;
  refused: number;
  /** Certificates that this made, and those that the service makes when keys and lists allow it. */
  issued: number;
  pending: number;
  /** Refused rows by the code of their problem. */
  problems: Record<string, number>;
  /** False when `goOn` ended it before the file's end. */
  isWhole: boolean;
};

/** Rows of one unit of work: more at once are no faster, and take more memory. */
const PART_ROWS = 2_000;
/** A bundle holds the status lists in use and the next one: it follows the work. */
const CERTIFICATES_A_PUBLICATION = 50_000;

type Run = {
  onRefused: OnRefused;
  partDone(taken: Taken): void;
  /** Asked before each part. */
  goOn(): boolean;
};

/** What a part has recorded is durable; the same file again counts nothing twice, so whoever was interrupted begins anew. */
export async function takeRecords(
  deps: Deps,
  actor: Actor,
  rows: AsyncIterable<Row>,
  { onRefused, partDone, goOn }: Run,
): Promise<Taken> {
  const inline = { ...deps, issueInline: PART_ROWS, wake: async () => undefined };
  const taken: Taken = {
    ...{ rows: 0, accepted: 0, duplicates: 0, refused: 0, issued: 0, pending: 0 },
    ...{ problems: {}, isWhole: false },
  };
  let published = 0;
  for await (const part of inParts(rows)) {
    if (!goOn()) return taken;
    const { accepted, duplicates, rejected, milestones } = await recordEvents(inline, actor, part);
    for (const { index, problem } of rejected) {
      taken.problems[problem.code] = (taken.problems[problem.code] ?? 0) + 1;
      await onRefused({ row: part[index] ?? { line: 0, cells: [], problem }, problem }, taken.rows + index);
    }
    const issued = milestones.filter(({ state }) => state === 'issued').length;
    taken.rows += part.length;
    taken.accepted += accepted;
    taken.duplicates += duplicates;
    taken.refused += rejected.length;
    taken.issued += issued;
    taken.pending += milestones.length - issued;
    if (taken.issued - published >= CERTIFICATES_A_PUBLICATION) {
      await publish(deps);
      published = taken.issued;
    }
    partDone(taken);
  }
  return { ...taken, isWhole: true };
}

async function* inParts(rows: AsyncIterable<Row>): AsyncGenerator<Row[], void, undefined> {
  let part: Row[] = [];
  for await (const row of rows) {
    part.push(row);
    if (part.length < PART_ROWS) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
