/** Problem details of a verdict: VC Data Model 2.0 §7.1.4, Bitstring Status List 1.0 §3.5, Data Integrity 1.0 §4.7. */
import type { Check, Reason, VerificationProblem } from './verdict.ts';
import { REASON_WORDING } from './wording.ts';

const VC = 'https://www.w3.org/TR/vc-data-model#';
const SECURITY = 'https://w3id.org/security#';
const STATUS = 'https://www.w3.org/ns/credentials/status-list#';

const TYPES: Partial<Record<Reason, string>> = {
  malformed: `${VC}PARSING_ERROR`,
  'too-large': `${VC}PARSING_ERROR`,
  'damaged-scan': `${VC}PARSING_ERROR`,
  'unknown-format': `${VC}PARSING_ERROR`,
  'unknown-template': `${VC}MALFORMED_VALUE_ERROR`,
  'not-canonical': `${VC}MALFORMED_VALUE_ERROR`,
  'issuer-mismatch': `${VC}MALFORMED_VALUE_ERROR`,
  'unknown-issuer': `${VC}MALFORMED_VALUE_ERROR`,
  expired: `${VC}RANGE_ERROR`,
  'not-yet-valid': `${VC}RANGE_ERROR`,
  'clock-behind': `${VC}RANGE_ERROR`,
  'status-index-out-of-range': `${VC}RANGE_ERROR`,
  'status-list-unavailable': `${STATUS}STATUS_RETRIEVAL_ERROR`,
  'status-list-invalid': `${STATUS}STATUS_VERIFICATION_ERROR`,
  'status-list-mismatch': `${STATUS}STATUS_VERIFICATION_ERROR`,
  'status-stale': `${STATUS}STATUS_VERIFICATION_ERROR`,
  revoked: `${STATUS}STATUS_VERIFICATION_ERROR`,
  suspended: `${STATUS}STATUS_VERIFICATION_ERROR`,
  'challenge-mismatch': `${SECURITY}INVALID_CHALLENGE_ERROR`,
  'domain-mismatch': `${SECURITY}INVALID_DOMAIN_ERROR`,
  'bad-signature': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'wrong-proof-purpose': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'proof-expired': `${SECURITY}PROOF_VERIFICATION_ERROR`,
};

/** One problem for each check that did not pass; what has no narrower type is a cryptographic security error. */
export const problemDetails = (checks: readonly Check[]): VerificationProblem[] =>
  checks.flatMap((one) =>
    'reason' in one
      ? [
          {
            type: TYPES[one.reason] ?? `${VC}CRYPTOGRAPHIC_SECURITY_ERROR`,
            title: one.reason,
            detail: `${REASON_WORDING[one.reason].zh} ${REASON_WORDING[one.reason].en}`,
          },
        ]
      : [],
  );
