/** The trust verifier: credential, trust and now in, a verdict out. Pure: fetches nothing, reads no clock, never throws for bad input. */
import { listNumber } from '../credential.ts';
import type { Primitives } from '../primitives.ts';
import { isoSeconds } from '../time.ts';
import type { Trust } from '../trust/bundle.ts';
import type { IssuedSets } from '../trust/issued-set.ts';
import { checkIssuer, checkPolicy, checkProof, checkStatus, checkUnknownKey, checkValidity } from './checks.ts';
import { problemDetails } from './problem-details.ts';
import { type Presented, type Reading, type ReadResult, readPresented, readWritten } from './read.ts';
import { shownCredential } from './shown.ts';
import { CHECKS, type Check, failing, type Note, outcomeOf, skipped, type Verdict } from './verdict.ts';

export type VerifyContext = {
  /** Undefined when the caller holds no bundle: then nothing can be confirmed. */
  readonly trust: Trust | undefined;
  /** Epoch seconds, the caller's clock. */
  readonly now: number;
  readonly primitives: Primitives;
  readonly issuedSets?: IssuedSets;
};

export const verify = (presented: Presented, context: VerifyContext): Promise<Verdict> =>
  judge(readPresented(presented, context.trust), presented, context);

/**
 * The verdict on a text that is a credential just as its issuer writes it, which saves reading it as JSON; undefined for any
 * other text, whatever it is.
 */
export async function verifyWritten(text: string, context: VerifyContext): Promise<Verdict | undefined> {
  const read = context.trust && readWritten(text, context.trust);
  return read && judge(read, { credential: text }, context);
}

async function judge(read: ReadResult, presented: Presented, context: VerifyContext): Promise<Verdict> {
  const { trust, now, primitives } = context;
  const checks: Check[] = [];
  const { check: format, reading, unreadKey } = read;
  checks.push(format);
  if (format.result !== 'passed') return verdict(checks, context);
  if (unreadKey) return verdict([...checks, unreadKey], context);
  if (!trust || !reading) return verdict([...checks, failing('proof', 'trust-unavailable')], context);

  const { key } = reading;
  checks.push(await checkProof(reading, primitives));
  if (!key) {
    const stranger = checkUnknownKey(reading, trust);
    return verdict(stranger ? [...checks, stranger] : checks, context);
  }
  checks.push(await checkIssuer(reading, { key, trust, primitives, issuedSets: context.issuedSets }));
  if (checks.some(({ result }) => result !== 'passed')) return verdict(checks, context);

  checks.push(checkValidity(reading, trust, now));
  checks.push(checkStatus(reading, key, trust, now));
  checks.push(checkPolicy(key, trust, now));
  return verdict(checks, context, { reading, notes: linkNotes(presented, trust) });
}

function verdict(
  made: readonly Check[],
  { trust, now }: VerifyContext,
  proven?: { reading: Reading; notes: readonly Note[] },
): Verdict {
  const checks = CHECKS.map((name) => made.find(({ check }) => check === name) ?? skipped(name));
  const list = proven && trust?.statusLists.get(listNumber(proven.reading.fields.statusIndex));
  return {
    outcome: outcomeOf(checks),
    checks,
    credential: proven ? shownCredential(proven.reading) : null,
    asOf: {
      bundle: trust?.bundle.number ?? null,
      bundleIssuedAt: trust ? isoSeconds(trust.bundle.issuedAt) : null,
      statusAsOf: list ? isoSeconds(list.validFrom) : null,
      checkedAt: isoSeconds(now),
    },
    notes: proven?.notes ?? [],
    problemDetails: problemDetails(checks),
  };
}

/** The link in a code is not signed, so it never decides; the clerk is told when it is not one of ours. Digits alone name none. */
function linkNotes(presented: Presented, trust: Trust): Note[] {
  const link = 'qr' in presented ? beforeDigits(presented.qr).trim() : '';
  const host = /^https?:\/\/([^/?#\\\s]+)\/c\/#$/i.exec(link)?.[1]?.toLowerCase();
  return link === '' || (host !== undefined && trust.list.hosts.includes(host)) ? [] : ['foreign-link'];
}

/** What stands before the last run of digits. By index: a pattern would cost the square of the length. */
function beforeDigits(text: string): string {
  const isDigit = (at: number): boolean => at >= 0 && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39;
  let end = text.length;
  while (end > 0 && !isDigit(end - 1)) end--;
  let start = end;
  while (isDigit(start - 1)) start--;
  return text.slice(0, start);
}
