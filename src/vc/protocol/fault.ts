/** What can be wrong with a credential or presentation under the W3C specifications: a closed list of reasons, each with its problem type (RFC 9457). */

const VC = 'https://www.w3.org/TR/vc-data-model#';
const SECURITY = 'https://w3id.org/security#';
const STATUS = 'https://www.w3.org/ns/credentials/status-list#';

/** Reason → problem type of VC Data Model 2.0 §7.1.4, Data Integrity 1.0 §4.7 or Bitstring Status List 1.0 §3.5. */
export const FAULT_TYPES = {
  /** Not JSON by our strict reading, not a JWS, not a data: URL; a proof that is no object (Data Integrity 1.0 §4.4). */
  unparsable: `${VC}PARSING_ERROR`,
  /** Past one of the limits in limits.ts. */
  'too-large': `${VC}PARSING_ERROR`,
  'unknown-context': `${VC}PARSING_ERROR`,
  /** A member is not what the data model asks for. */
  malformed: `${VC}MALFORMED_VALUE_ERROR`,
  /** A term or relative IRI that JSON-LD would drop: shown, but not signed. */
  'undefined-term': `${VC}MALFORMED_VALUE_ERROR`,
  /** The graph says something else than the JSON that people read. */
  ambiguous: `${VC}MALFORMED_VALUE_ERROR`,
  /** The schema is not here: whether the credential conforms to it is left open, and no failure. */
  'schema-not-brought': `${VC}MALFORMED_VALUE_ERROR`,
  /** It is here, and cannot be evaluated. */
  'schema-unavailable': `${VC}MALFORMED_VALUE_ERROR`,
  'schema-mismatch': `${VC}MALFORMED_VALUE_ERROR`,
  'issuer-mismatch': `${VC}MALFORMED_VALUE_ERROR`,
  'digest-mismatch': `${VC}CRYPTOGRAPHIC_SECURITY_ERROR`,
  'not-yet-valid': `${VC}RANGE_ERROR`,
  expired: `${VC}RANGE_ERROR`,

  /** There, a document without a proof is one that cannot be parsed. */
  'proof-missing': `${VC}PARSING_ERROR`,
  'proof-malformed': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'unknown-cryptosuite': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'proof-expired': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  /** Its date of creation is in the future. */
  'proof-not-yet-valid': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'wrong-proof-purpose': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  /** A chain that names a proof which is not there, twice there, or itself. */
  'previous-proof-missing': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'verification-method-unavailable': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'verification-method-invalid': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  /** The key exists, and its controller does not allow it for this purpose. */
  'key-not-authorised': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  'bad-signature': `${SECURITY}PROOF_VERIFICATION_ERROR`,
  /** A JSON pointer that points to nothing in the document (vc-di-ecdsa §3.4.12). */
  'pointer-unmatched': `${SECURITY}PROOF_GENERATION_ERROR`,
  'proof-transformation': `${SECURITY}PROOF_TRANSFORMATION_ERROR`,
  'challenge-mismatch': `${SECURITY}INVALID_CHALLENGE_ERROR`,
  'domain-mismatch': `${SECURITY}INVALID_DOMAIN_ERROR`,
  /** A JOSE header that this verifier refuses: alg, typ, cty, kid, crit, an embedded key. */
  'jose-header': `${SECURITY}PROOF_VERIFICATION_ERROR`,

  'status-list-unavailable': `${STATUS}STATUS_RETRIEVAL_ERROR`,
  /** The list itself does not verify. */
  'status-list-invalid': `${STATUS}STATUS_VERIFICATION_ERROR`,
  /** Outside its own validity period. */
  'status-list-expired': `${STATUS}STATUS_VERIFICATION_ERROR`,
  /** It unpacks to more than is read: a bomb. */
  'status-list-too-large': `${STATUS}STATUS_VERIFICATION_ERROR`,
  /** The list calls itself another one. */
  'status-list-mismatch': `${STATUS}STATUS_VERIFICATION_ERROR`,
  'status-issuer-mismatch': `${STATUS}STATUS_VERIFICATION_ERROR`,
  'status-purpose-mismatch': `${STATUS}STATUS_VERIFICATION_ERROR`,
  'status-list-too-short': `${STATUS}STATUS_LIST_LENGTH_ERROR`,
  'status-index-out-of-range': `${VC}RANGE_ERROR`,
  revoked: `${STATUS}STATUS_VERIFICATION_ERROR`,
  suspended: `${STATUS}STATUS_VERIFICATION_ERROR`,
} as const;

export type FaultReason = keyof typeof FAULT_TYPES;

export type Fault = {
  readonly reason: FaultReason;
  /** One English sentence: what was expected and what came. Never a key, at most a few words of the input. */
  readonly detail: string;
  /** JSON pointer of the member that is wrong, where there is one. */
  readonly at?: string;
};

export const fault = (reason: FaultReason, detail: string, at?: string): Fault =>
  at === undefined ? { reason, detail } : { reason, detail, at };

/** A value, or everything that is wrong with the input. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly Fault[] };
