/** The verb that works an import off, part after part: records, certificates, findings. Killed anywhere, the next one goes on at the first part that is not finished. */
import type { Deps } from '../deps.ts';
import { countIssued, ownEntries, partActor, reversedAmong } from '../store/imported-entries.ts';
import {
  closeImport,
  finishPart,
  type Import,
  importTotals,
  isStillOurs,
  nextPart,
  type OpenPart,
} from '../store/imports.ts';
import { erasedSince } from '../store/people.ts';
import { seal } from '../vc/seal.ts';
import type { Actor } from './actor.ts';
import { awardLeftBehind } from './award.ts';
import { countCodes, readRows, refusals, reopenList, repetition, takenBack, withoutErased } from './import-rows.ts';
import { issuePending } from './issue.ts';
import { publish } from './publish.ts';
import { recordEvents } from './record-event.ts';
import { openPart, PART_ROWS } from './stage-import.ts';

/** While the certificates of one part are signed, the records of the next are written; a third is ready whenever one of them waits. */
const LANES = 3;
/** A bundle holds the status lists in use and the next one: it follows the work. */
const PARTS_A_PUBLICATION = 25;

export type Run = {
  /** Whoever works now: see takeImport. */
  runner: string;
  /** Asked before each part; false ends the run early. */
  goOn(): boolean;
  /** So many rows, or records, are done with. */
  partDone?(count: number): void;
};

/** True when nothing of it is left to do. */
export async function runImport(deps: Deps, one: Import, run: Run): Promise<boolean> {
  const inHand = new Set<number>();
  let turn: Promise<void> = Promise.resolve();
  let isOver = false;

  /** Rows reach the ledger in the order of the file: of two with one serial number, the first is the one that counts. */
  const lane = async (): Promise<void> => {
    for (;;) {
      const before = turn;
      let pass: () => void = () => undefined;
      turn = new Promise((resolve) => {
        pass = resolve;
      });
      await before;
      try {
        const part =
          isOver || !(await mayGoOn(deps, one, run)) ? undefined : await nextPart(deps.db, one.id, [...inHand]);
        if (!part) {
          isOver = true;
          return;
        }
        inHand.add(part.number);
        const isDone = await workOff(deps, one, { part, run, recorded: pass });
        if (!isDone) return;
        inHand.delete(part.number);
        run.partDone?.(part.rows);
      } catch (error) {
        isOver = true;
        throw error;
      } finally {
        pass();
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return (await mayGoOn(deps, one, run)) && close(deps, one);
}

const isOurs = (deps: Deps, { id }: Import, { runner }: Run): Promise<boolean> =>
  isStillOurs(deps.db, { id, runner, state: 'running', now: deps.clock.now() });

const mayGoOn = async (deps: Deps, one: Import, run: Run): Promise<boolean> => run.goOn() && isOurs(deps, one, run);

/**
 * Everything that is counted is asked of the ledger, so a part that is worked off twice says the same. False when the import
 * was taken back or taken over meanwhile.
 */
async function workOff(
  deps: Deps,
  one: Import,
  { part, run, recorded }: { part: OpenPart; run: Run; recorded: () => void },
): Promise<boolean> {
  if (part.number > 0 && part.number % PARTS_A_PUBLICATION === 0) await publish(deps);
  const actor = actorOf(one, part.number);
  const list = reopenList(deps, one);
  const rows = await openPart(deps, part.content);
  const drafts = await readRows(deps, actor, list, rows);
  const inline = { ...deps, issueInline: PART_ROWS, wake: async () => undefined };
  const leftOut = new Set<number>();
  const { accepted, rejected } = await recordEvents(inline, actor, drafts, {
    ofImport: { id: one.id, createdAt: one.createdAt, recorded, leftOut: (index) => leftOut.add(index) },
  });
  if (!(await isOurs(deps, one, run))) return false;

  const refused = new Set([...rejected.map(({ index }) => index), ...leftOut]);
  const rowOf = new Map<string, number>(); // the first that has the id is the one in the ledger
  for (const [index, draft] of drafts.entries()) {
    const id = 'value' in draft && !refused.has(index) ? draft.value.id?.normalize('NFC') : undefined;
    if (id !== undefined && !rowOf.has(id)) rowOf.set(id, index);
  }
  const rowFor = (recordId: string) => rows[rowOf.get(recordId) ?? -1];
  const recordIds = [...rowOf.keys()];
  const corrected = new Set(
    accepted < recordIds.length ? await reversedAmong(deps.db, actor, { recordIds, by: 'correction' }) : [],
  );
  const entries = await ownEntries(deps.db, one, { part: part.number, recordIds });
  const own = entries.filter(({ recordId }) => !corrected.has(recordId));
  const repeated = own.filter((entry) => entry.repeated);
  const erased = await erasedSince(deps.db, one.organisation, one.createdAt);
  const found = [
    ...refusals(list, rows, rejected),
    ...repeated.map(({ recordId }) => repetition(list, rowFor(recordId))),
    ...[...corrected].map((recordId) => takenBack(list, rowFor(recordId))),
  ];
  const findings = (await withoutErased(deps, one.organisation, { findings: found, erased })).sort(
    (a, b) => a.line - b.line,
  );
  const done = {
    accepted: own.length,
    duplicates: rows.length - refused.size - own.length,
    refused: refused.size,
    repeated: repeated.length,
    issued: own.filter((entry) => entry.issued && !entry.repeated).length,
    codes: countCodes(findings),
    findings: findings.length === 0 ? null : await seal(JSON.stringify(findings), deps.sealingKey),
    erased: erased.size,
  };
  await finishPart(deps.db, { importId: one.id, number: part.number }, done, deps.clock.now());
  return true;
}

/** The entries' actor is the part, whoever started the import. */
const actorOf = ({ id, organisation, source }: Import, part: number): Actor => ({
  organisation,
  source,
  name: partActor(id, part),
  scopes: new Set(['records:write']),
});

/** What a killed run recorded and did not issue is issued first. */
async function close(deps: Deps, one: Import): Promise<boolean> {
  const { accepted, repeated, issued } = await importTotals(deps.db, one.id, 0);
  if (issued < accepted - repeated) {
    while ((await awardLeftBehind(deps)) > 0);
    await issuePending(deps, PART_ROWS);
  }
  await closeImport(deps.db, one.id, { issued: await countIssued(deps.db, one), now: deps.clock.now() });
  return true;
}
