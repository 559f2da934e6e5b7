/** The verb that redeems slips: each is read, held against its quota, counted at most once, and becomes a learning record. */
import type { Deps } from '../deps.ts';
import { parseRecord } from '../learning/event.ts';
import { findDocument } from '../store/documents.ts';
import { type CodeHolder, holdersOfCodes } from '../store/learner-codes.ts';
import { findQuotas } from '../store/quotas.ts';
import {
  type CountingSlip,
  firstSlips,
  redeemSlips as keepAndCount,
  type SeenSlip,
  type SerialState,
  serialName,
} from '../store/slips.ts';
import type { Quota } from '../vc/slip/quota.ts';
import type { SlipRefusal } from '../vc/slip/refusal.ts';
import { isSignedByDevice, readSlip, type Slip, slipFault } from '../vc/slip/slip.ts';
import { attendanceRecord, keptQuota, slipSource } from './quota.ts';
import { recordEvents } from './record-event.ts';

/** In the order of the slips. */
export type SlipOutcome = { redeemed: true } | { redeemed: false; reason: SlipRefusal };

type HeldQuota = { quota: Quota; organisation: string };
/** Signed by the device of its quota. */
type Genuine = HeldQuota & { index: number; slip: Slip; seen: SeenSlip };

/**
 * Needs no actor: a slip says by itself whose it is, and does nothing but what its quota allows. Bad slips never stop good
 * ones. What was redeemed is durable; where its record was not written any more, the same slip sent again writes it.
 */
export async function redeemSlips(deps: Deps, texts: readonly string[]): Promise<SlipOutcome[]> {
  const outcomes = new Map<number, SlipOutcome>();
  const refuse = (index: number, reason: SlipRefusal) => outcomes.set(index, { redeemed: false, reason });

  // 1. What is a slip at all, of a quota that was given out, and signed by its device.
  const read = texts.map((text, index) => ({ index, text, slip: readSlip(text) }));
  const quotas = await quotasOf(
    deps,
    read.flatMap(({ slip }) => (slip.ok ? [slip.fields.quota] : [])),
  );
  const genuine: Genuine[] = [];
  for (const { index, text, slip } of read) {
    if (!slip.ok) refuse(index, slip.reason);
    else {
      const held = quotas.get(slip.fields.quota);
      if (!held) refuse(index, 'unknown-quota');
      else if (!(await isSignedByDevice(text, { quota: held.quota, primitives: deps.primitives })))
        refuse(index, 'bad-signature');
      else genuine.push({ ...held, index, slip: slip.fields, seen: seenSlip(text, slip.fields) });
    }
  }

  // 2. What its quota and the scheme have against each, were it the first of its serial.
  const faults = await faultsOf(deps, genuine);
  const holders = await holdersOfCodes(
    deps.db,
    genuine.map(({ slip }) => slip.learner),
  );
  for (const one of genuine)
    if (!holderOf(one, holders) && !faults.has(one.index)) faults.set(one.index, 'unknown-learner');

  // 3. The database keeps, suspends and counts.
  const within = genuine.filter(({ slip, quota }) => slip.serial <= quota.serials);
  const states = await keepAndCount(deps.db, {
    request: deps.random.uuid(),
    now: deps.clock.now(),
    seen: within.map(({ seen }) => seen),
    counting: within.flatMap((one) => (faults.has(one.index) ? [] : countingSlip(one, holders))),
    quotas: new Map(
      within.map(({ slip, organisation }) => [slip.quota, { organisation, auditId: deps.random.uuid() }]),
    ),
  });

  // 4. Whatever is counted is a record; written again it is a duplicate, so that a crash in between costs nothing.
  const attended = within.filter((one) => isAttended(one, states));
  const unrecorded = await recordAttendances(deps, attended, holders);

  const counted = new Set<string>();
  for (const one of genuine) {
    const reason = unrecorded.has(one.index) ? 'not-in-scheme' : refusalOf(one, { states, faults, counted });
    outcomes.set(one.index, reason === undefined ? { redeemed: true } : { redeemed: false, reason });
  }
  return texts.map((_, index) => outcomes.get(index) ?? { redeemed: false, reason: 'malformed' });
}

async function quotasOf(deps: Deps, ids: readonly string[]): Promise<Map<string, HeldQuota>> {
  const rows = ids.length === 0 ? new Map() : await findQuotas(deps.db, [...new Set(ids)]);
  return new Map(
    [...rows.values()].map(({ id, text, organisation }) => [id, { quota: keptQuota(text), organisation }]),
  );
}

const seenSlip = (text: string, { quota, serial }: Slip): SeenSlip => ({
  quota,
  serial,
  content: text.split('.')[1] ?? '',
  text,
});

async function faultsOf(deps: Deps, genuine: readonly Genuine[]): Promise<Map<number, SlipRefusal>> {
  const now = deps.clock.now();
  const first = await firstSlips(
    deps.db,
    genuine.map(({ slip }) => slip),
  );
  const published = new Map<number, number | undefined>();
  for (const { slip } of genuine)
    if (!published.has(slip.bundle))
      published.set(slip.bundle, (await findDocument(deps.db, 'bundle', slip.bundle))?.publishedAt);
  const faults = new Map<number, SlipRefusal>();
  for (const { index, slip, quota, seen } of genuine) {
    const before = first.get(serialName(seen));
    // Whoever came in time is not late because a review took long.
    const came = before?.content === seen.content ? Math.min(before.seenAt, now) : now;
    const fault = slipFault(slip, quota, { now: came, bundlePublishedAt: published.get(slip.bundle) });
    const record = attendanceRecord(quota, slip);
    const parsed = parseRecord(record, { schemes: deps.schemes, now, source: slipSource(quota.id) });
    if (fault ?? !parsed.ok) faults.set(index, fault ?? 'not-in-scheme');
  }
  return faults;
}

/** A code of another organisation is none here. */
function holderOf({ slip, organisation }: Genuine, holders: ReadonlyMap<string, CodeHolder>): CodeHolder | undefined {
  const holder = holders.get(slip.learner);
  return holder?.organisation === organisation ? holder : undefined;
}

function countingSlip(one: Genuine, holders: ReadonlyMap<string, CodeHolder>): CountingSlip[] {
  const holder = holderOf(one, holders);
  const { scheme, activity } = one.quota.record;
  return holder ? [{ ...one.seen, scheme, activity, personHash: holder.personHash }] : [];
}

function isAttended({ seen }: Genuine, states: ReadonlyMap<string, SerialState>): boolean {
  const state = states.get(serialName(seen));
  return state?.attended === true && state.content === seen.content;
}

/** Indexes of those that no rule of the scheme takes any more. */
async function recordAttendances(
  deps: Deps,
  attended: readonly Genuine[],
  holders: ReadonlyMap<string, CodeHolder>,
): Promise<Set<number>> {
  const unrecorded = new Set<number>();
  for (const quotaId of new Set(attended.map(({ slip }) => slip.quota))) {
    const ofQuota = attended.filter(({ slip }) => slip.quota === quotaId);
    const [{ organisation } = { organisation: '' }] = ofQuota;
    const actor = {
      organisation,
      source: slipSource(quotaId),
      name: `quota:${quotaId}`,
      scopes: new Set(['records:write']),
    };
    const rows = ofQuota.map(({ quota, slip }) => ({ value: attendanceRecord(quota, slip) }));
    const { rejected } = await recordEvents(deps, actor, rows, {
      hashOf: (code) => holders.get(code)?.personHash ?? '',
    });
    for (const { index, problem } of rejected) {
      deps.log({ event: 'slip-not-recorded', quota: quotaId, reason: problem.code });
      unrecorded.add(ofQuota[index]?.index ?? -1);
    }
  }
  return unrecorded;
}

type Findings = {
  states: ReadonlyMap<string, SerialState>;
  faults: ReadonlyMap<number, SlipRefusal>;
  /** Serials that an earlier slip of this request was redeemed for. */
  counted: Set<string>;
};

function refusalOf({ index, seen }: Genuine, { states, faults, counted }: Findings): SlipRefusal | undefined {
  const fault = faults.get(index);
  const name = serialName(seen);
  const state = states.get(name);
  if (!state) return fault ?? 'over-quota'; // beyond the quota nothing is kept
  if (state.content !== seen.content) return 'serial-reused';
  if (state.redeemed && !counted.has(name)) {
    counted.add(name);
    return undefined;
  }
  if (state.attended) return 'already-redeemed';
  if (fault !== undefined) return fault;
  return state.suspended ? 'quota-suspended' : 'already-attended';
}
