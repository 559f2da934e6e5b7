/** The doors of the trust verifier: everything through which a stranger's bytes reach it. */

// Readers that other code gives wider input than these doors do; their own contracts are attacked as well.
export { equalBytes } from '../../../src/vc/encoding.ts';
export { equalJson } from '../../../src/vc/equal-json.ts';
export { parseJson } from '../../../src/vc/json.ts';
export { webPrimitives } from '../../../src/vc/primitives.ts';
export { ed25519FromMultibase, isSafeEd25519 } from '../../../src/vc/proof/key.ts';
export { unpackPayload } from '../../../src/vc/qr/payload.ts';
export { bitAt, decodeBitstring } from '../../../src/vc/status/bitstring.ts';
export { openBundle } from '../../../src/vc/trust/bundle.ts';
export { readRoot } from '../../../src/vc/trust/root.ts';
export { outcomeOf } from '../../../src/vc/verify/verdict.ts';
export { verify } from '../../../src/vc/verify/verify.ts';
