/** Checks of proofs, keys and presentations that no attack needs removed. A reason that no longer holds ends `npm run mutants` with 1. */
import { because, type Exemption } from '../../attack.ts';

export const proofExemptions: readonly Exemption[] = [
  ...because('the compiler asks; refused before, or by what follows', {
    'model/presentation.ts': ['version'],
    'proof/proof.ts': ["typeof type !== 'string'"],
    'proof/cryptosuite.ts': ['read && !read.ok'],
    'proof/selective-disclosure.ts': ['isIndex(number)'],
  }),
  ...because('for whoever reads a document and verifies nothing: readProof refuses the same', {
    'model/embedded-proof.ts': ["typeof item.type === 'string'"],
  }),
  ...because('refused by what follows; the reason would be less clear', {
    'protocol/verify-credential.ts': ["kind !== 'vc'"],
    'protocol/verify-presentation.ts': ["enveloped.value.kind !== 'vp'", 'controllers.length === 0'],
    'proof/proof.ts': [
      'required && !Object.hasOwn(proof, name)',
      `faults.push(fault('proof-malformed', \`\${name} is missing\`, \`/\${name}\`))`,
    ],
    'proof/verify-proofs.ts': ['proofs.length === 0', 'id === json.id', 'verdict.outcome.ok'],
    'proof/selective-disclosure.ts': ['equalBytes(found, BASE)'],
    'proof/verification-method.ts': ['id.startsWith(DID_KEY)', 'document === undefined'],
  }),
  ...because('refused by what follows, after more work', {
    'proof/proof.ts': ['value.ok'],
    'proof/cryptosuite.ts': ["length === 64 || (length === 96 && suite.keyTypes.includes('P-384'))"],
    'proof/public-key.ts': ['value.length > 2 * coordinateLength'],
  }),
  ...because('the library or the platform has the same limit; ours is known', {
    'proof/public-key.ts': ['signature.length === signatureLength', 'bytes.length === FORMS[type].length'],
  }),
  ...because('Node refuses a key of small order as well; other platforms need not', {
    'proof/public-key.ts': ['ed25519.Point.fromBytes(bytes).isSmallOrder()'],
  }),
  ...because('readProofs has the same limit; this one is for a caller that counts them otherwise', {
    'proof/verify-proofs.ts': ['proofs.length > LIMITS.proofs'],
  }),
  ...because('says where the fault is', {
    'protocol/fault.ts': ['at === undefined'],
    'proof/verify-proofs.ts': ['proofs.length > 1', 'outcome.ok', 'each.at === undefined'],
  }),
  ...because('shortens what is told', { 'proof/verification-method.ts': ['id.length > 100'] }),
  ...because('the same form, made again', {
    'proof/cryptosuite.ts': ['known.get(key)', 'known.set(key, found)'],
  }),
];
