/** Which certificate stands in place of another: a higher star supersedes the lower. Both verify; which is current is ours to say. */
import { levelsOf, type Scheme } from '../learning/scheme.ts';
import type { CredentialRow } from '../store/credentials.ts';

/**
 * Of the same person's credentials (`held`) the highest that is issued, within its dates, and of the same scheme and stage
 * but a higher level; in place of a revoked one also one of its own level. Levels rank as the scheme lists them: their ids need not sort.
 */
export function successorOf(
  scheme: Scheme,
  row: CredentialRow,
  { held, now }: { held: readonly CredentialRow[]; now: number },
): CredentialRow | undefined {
  const order = levelsOf(scheme, row.stage).map(({ id }) => id);
  const rank = ({ level }: CredentialRow) => order.indexOf(level);
  const least = rank(row) + (row.state === 'revoked' ? 0 : 1);
  return held
    .filter(
      (other) => other.scheme === row.scheme && other.stage === row.stage && other.fields.uuid !== row.fields.uuid,
    )
    .filter((other) => other.state === 'issued' && rank(other) >= least && ageAt(other, now) === 'current')
    .sort((a, b) => rank(a) - rank(b))
    .at(-1);
}

/** By its dates alone. */
export function ageAt(
  { fields: { validFrom, validUntil } }: CredentialRow,
  now: number,
): 'current' | 'expired' | 'not-yet-valid' {
  if (validUntil !== null && now > validUntil) return 'expired';
  return now < validFrom ? 'not-yet-valid' : 'current';
}
