/** Slips as they came, what contradicts them, and the attendances that they were redeemed for. */
import { auditStatement } from './audit.ts';
import { type Db, integer, type Rows, text } from './client.ts';

/** A slip that its quota's device has signed, with a serial within the quota. */
export type SeenSlip = {
  quota: string;
  serial: number;
  /** The signed payload: two slips of one serial are the same when this is. */
  content: string;
  text: string;
};

/** One against which the quota has nothing. */
export type CountingSlip = Pick<SeenSlip, 'quota' | 'serial' | 'content'> & {
  scheme: string;
  activity: string;
  /** Lower-case hex. */
  personHash: string;
};

export type Redemption = {
  /** Unlike any other request's. */
  request: string;
  now: number;
  seen: readonly SeenSlip[];
  counting: readonly CountingSlip[];
  /** A fresh audit id for each quota of `seen`, with its organisation. */
  quotas: ReadonlyMap<string, { organisation: string; auditId: string }>;
};

/** How the serial of a slip stands afterwards. */
export type SerialState = {
  /** What came first for it. */
  content: string;
  attended: boolean;
  /** Attended by this very request. */
  redeemed: boolean;
  suspended: boolean;
};

export const serialName = ({ quota, serial }: Pick<SeenSlip, 'quota' | 'serial'>): string => `${quota} ${serial}`;

/**
 * One batch: keeps what is seen, suspends a quota for which a serial has two contents, and counts what may be counted under
 * those still open. Whichever request is first with a serial, or with a learner in an activity, has it.
 */
export async function redeemSlips(db: Db, { request, now, seen, counting, quotas }: Redemption) {
  const slips = JSON.stringify(seen.map(({ quota, serial, content, text }) => [quota, serial, content, text]));
  const attendances = JSON.stringify(
    counting.map(({ quota, serial, content, scheme, activity, personHash }) => [
      quota,
      serial,
      content,
      scheme,
      activity,
      personHash,
    ]),
  );
  const isRival = { sql: 'exists (select 1 from slip_rivals where request = ? and quota = ?)' };
  const results = await db.write([
    {
      sql: `insert into slips (quota, serial, content, text, seen_at)
            select value ->> 0, value ->> 1, value ->> 2, value ->> 3, ? from json_each(?) where true order by key
            on conflict do nothing`,
      args: [now, slips],
    },
    {
      sql: `insert into slip_rivals (quota, serial, content, text, seen_at, request)
            select value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?, ?
            from json_each(?) cross join slips on slips.quota = value ->> 0 and slips.serial = value ->> 1
                 cross join quotas on quotas.id = slips.quota
            where slips.content <> value ->> 2 and quotas.state = 'open'
            on conflict do nothing`,
      args: [now, request, slips],
    },
    {
      sql: `update quotas set state = 'suspended' where state = 'open' and id in (select quota from slip_rivals where request = ?)`,
      args: [request],
    },
    ...[...quotas].map(([quota, { organisation, auditId }]) =>
      auditStatement(
        { id: auditId, at: now, organisation, actor: `quota:${quota}`, action: 'suspend-quota', object: quota },
        { ...isRival, args: [request, quota] },
      ),
    ),
    {
      sql: `insert into attendances (organisation, scheme, activity, person_hash, quota, serial, redeemed_at)
            select quotas.organisation, value ->> 3, value ->> 4, unhex(value ->> 5), slips.quota, slips.serial, ?
            from json_each(?) cross join slips on slips.quota = value ->> 0 and slips.serial = value ->> 1
                 cross join quotas on quotas.id = slips.quota
            where slips.content = value ->> 2 and quotas.state = 'open' order by key
            on conflict do nothing
            returning quota, serial`,
      args: [now, attendances],
    },
    {
      sql: `select slips.quota, slips.serial, slips.content, attendances.quota is not null as attended,
                   quotas.state = 'suspended' as suspended
            from json_each(?) cross join slips on slips.quota = value ->> 0 and slips.serial = value ->> 1
                 cross join quotas on quotas.id = slips.quota
                 left join attendances on attendances.quota = slips.quota and attendances.serial = slips.serial`,
      args: [slips],
    },
  ]);
  const redeemed = new Set(results.at(-2)?.map((row) => serialName(serialOf(row))));
  return new Map<string, SerialState>(
    results.at(-1)?.map((row) => [
      serialName(serialOf(row)),
      {
        content: text(row, 'content'),
        attended: integer(row, 'attended') === 1,
        redeemed: redeemed.has(serialName(serialOf(row))),
        suspended: integer(row, 'suspended') === 1,
      },
    ]),
  );
}

/** Serial → what came first for it, and when. */
export async function firstSlips(
  db: Db,
  serials: readonly Pick<SeenSlip, 'quota' | 'serial'>[],
): Promise<Map<string, { content: string; seenAt: number }>> {
  const rows = await db.read(
    `select slips.quota, slips.serial, content, seen_at
     from json_each(?) cross join slips on slips.quota = value ->> 0 and slips.serial = value ->> 1`,
    [JSON.stringify(serials.map(({ quota, serial }) => [quota, serial]))],
  );
  return new Map(
    rows.map((row) => [serialName(serialOf(row)), { content: text(row, 'content'), seenAt: integer(row, 'seen_at') }]),
  );
}

export type Rival = { quota: string; serial: number; first: string; other: string };

/** For people to look at: the first slip of a serial, and another that its device signed for the same. */
export async function rivalsOf(db: Db, quotas: readonly string[]): Promise<Rival[]> {
  const rows = await db.read(
    `select slip_rivals.quota, slip_rivals.serial, slips.text as first, slip_rivals.text as other
     from slip_rivals join slips on slips.quota = slip_rivals.quota and slips.serial = slip_rivals.serial
     where slip_rivals.quota in (select value from json_each(?)) order by slip_rivals.serial, slip_rivals.seen_at, slip_rivals.content`,
    [JSON.stringify(quotas)],
  );
  return rows.map((row) => ({
    ...serialOf(row),
    first: text(row, 'first'),
    other: text(row, 'other'),
  }));
}

const serialOf = (row: Rows[number]) => ({ quota: text(row, 'quota'), serial: integer(row, 'serial') });
