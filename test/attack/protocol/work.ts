/** What several proofs cost together: each of them is within its limits, and all of them are refused before they are paid for. */
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { LIMITS, SIGNATURE_PRICES } from '../../../src/vc/limits.ts';
import type { Attack } from '../attack.ts';
import { anew, crowded } from './disclosure.ts';
import {
  credential2,
  credentialIn,
  JCS,
  type ProtocolSubject,
  presentation2,
  presentationIn,
  proofOver,
  signed,
} from './scene.ts';

const { Ed25519 } = SIGNATURE_PRICES;
/** The same proof as often, first in the set: the set forbids no twins. */
async function under(count: number, { proof = [], ...document }: JsonObject): Promise<JsonObject> {
  const own = await proofOver(document);
  return { ...document, proof: [...Array<Json>(count).fill(own), proof].flat() };
}
const presenting = async (verifiableCredential: Json[]): Promise<JsonObject> =>
  signed(presentation2({ verifiableCredential }), { options: { ...JCS, proofPurpose: 'authentication' } });

const STATEMENTS = LIMITS.selectiveStatements - 20;
const ENOUGH = Math.floor((LIMITS.signatureWork - STATEMENTS) / Ed25519);
/** Once per credential, so that the text of all is what counts. */
const LONG = 'x'.repeat(Math.ceil(LIMITS.statementsText / LIMITS.proofs));

export const work: readonly Attack<ProtocolSubject>[] = [
  presentationIn('work')('signatures of many credentials', {
    forged: async () => {
      const full = await under(LIMITS.proofs, credential2());
      return presenting(Array<Json>(Math.ceil(LIMITS.signatureWork / (LIMITS.proofs * Ed25519))).fill(full));
    },
    genuine: async () => presenting([await under(LIMITS.proofs, credential2())]),
  }),
  credentialIn('work')('signatures of statements beside others', {
    forged: async () => under(ENOUGH, await anew(crowded(STATEMENTS))),
    genuine: async () => under(ENOUGH, await anew(crowded(1))),
  }),
  credentialIn('work')('JSON that is signed again and again', {
    forged: () => under(LIMITS.proofs, credential2({ credentialSubject: { note: LONG } })),
    genuine: () => under(LIMITS.proofs, credential2()),
  }),
];
