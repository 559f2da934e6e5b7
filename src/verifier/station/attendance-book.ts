/** The attendance book: the quotas of this device and what was recorded under each. On the disk before anybody is told. */
import { equalBytes } from '../../vc/encoding.ts';
import { type Quota, readQuota } from '../../vc/slip/quota.ts';
import { signSlip } from '../../vc/slip/slip.ts';
import { exchangeRecord, readRecord } from './database.ts';
import type { DeviceKey } from './device-key.ts';

/** Of one serial. Its content is settled when it is written; a signature that a crash has prevented is made later, over the same. */
type Entry = {
  readonly serial: number;
  /** Digits of a learner code. */
  readonly learner: string;
  /** Epoch seconds. */
  readonly time: number;
  readonly bundle: number;
  /** Absent before it is signed, and once the service has confirmed it. */
  readonly slip?: string;
  /** What the service said last: `redeemed`, or why not. */
  readonly answer?: string;
};

type Sheet = {
  /** The quota as it was signed. */
  readonly text: string;
  /** Never goes back, whatever becomes of the entries. */
  readonly next: number;
  readonly entries: readonly Entry[];
  /** Confirmed entries that were dropped, their learner codes with them. */
  readonly dropped: number;
};

/** For these nothing is left to be done: the learner's attendance counts. */
const CONFIRMED = ['redeemed', 'already-redeemed', 'already-attended'];

export type Loaded = 'taken' | 'known' | 'malformed' | 'other-device' | 'too-late' | 'not-kept';

export type Taken =
  | { readonly kind: 'recorded' | 'again'; readonly serial: number; readonly time: number; readonly quota: Quota }
  | { readonly kind: 'used-up' | 'not-yet' | 'over'; readonly quota: Quota }
  | { readonly kind: 'no-quota' };

/** Of the quota in use, or the one nearest to it. */
export type SheetFacts = {
  readonly quota: Quota;
  readonly recorded: number;
  readonly confirmed: number;
  /** Reason → how many wait for somebody to look. */
  readonly refused: ReadonlyMap<string, number>;
};

export type AttendanceBook = {
  load(text: string, now: number): Promise<Loaded>;
  take(learner: string, circumstances: { now: number; bundle: number }): Promise<Taken>;
  /** Slips, of any quota, that the service has not confirmed: all, or those of which it has said nothing yet. */
  pending(which: 'all' | 'unanswered'): Promise<string[]>;
  /** Slip → what the service said. */
  settle(answers: ReadonlyMap<string, string>, now: number): Promise<void>;
  facts(now: number): Promise<SheetFacts | undefined>;
};

export function openAttendanceBook(device: DeviceKey): AttendanceBook {
  const sheets = async (): Promise<readonly Sheet[]> => (await readRecord<readonly Sheet[]>('attendance')) ?? [];
  const exchange = (next: (sheets: readonly Sheet[]) => readonly Sheet[] | undefined) =>
    exchangeRecord<readonly Sheet[]>('attendance', (held) => next(held ?? []));

  async function take(learner: string, { now, bundle }: { now: number; bundle: number }): Promise<Taken> {
    let taken: Taken | undefined;
    await exchange((held) => {
      const place = placeOf(held, now);
      taken = place ? takenAt(place, learner, now) : { kind: 'no-quota' };
      if (!place || taken.kind !== 'recorded') return undefined;
      const entry: Entry = { serial: taken.serial, learner, time: now, bundle };
      const { sheet } = place;
      const grown = { ...sheet, next: sheet.next + 1, entries: [...sheet.entries, entry] };
      return held.map((one) => (one === sheet ? grown : one));
    });
    await signAll();
    return taken ?? { kind: 'no-quota' };
  }

  /** What cannot be signed now is recorded all the same, and signed when slips are next asked for. */
  const signAll = (): Promise<void> => signEach().catch(() => undefined);

  async function signEach(): Promise<void> {
    const signed = new Map<string, string>();
    for (const { text, entries } of await sheets()) {
      const quota = quotaOf(text);
      for (const entry of entries) {
        if (!quota || entry.slip !== undefined || entry.answer !== undefined) continue;
        const { serial, learner, time, bundle } = entry;
        const content = { quota: quota.id, serial, learner, activity: quota.record.activity, time, bundle };
        signed.set(`${text} ${serial}`, await signSlip(content, device.publicKey, device.signer));
      }
    }
    if (signed.size === 0) return;
    await exchange((held) =>
      editEntries(held, (entry, { text }) => {
        const slip = signed.get(`${text} ${entry.serial}`);
        return slip === undefined || entry.slip !== undefined || entry.answer !== undefined
          ? entry
          : { ...entry, slip };
      }),
    );
  }

  return {
    take,
    async load(text, now) {
      const read = readQuota(text.trim());
      if (!read.ok) return 'malformed';
      if (!equalBytes(read.fields.device, device.publicKey)) return 'other-device';
      if (now > read.fields.redeemBy) return 'too-late';
      let loaded: Loaded = 'not-kept';
      await exchange((held) => {
        const known = held.some((sheet) => quotaOf(sheet.text)?.id === read.fields.id);
        loaded = known ? 'known' : 'taken';
        return known ? undefined : [...held, { text: read.text, next: 1, entries: [], dropped: 0 }];
      }).catch(() => {
        loaded = 'not-kept';
      });
      return loaded;
    },
    async pending(which) {
      await signAll();
      return (await sheets()).flatMap(({ entries }) =>
        entries.flatMap(({ slip, answer }) => (which === 'all' || answer === undefined ? (slip ?? []) : [])),
      );
    },
    async settle(answers, now) {
      await exchange((held) =>
        withoutDone(
          editEntries(held, (entry) => {
            const answer = answers.get(entry.slip ?? '');
            if (answer === undefined) return entry;
            const { slip: _, ...confirmed } = entry;
            return CONFIRMED.includes(answer) ? { ...confirmed, answer: 'redeemed' } : { ...entry, answer };
          }),
          now,
        ),
      );
    },
    async facts(now) {
      const place = placeOf(await sheets(), now);
      if (!place) return undefined;
      const { quota, sheet } = place;
      const refused = new Map<string, number>();
      for (const { answer } of sheet.entries)
        if (answer !== undefined && answer !== 'redeemed') refused.set(answer, (refused.get(answer) ?? 0) + 1);
      const confirmed = sheet.dropped + sheet.entries.filter(({ answer }) => answer === 'redeemed').length;
      return { quota, recorded: sheet.dropped + sheet.entries.length, confirmed, refused };
    },
  };
}

type Place = { readonly sheet: Sheet; readonly quota: Quota };

/** The sheet that is open; else the one that opens next; else the last that closed. Of several the one loaded last. */
function placeOf(sheets: readonly Sheet[], now: number): Place | undefined {
  const places = sheets
    .flatMap((sheet): Place[] => {
      const quota = quotaOf(sheet.text);
      return quota ? [{ sheet, quota }] : [];
    })
    .reverse();
  const open = places.find(({ quota }) => quota.from <= now && now <= quota.until);
  const [next] = places.filter(({ quota }) => now < quota.from).sort((a, b) => a.quota.from - b.quota.from);
  const [last] = places.sort((a, b) => b.quota.until - a.quota.until);
  return open ?? next ?? last;
}

function takenAt({ sheet, quota }: Place, learner: string, now: number): Taken {
  const before = sheet.entries.find((entry) => entry.learner === learner);
  if (now < quota.from) return { kind: 'not-yet', quota };
  if (now > quota.until) return { kind: 'over', quota };
  if (before) return { kind: 'again', serial: before.serial, time: before.time, quota };
  return sheet.next > quota.serials
    ? { kind: 'used-up', quota }
    : { kind: 'recorded', serial: sheet.next, time: now, quota };
}

const editEntries = (sheets: readonly Sheet[], edit: (entry: Entry, sheet: Sheet) => Entry): readonly Sheet[] =>
  sheets.map((sheet) => ({ ...sheet, entries: sheet.entries.map((entry) => edit(entry, sheet)) }));

/** Learner codes stay as long as somebody may be recorded twice; a sheet as long as its quota could be loaded again. */
function withoutDone(sheets: readonly Sheet[], now: number): readonly Sheet[] {
  return sheets.flatMap((sheet) => {
    const quota = quotaOf(sheet.text);
    if (!quota || now <= quota.until) return [sheet];
    const entries = sheet.entries.filter(({ answer }) => answer !== 'redeemed');
    const dropped = sheet.dropped + sheet.entries.length - entries.length;
    return now > quota.redeemBy && entries.length === 0 ? [] : [{ ...sheet, entries, dropped }];
  });
}

/** Undefined for what a damaged database gives. */
function quotaOf(text: string): Quota | undefined {
  const read = readQuota(String(text));
  return read.ok ? read.fields : undefined;
}
