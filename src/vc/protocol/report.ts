/** The protocol verifier's answer: one report per check, and the problem details (RFC 9457) of whatever failed. */
import { FAULT_TYPES, type Fault } from './fault.ts';

export type ProtocolCheck =
  | 'format'
  | 'proof'
  | 'issuer'
  | 'holder'
  | 'validity'
  | 'status'
  | 'schema'
  | 'related-resource';

/** `reported`: worth knowing, and not fatal under the W3C specifications, such as an issuer who is not the key's controller. */
export type Report = {
  readonly check: ProtocolCheck;
  readonly result: 'passed' | 'failed' | 'skipped' | 'reported';
  readonly faults: readonly Fault[];
  /** What the check saw, for the caller's own rules. */
  readonly evidence?: Readonly<Record<string, unknown>>;
};

export function report(check: ProtocolCheck, faults: readonly Fault[], evidence?: Report['evidence']): Report {
  return { check, result: faults.length > 0 ? 'failed' : 'passed', faults, ...(evidence ? { evidence } : {}) };
}

export const skippedReport = (check: ProtocolCheck): Report => ({ check, result: 'skipped', faults: [] });

/** Every fault in `reports` that makes the verification fail. */
export const fatalFaults = (reports: readonly Report[]): Fault[] =>
  reports.flatMap(({ result, faults }) => (result === 'failed' ? faults : []));

export type ProblemDetail = { readonly type: string; readonly title: string; readonly detail: string };

export const problemDetail = ({ reason, detail, at }: Fault): ProblemDetail => ({
  type: FAULT_TYPES[reason],
  title: reason,
  detail: at === undefined ? detail : `${at}: ${detail}`,
});
