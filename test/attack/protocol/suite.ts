/** Everything that attacks the protocol verifier, room by room. */
import type { Suite } from '../attack.ts';
import { chainRoom } from './chain.ts';
import { claimRoom } from './claim.ts';
import { contextRoom } from './context.ts';
import { cost } from './cost.ts';
import { disclosure } from './disclosure.ts';
import { jsonLdExemptions } from './exemptions/json-ld.ts';
import { modelExemptions } from './exemptions/model.ts';
import { proofExemptions } from './exemptions/proof.ts';
import { kept } from './kept.ts';
import { key } from './key.ts';
import { meaning } from './meaning.ts';
import { model } from './model.ts';
import { namesRoom } from './names.ts';
import { presentation } from './presentation.ts';
import { proof } from './proof.ts';
import type { ProtocolSubject } from './scene.ts';
import { status } from './status.ts';
import { tokenRoom } from './token.ts';
import { validity } from './validity.ts';
import { work } from './work.ts';

export const suite: Suite<ProtocolSubject> = {
  name: 'protocol',
  doors: 'test/attack/protocol/subject.ts',
  elsewhere: [
    'src/vc/desk.ts',
    'src/vc/encoding.ts',
    'src/vc/equal-json.ts',
    'src/vc/json.ts',
    'src/vc/primitives.ts',
    'src/vc/proof/key.ts',
    'src/vc/template/slot.ts',
    'src/vc/time.ts',
    'src/vc/trust/bundle.ts',
    'src/vc/trust/field.ts',
    'src/vc/trust/root.ts',
    'src/vc/trust/signed-document.ts',
    'src/vc/trust/trust-list.ts',
  ],
  attacks: [
    ...model,
    ...proof,
    ...chainRoom,
    ...key,
    ...tokenRoom,
    ...claimRoom,
    ...status,
    ...meaning,
    ...contextRoom,
    ...cost,
    ...kept,
    ...namesRoom,
    ...presentation,
    ...validity,
    ...disclosure,
    ...work,
  ],
  exemptions: [...jsonLdExemptions, ...modelExemptions, ...proofExemptions],
};
