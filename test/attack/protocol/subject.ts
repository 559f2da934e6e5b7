/** The doors of the protocol verifier: everything through which a stranger's documents reach it, and what it keeps of one for the next. */

export { parseJson } from '../../../src/vc/json.ts';
export { keepingResolver } from '../../../src/vc/json-ld/kept-contexts.ts';
export { readCredential } from '../../../src/vc/model/credential.ts';
export { openTrustedPresentation } from '../../../src/vc/protocol/trusted-presentation.ts';
export { verifyCredential } from '../../../src/vc/protocol/verify-credential.ts';
export { verifyPresentation } from '../../../src/vc/protocol/verify-presentation.ts';
