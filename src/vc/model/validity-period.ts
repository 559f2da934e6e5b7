/** Validity: VC Data Model 2.0 §4.9 and §5.8; in 1.1 issuanceDate and expirationDate (§4.5 and §4.7). */
import type { JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import type { ModelVersion } from './context.ts';
import type { ModelUse } from './credential.ts';
import { type DateTime, parseDateTime } from './date-time.ts';
import { below } from './json-pointer.ts';

/** Epoch milliseconds, both inclusive. */
export type ValidityPeriod = { readonly validFromMs?: number; readonly validUntilMs?: number };

export function readValidityPeriod(
  document: JsonObject,
  { version, use }: { readonly version: ModelVersion; readonly use: ModelUse },
  faults: Fault[],
): ValidityPeriod {
  if (version === '1.1') return readIssuance(document, faults);
  const [from, until] = ['validFrom', 'validUntil'].map((name) => readDate(document, name, faults)?.epochMs);
  if (use === 'issue') checkOffsets(document, faults);
  if (from !== undefined && until !== undefined && from > until)
    faults.push(fault('malformed', 'expected validUntil not before validFrom', '/validUntil'));
  return period(from, until);
}

/**
 * 1.1 asks for an XML Schema dateTime, where the offset is optional. It reserves validFrom and validUntil, which its
 * context maps to the very IRIs of 2.0: a credential that has both pairs is valid while both say so.
 */
function readIssuance(document: JsonObject, faults: Fault[]): ValidityPeriod {
  if (!Object.hasOwn(document, 'issuanceDate'))
    faults.push(fault('malformed', 'expected an issuanceDate, and there is none', '/issuanceDate'));
  const read = (...names: string[]) => names.flatMap((name) => readDate(document, name, faults)?.epochMs ?? []);
  const starts = read('issuanceDate', 'validFrom');
  const ends = read('expirationDate', 'validUntil');
  return period(Math.max(...starts), ends.length > 0 ? Math.min(...ends) : undefined);
}

function period(from: number | undefined, until: number | undefined): ValidityPeriod {
  return {
    ...(from === undefined ? {} : { validFromMs: from }),
    ...(until === undefined ? {} : { validUntilMs: until }),
  };
}

function readDate(document: JsonObject, name: string, faults: Fault[]): DateTime | undefined {
  if (!Object.hasOwn(document, name)) return undefined;
  const value = document[name];
  const date = typeof value === 'string' ? parseDateTime(value) : undefined;
  const detail = `expected a dateTimeStamp such as 2026-01-31T08:00:00Z as ${name}, in the years 0001 to 9999`;
  if (!date) faults.push(fault('malformed', detail, below('', name)));
  return date;
}

/** §5.8: whoever reads takes UTC where the offset is missing. Whoever writes must write it. */
function checkOffsets(document: JsonObject, faults: Fault[]): void {
  for (const name of ['validFrom', 'validUntil']) {
    const value = document[name];
    if (typeof value === 'string' && parseDateTime(value)?.zoned === false)
      faults.push(fault('malformed', `expected an offset in ${name}: Z, or one such as +08:00`, below('', name)));
  }
}
