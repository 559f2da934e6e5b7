/** Reads a `vc+jwt` (VC-JOSE-COSE §3.1.1) as the issuers of a trust list make it: a milestone template filled, without a proof, signed by a `jwt` key. */
import { claimsFromTexts } from '../credential.ts';
import { fromBase64url, utf8 } from '../encoding.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { matchUnsecured } from '../template/match.ts';
import type { Trust } from '../trust/bundle.ts';
import { type ReadResult, readingOf } from './read.ts';
import { failing, passed, type Reason } from './verdict.ts';

/** Claims beside the credential, such as `exp`, make it another document than the template's. */
export function readJwt(token: string, trust: Trust | undefined): ReadResult {
  if (token.length > LIMITS.credentialBytes) return refused('too-large');
  const parts = token.split('.', 4);
  const [header, payload, signature] = parts.map(fromBase64url);
  if (parts.length !== 3 || !header || !payload || !signature) return refused('malformed');
  const limits = { maxBytes: LIMITS.credentialBytes, maxDepth: LIMITS.credentialDepth };
  const [head, body] = [parseJson(header, limits), parseJson(payload, limits)];
  if (!head.ok || !isObject(head.value) || !body.ok || !isObject(body.value)) return refused('malformed');
  const kid = readHeader(head.value);
  if (typeof kid !== 'string') return refused(kid.reason);
  if (!trust) return { check: passed('format') };

  for (const template of trust.templates.values()) {
    const texts = template.purpose === 'milestone' ? matchUnsecured(template, body.value) : undefined;
    if (!texts) continue;
    const fields = claimsFromTexts(template, texts);
    if (!fields) return refused('malformed');
    const securing = {
      purpose: 'jwt' as const,
      signature,
      date: fields.validFrom,
      signingInput: utf8(token.slice(0, token.lastIndexOf('.'))),
    };
    const key = trust.keysByMethod.get(kid);
    const said = { ...texts, verificationMethod: kid };
    return { check: passed('format'), reading: readingOf({ template, texts: said, fields, securing, key }) };
  }
  return refused('unknown-template');
}

/** Algorithms that another issuer's `vc+jwt` may have, and this verifier does not. */
const PUBLIC_KEY_ALGORITHM = /^(?:Ed(?:DSA|25519|448)|ES(?:256K?|384|512)|[PR]S(?:256|384|512))$/;

/** The `kid`. Ours is exactly alg, typ and kid: whatever brings a key along, asks for extensions or is not signed at all is refused for certain. */
function readHeader(header: JsonObject): string | { reason: 'malformed' | 'unknown-format' } {
  const { alg, typ, cty, kid, ...others } = header;
  if (typeof alg !== 'string' || !PUBLIC_KEY_ALGORITHM.test(alg) || Object.keys(others).length > 0)
    return { reason: 'malformed' };
  const ours = alg === 'EdDSA' && typ === 'vc+jwt' && cty === undefined && typeof kid === 'string';
  return ours ? kid : { reason: 'unknown-format' };
}

const refused = (reason: Reason): ReadResult => ({ check: failing('format', reason) });
