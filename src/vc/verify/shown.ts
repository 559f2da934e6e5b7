/** What people are shown of a credential: only what the template's display map names, each a signed slot or a signed constant. */
import { holderMatch } from '../credential.ts';
import { fillShown } from '../template/fill.ts';
import { isoSeconds } from '../time.ts';
import type { Reading } from './read.ts';
import type { ShownCredential } from './verdict.ts';

export function shownCredential({ form, texts, fields }: Pick<Reading, 'form' | 'texts' | 'fields'>): ShownCredential {
  const shown = (name: string): string => fillShown(form, name, texts);
  return {
    id: shown('id'),
    issuer: { id: shown('issuerId'), name: shown('issuerName') },
    scheme: shown('scheme'),
    stage: shown('stage'),
    level: shown('level'),
    achievement: { name: shown('achievementName') },
    holder: shown('holder'),
    holderMatch: holderMatch(fields.holder),
    points: fields.points,
    validFrom: isoSeconds(fields.validFrom),
    validUntil: fields.validUntil === null ? null : isoSeconds(fields.validUntil),
  };
}
