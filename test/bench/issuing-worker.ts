/** A Worker that issues as many credentials as it is asked for, as ours issues them; test/bench/worker-issue.ts bundles it with its stage. */
import { type CredentialFields, credentialText, type IssuerTexts } from '../../src/vc/credential.ts';
import { webPrimitives } from '../../src/vc/primitives.ts';
import type { Signer } from '../../src/vc/proof/key.ts';
import { proofIn, toDigits } from '../../src/vc/qr/payload.ts';
import { webSecretPrimitives } from '../../src/vc/secret-primitives.ts';
import { signCredential } from '../../src/vc/sign-credential.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';

export type WorkerStage = {
  readonly template: CompiledTemplate;
  readonly issuer: IssuerTexts;
  readonly codePrefix: string;
  readonly key: JsonWebKey;
  readonly fields: readonly CredentialFields[];
};

/** What it answers: the last credential, as JSON and as the digits of its code, and the last character of each. */
export type WorkerIssued = {
  readonly count: number;
  readonly json: string;
  readonly digits: string;
  readonly ends: string;
};

/** The bundler puts it here: an isolate has it when its first request comes. */
declare const STAGE: WorkerStage;
const { template, issuer, codePrefix, key, fields } = STAGE;

/** WebCrypto may not be asked before a request comes. */
let signer: Signer | undefined;

/** `/?times=1000` */
async function issueTimes(request: Request): Promise<Response> {
  signer ??= await webSecretPrimitives.importSigner(key);
  const context = { template, issuer, signer, primitives: webPrimitives, codePrefix };
  const count = Number(new URL(request.url).searchParams.get('times'));
  let [json, digits, ends] = ['', '', ''];
  for (let i = 0; i < count; i++) {
    const one = fields[i % fields.length];
    const made = one && (await signCredential(one, context));
    if (!made || 'refusal' in made) throw new Error(made?.refusal ?? 'no fields');
    json = credentialText(template, issuer, { ...one, proofValue: proofIn(made.packed) });
    digits = toDigits(made.packed);
    ends = json.charAt(json.length - 1) + digits.charAt(digits.length - 1); // a look at the end makes a text whole
  }
  return Response.json({ count, json, digits, ends } satisfies WorkerIssued);
}

export default { fetch: issueTimes };
