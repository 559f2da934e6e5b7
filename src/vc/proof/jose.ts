/** Credentials and presentations as `vc+jwt` and `vp+jwt` (VC-JOSE-COSE §3.1, §4, §5.1): compact JWS (RFC 7515 §7.1) whose payload is the document. */
import { p256, p384 } from '@noble/curves/nist.js';
import { compactVerify, importJWK, type JWK } from 'jose';
import { base64url, fromBase64url, utf8 } from '../encoding.ts';
import { equalJson } from '../equal-json.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, type FaultReason, fault, type Outcome } from '../protocol/fault.ts';
import type { EnvelopeKind } from './envelope.ts';
import {
  type Audience,
  audienceFaults,
  bindingFaults,
  dateFaults,
  documentInClaim,
  OTHER,
  olderFormFaults,
  partyOf,
  withoutClaims,
} from './jwt-claims.ts';
import type { Signer } from './key.ts';
import type { PublicKey } from './public-key.ts';
import { type ResolvedMethod, resolveMethod } from './verification-method.ts';

/** RFC 7518 §3.1, RFC 8037, RFC 9864: the key's type must be the algorithm's, whatever the header says. `none` has no row. */
const KEY_TYPES = {
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
  ES256: 'P-256',
  ES384: 'P-384',
} as const satisfies Record<string, PublicKey['type']>;

export type JoseAlgorithm = keyof typeof KEY_TYPES;

const isAlgorithm = (alg: Json | undefined): alg is JoseAlgorithm =>
  typeof alg === 'string' && Object.hasOwn(KEY_TYPES, alg);

export type OpenOptions = Audience & {
  readonly kind: EnvelopeKind;
  /** As readEnvelope found it: then the form of VC Data Model 1.1 §6.3.1 is read too. */
  readonly legacy?: boolean;
  readonly purpose: 'assertionMethod' | 'authentication';
  readonly documents: Documents;
  /** Epoch milliseconds, the caller's clock. */
  readonly nowMs: number;
};

export type OpenedEnvelope = {
  /** The document that was secured, without the token's claims. Whether it is a valid one, and whether `controller` may speak for its issuer or holder, is for the caller. */
  readonly payload: JsonObject;
  /** Id of the verification method, absolute also where the header's `kid` is not. */
  readonly kid: string;
  readonly controller: string;
  readonly alg: JoseAlgorithm;
};

/** Fails unless the token is canonical, its header safe, its key the one that the header names for this purpose, its signature good and its claims true. Never throws for bad input. */
export async function openEnvelope(token: string, options: OpenOptions): Promise<Outcome<OpenedEnvelope>> {
  const parts = splitToken(token);
  if (!parts.ok) return parts;
  const { header, payload } = parts.value;
  const read = readHeader(header, options);
  if (!read.ok) return read;
  const { alg, kid } = read.value;
  const content = readContent(payload, header, options);
  if (!content.ok) return content;
  const { document, claims } = content.value;

  const found = await findMethod(kid, { claims, document, options });
  if (!found.ok) return found;
  const method = found.value;
  if (method.key.type !== KEY_TYPES[alg])
    return refused('jose-header', `alg ${alg} is for ${KEY_TYPES[alg]} keys, and kid names one of ${method.key.type}`);
  if (!(await isSigned(token, method.key, alg)))
    return refused('bad-signature', 'the signature is not by the key that the header names');

  const faults = [
    ...bindingFaults(document, claims, options.kind),
    ...controllerFaults(method, claims),
    ...dateFaults(claims, options.nowMs),
    ...audienceFaults(claims, options),
  ];
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: { payload: withoutClaims(document), kid: method.id, controller: method.controller, alg } };
}

export type SignOptions = {
  readonly kind: EnvelopeKind;
  /** Absolute URL of the verification method. */
  readonly kid: string;
  readonly alg: 'EdDSA' | 'ES256';
  /** Ed25519, or P-256 with SHA-256 as r then s. */
  readonly signer: Signer;
};

/** What keeps a document from being a payload: members that a verifier would read as claims, and would refuse. */
export const payloadFaults = (payload: JsonObject, kind: EnvelopeKind): readonly Fault[] => [
  ...olderFormFaults(payload),
  ...bindingFaults(payload, payload, kind),
  ...dateFaults(payload, Number.NEGATIVE_INFINITY).filter(({ reason }) => reason === 'malformed'),
];

/** VC-JOSE-COSE §3.1.1, §3.1.2: the payload is the unsecured document and nothing beside it. Rejects with a TypeError where payloadFaults finds any. */
export async function signEnvelope(payload: JsonObject, { kind, kid, alg, signer }: SignOptions): Promise<string> {
  const [first] = payloadFaults(payload, kind);
  if (first) throw new TypeError(`cannot be a ${kind}+jwt: ${first.detail}`);
  const header = { alg, kid, typ: `${kind}+jwt` };
  const signingInput = `${base64url(utf8(JSON.stringify(header)))}.${base64url(utf8(JSON.stringify(payload)))}`;
  return `${signingInput}.${base64url(await signer.sign(utf8(signingInput)))}`;
}

/** RFC 7517; RFC 8037 §2 for Ed25519, RFC 7518 §6.2 for the curves, whose y is computed. */
export function publicKeyJwk({ type, bytes }: PublicKey): JWK {
  if (type === 'Ed25519') return { kty: 'OKP', crv: type, x: base64url(bytes) };
  const point = (type === 'P-256' ? p256 : p384).Point.fromBytes(bytes).toBytes(false);
  const half = 1 + (point.length - 1) / 2;
  return { kty: 'EC', crv: type, x: base64url(point.subarray(1, half)), y: base64url(point.subarray(half)) };
}

type Parts = { readonly header: JsonObject; readonly payload: JsonObject };

/** RFC 7515 §7.1: exactly three parts of canonical base64url, no padding, no white space. */
function splitToken(token: string): Outcome<Parts> {
  if (token.length > LIMITS.documentBytes)
    return refused('too-large', `a token of at most ${LIMITS.documentBytes} characters was expected`);
  const parts = token.split('.', 4);
  const [header, payload, signature] = parts.map(fromBase64url);
  if (parts.length !== 3 || !header || !payload || !signature)
    return refused('unparsable', 'three parts of canonical base64url with full stops between them were expected');
  const limits = { maxBytes: LIMITS.documentBytes, maxDepth: LIMITS.documentDepth };
  const [readHeader, readPayload] = [parseJson(header, limits), parseJson(payload, limits)];
  if (!readHeader.ok || !isObject(readHeader.value))
    return refused('unparsable', 'the header is not a JSON object without duplicate members');
  if (!readPayload.ok || !isObject(readPayload.value))
    return refused('unparsable', 'the payload is not a JSON object without duplicate members');
  return { ok: true, value: { header: readHeader.value, payload: readPayload.value } };
}

/** Extensions that we do not know and keys that the presenter brings along. Other members are ignored (VC-JOSE-COSE §3.1.3). */
const REFUSED_MEMBERS = ['crit', 'b64', 'zip', 'jwk', 'jku', 'x5c', 'x5u', 'x5t', 'x5t#S256'];

type Header = { readonly alg: JoseAlgorithm; readonly kid: string | undefined };

/** Content that is secured itself: a token in a token, which this payload is not. */
const SECURED = /^jwt$|\+(?:jwt|sd-jwt|cose)$/;

/**
 * VC-JOSE-COSE §3.1.1: `typ` SHOULD be `vc+jwt`, and RFC 7519 §5.1 has `JWT` for any token; `cty` SHOULD be `vc`, or say more
 * of the content than that. What is something else for certain is refused.
 */
function readHeader(header: JsonObject, { kind }: OpenOptions): Outcome<Header> {
  const refusedMember = REFUSED_MEMBERS.find((name) => Object.hasOwn(header, name));
  if (refusedMember !== undefined) return refused('jose-header', `${refusedMember} is refused in a header`);
  const { alg, kid, typ, cty } = header;
  if (!isAlgorithm(alg)) return refused('jose-header', `alg is one of ${Object.keys(KEY_TYPES).join(', ')}`);
  if (typ !== undefined && ![`${kind}+jwt`, 'jwt'].includes(subtype(typ)))
    return refused('jose-header', `typ is ${kind}+jwt or JWT`);
  const content = cty === undefined ? kind : subtype(cty);
  if (content === '' || content === OTHER[kind] || SECURED.test(content))
    return refused('jose-header', `cty is ${kind}, or a kind of it`);
  if (kid !== undefined && typeof kid !== 'string')
    return refused('jose-header', 'kid is the id of a verification method');
  return { ok: true, value: { alg, kid } };
}

/** RFC 7515 §4.1.9: media types are case-insensitive, and `application/` is understood where it is missing. */
const subtype = (mediaType: Json): string =>
  typeof mediaType === 'string' ? mediaType.toLowerCase().replace(/^application\/(?=[^/]*$)/, '') : '';

/** RFC 7519 §5.3 registers these three as header parameters too. */
const REPLICATED = ['iss', 'sub', 'aud'] as const;

type Content = { readonly document: JsonObject; readonly claims: JsonObject };

function readContent(payload: JsonObject, header: JsonObject, { kind, legacy }: OpenOptions): Outcome<Content> {
  const claims = { ...payload };
  for (const name of REPLICATED) {
    const copy = header[name];
    if (copy === undefined) continue;
    if (!equalJson(claims[name] ?? copy, copy))
      return refused(
        name === 'iss' ? 'issuer-mismatch' : 'jose-header',
        `${name} says one thing in the header, another in the claims`,
      );
    claims[name] = copy;
  }
  if (legacy && subtype(header.typ ?? 'jwt') === 'jwt' && Object.hasOwn(payload, kind)) {
    const document = documentInClaim(claims, kind);
    return document.ok ? { ok: true, value: { document: document.value, claims } } : document;
  }
  const faults = olderFormFaults(payload);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: { document: payload, claims } };
}

type MethodQuery = { readonly claims: JsonObject; readonly document: JsonObject; readonly options: OpenOptions };

/** VC-JOSE-COSE §4: `kid` names the verification method; under `iss` it may be relative to it, without `iss` it must be absolute. */
async function findMethod(
  kid: string | undefined,
  { claims, document, options }: MethodQuery,
): Promise<Outcome<ResolvedMethod>> {
  const { kind, purpose, documents, nowMs } = options;
  const iss = typeof claims.iss === 'string' ? claims.iss : undefined;
  if (kid !== undefined && isAbsolute(kid)) return resolveMethod(kid, { purpose, documents, nowMs });
  if (kid !== undefined && iss === undefined)
    return refused('jose-header', 'without iss, kid is the absolute URL of a verification method');
  const id =
    kid === undefined ? onlyMethodOf(iss ?? partyOf(document, kind)) : await nameUnder(iss ?? '', kid, documents);
  if (id === undefined) return refused('jose-header', 'kid is missing, and the key does not follow from the issuer');
  return resolveMethod(id, { purpose, documents, nowMs });
}

const isAbsolute = (kid: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(kid);

/** A did:key has one key, so nothing is left open without `kid`. */
const onlyMethodOf = (party = ''): string | undefined =>
  /^did:key:[^#]+$/.test(party) ? `${party}#${party.slice('did:key:'.length)}` : undefined;

/** A fragment of the issuer's document, or the name that one of its JWKs gives itself. Where the key is found is left to resolveMethod. */
async function nameUnder(iss: string, kid: string, documents: Documents): Promise<string> {
  if (kid.startsWith('#')) return `${iss}${kid}`;
  const found = await documents(iss).catch(() => undefined);
  const listed: readonly (Json | undefined)[] = isObject(found) ? [found.verificationMethod].flat() : [];
  const [own, ...others] = listed
    .filter(isObject)
    .filter((one) => isObject(one.publicKeyJwk) && one.publicKeyJwk.kid === kid);
  if (typeof own?.id !== 'string' || others.length > 0) return `${iss}#${kid}`;
  return own.id.startsWith('#') ? `${iss}${own.id}` : own.id;
}

/** §4.1.2: with `iss`, the key is one of the issuer's. */
const controllerFaults = ({ controller }: ResolvedMethod, { iss }: JsonObject): Fault[] =>
  typeof iss !== 'string' || iss === controller
    ? []
    : [fault('issuer-mismatch', 'the key is not controlled by iss', '/iss')];

async function isSigned(token: string, key: PublicKey, alg: JoseAlgorithm): Promise<boolean> {
  try {
    await compactVerify(token, await importJWK(publicKeyJwk(key), alg), { algorithms: [alg] });
    return true;
  } catch {
    return false;
  }
}

const refused = (reason: FaultReason, detail: string): Outcome<never> => ({
  ok: false,
  faults: [fault(reason, detail)],
});
