/** The verdict: one type for library, HTTP, pages, station app and CLI, and the closed list of reasons with the outcome of each. */
import type { HolderMatch } from '../credential.ts';

export type Outcome = 'valid' | 'stale' | 'unknown' | 'invalid';

export const CHECKS = ['format', 'proof', 'issuer', 'validity', 'status', 'policy'] as const;
export type CheckName = (typeof CHECKS)[number];

/** Reason → the outcome that it alone leads to. */
export const REASONS = {
  'damaged-scan': 'unknown',
  'unknown-format': 'unknown',
  'unknown-template': 'unknown',
  'unknown-key': 'unknown',
  'trust-unavailable': 'unknown',
  'status-list-unavailable': 'unknown',
  'status-list-invalid': 'unknown',
  'clock-behind': 'unknown',
  'key-suspect': 'unknown',
  'issued-set-unavailable': 'unknown',
  'trust-stale': 'stale',
  'status-stale': 'stale',
  malformed: 'invalid',
  'too-large': 'invalid',
  'not-canonical': 'invalid',
  'bad-signature': 'invalid',
  'wrong-proof-purpose': 'invalid',
  'proof-expired': 'invalid',
  'unknown-issuer': 'invalid',
  'untrusted-key': 'invalid',
  'key-not-authorised': 'invalid',
  'key-out-of-window': 'invalid',
  'key-compromised': 'invalid',
  'issuer-mismatch': 'invalid',
  'not-yet-valid': 'invalid',
  expired: 'invalid',
  revoked: 'invalid',
  suspended: 'invalid',
  'status-index-out-of-range': 'invalid',
  'status-list-mismatch': 'invalid',
  'holder-mismatch': 'invalid',
  'challenge-mismatch': 'invalid',
  'domain-mismatch': 'invalid',
} as const satisfies Record<string, Outcome>;

export type Reason = keyof typeof REASONS;

export type CheckDetail = Readonly<Record<string, string | number | null>>;

export type Check =
  | { readonly check: CheckName; readonly result: 'passed' | 'skipped' }
  | {
      readonly check: CheckName;
      readonly result: 'failed' | 'indeterminate';
      readonly reason: Reason;
      readonly detail?: CheckDetail;
    };

/** What a verdict shows of a credential: signed slots and signed constants only. */
export type ShownCredential = {
  readonly id: string;
  readonly issuer: { readonly id: string; readonly name: string };
  readonly scheme: string;
  readonly stage: string;
  readonly level: string;
  readonly achievement: { readonly name: string };
  readonly holder: string;
  readonly holderMatch: HolderMatch;
  readonly points: number;
  readonly validFrom: string;
  readonly validUntil: string | null;
};

export type Note = 'foreign-link';

/** RFC 9457 in the form of VC Data Model 2.0 §7.1.4. */
export type VerificationProblem = { readonly type: string; readonly title: string; readonly detail: string };

export type Verdict = {
  readonly outcome: Outcome;
  readonly checks: readonly Check[];
  /** Null unless proof and issuer passed. */
  readonly credential: ShownCredential | null;
  readonly asOf: {
    readonly bundle: number | null;
    readonly bundleIssuedAt: string | null;
    readonly statusAsOf: string | null;
    readonly checkedAt: string;
  };
  readonly notes: readonly Note[];
  readonly problemDetails: readonly VerificationProblem[];
};

export const passed = (check: CheckName): Check => ({ check, result: 'passed' });
export const skipped = (check: CheckName): Check => ({ check, result: 'skipped' });

/** Failed when the reason is a certain one, indeterminate otherwise. */
export const failing = (check: CheckName, reason: Reason, detail?: CheckDetail): Check => ({
  check,
  result: REASONS[reason] === 'invalid' ? 'failed' : 'indeterminate',
  reason,
  ...(detail ? { detail } : {}),
});

const PRECEDENCE: readonly Outcome[] = ['invalid', 'unknown', 'stale', 'valid'];

/** invalid > unknown > stale > valid; a check that was skipped for no stated reason can never make `valid`. */
export function outcomeOf(checks: readonly Check[]): Outcome {
  const outcomes = new Set(
    checks.map((one): Outcome => {
      if ('reason' in one) return REASONS[one.reason];
      return one.result === 'passed' ? 'valid' : 'unknown';
    }),
  );
  return PRECEDENCE.find((outcome) => outcomes.has(outcome)) ?? 'unknown';
}
