/** AppError: a refused request or a broken promise of ours, with a closed union of codes; knows nothing of HTTP. */

export type ErrorCode =
  | 'malformed-request'
  | 'invalid-field'
  | 'unsupported-media-type'
  | 'not-acceptable'
  | 'too-large'
  | 'too-many-requests'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'idempotency-conflict'
  | 'idempotency-in-progress'
  | 'not-issued-yet'
  | 'status-is-final'
  | 'not-revoked'
  | 'expired'
  | 'already-decided'
  | 'revoked'
  | 'erased'
  | 'link-expired'
  | 'not-established'
  | 'self-check-failed';

export type Sentence = { readonly zh: string; readonly en: string };

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly sentence: Sentence;
  /** JSON path of the field that is wrong, where there is one. */
  readonly field?: string;

  /** `sentence` says what was expected, what came and what to do next; never a secret, never a name. */
  constructor(code: ErrorCode, sentence: Sentence, field?: string) {
    super(`${code}: ${sentence.en}`);
    this.code = code;
    this.sentence = sentence;
    if (field !== undefined) this.field = field;
  }
}

/** A setting or a file that the operator must change before the program can start; printed without a stack. */
export class StartError extends Error {}
