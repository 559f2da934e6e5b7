/** What a token's claims say of the document that it secures: VC-JOSE-COSE §3.1.3 and §4.1.2, RFC 7519 §4.1; and the older form of VC Data Model 1.1 §6.3.1, where the document is one claim among them. */
import { isObject, type Json, type JsonObject } from '../json.ts';
import { parseDateTime } from '../model/date-time.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { fromIsoSeconds, isEpoch, isoSeconds } from '../time.ts';
import { CLOCK_TOLERANCE } from '../trust/bundle.ts';
import type { EnvelopeKind } from './envelope.ts';

/** `type`: what the document must be. `party`: the member that names who secured it. */
const FORMS = {
  vc: { type: 'VerifiableCredential', party: 'issuer' },
  vp: { type: 'VerifiablePresentation', party: 'holder' },
} as const satisfies Record<EnvelopeKind, { type: string; party: string }>;
export const OTHER = { vc: 'vp', vp: 'vc' } as const satisfies Record<EnvelopeKind, EnvelopeKind>;

/** The id of the issuer or holder, whether it stands as text or in an object. */
export function partyOf(document: JsonObject, kind: EnvelopeKind): string | undefined {
  const party = document[FORMS[kind].party];
  const id = isObject(party) ? party.id : party;
  return typeof id === 'string' ? id : undefined;
}

/** The document must be of no other kind than its own, which the data model asks for, and claims that repeat one of its members must agree with it. */
export function bindingFaults(document: JsonObject, claims: JsonObject, kind: EnvelopeKind): Fault[] {
  const faults: Fault[] = [];
  const types: readonly (Json | undefined)[] = [document.type].flat();
  if (types.includes(FORMS[OTHER[kind]].type))
    faults.push(fault('malformed', `a ${FORMS[kind].type} alone was expected in the token`, '/type'));
  const { iss, jti, sub } = claims;
  const party = partyOf(document, kind);
  // A presentation need not name its holder; then the claim contradicts nothing.
  if (iss !== undefined && iss !== party && (kind === 'vc' || party !== undefined || typeof iss !== 'string'))
    faults.push(fault('issuer-mismatch', `iss is not the id of the ${FORMS[kind].party}`, '/iss'));
  if (jti !== undefined && (typeof jti !== 'string' || (document.id ?? jti) !== jti))
    faults.push(fault('malformed', 'jti is not the id of the document', '/jti'));
  if (sub !== undefined && !isSubject(sub, document))
    faults.push(fault('malformed', 'sub is not the id of the credential’s subject', '/sub'));
  return faults;
}

/** A presentation has no subject, so `sub` contradicts nothing there. */
function isSubject(sub: Json, { credentialSubject }: JsonObject): boolean {
  const ids = [credentialSubject ?? []].flat().flatMap((one) => (isObject(one) ? (one.id ?? []) : []));
  return typeof sub === 'string' && (ids.length === 0 || ids.includes(sub));
}

/** VC-JOSE-COSE §1.1.2.1: `vc` and `vp` MUST NOT be present. */
export const olderFormFaults = (claims: JsonObject): Fault[] =>
  (['vc', 'vp'] as const)
    .filter((name) => Object.hasOwn(claims, name))
    .map((name) =>
      fault('malformed', `the claim ${name} must not be present: the payload is the document`, `/${name}`),
    );

/** RFC 7519 §4.1.4 to §4.1.6: the dates of the signature, which are not those of the document. */
export function dateFaults({ exp, nbf, iat }: JsonObject, nowMs: number): Fault[] {
  const faults: Fault[] = [];
  const latest = nowMs / 1000 + CLOCK_TOLERANCE;
  if (exp !== undefined && typeof exp !== 'number') faults.push(fault('malformed', 'exp is a number', '/exp'));
  else if (exp !== undefined && nowMs / 1000 >= exp)
    faults.push(fault('proof-expired', 'the signature has expired', '/exp'));
  if (nbf !== undefined && typeof nbf !== 'number') faults.push(fault('malformed', 'nbf is a number', '/nbf'));
  else if (nbf !== undefined && nbf > latest)
    faults.push(fault('not-yet-valid', 'the signature is not valid yet', '/nbf'));
  // W3C's own test vectors write iat as a date; read as one it weakens nothing.
  const issued = typeof iat === 'string' ? fromIsoSeconds(iat) : iat;
  if (iat !== undefined && typeof issued !== 'number') faults.push(fault('malformed', 'iat is a number', '/iat'));
  else if (typeof issued === 'number' && issued > latest)
    faults.push(fault('not-yet-valid', 'the signature was made in the future', '/iat'));
  return faults;
}

export type Audience = {
  /** Expected as `nonce` or `challenge`. */
  readonly challenge?: string;
  /** One of these is expected in `aud`. */
  readonly domain?: string | readonly string[];
};

/** RFC 7519 §4.1 and what presentations add: members of a payload that speak of the token, never of the document. */
const CLAIMS = new Set(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'cnf', 'nonce', 'challenge']);

/** The document alone, as the data model and JSON-LD read it. */
export const withoutClaims = (payload: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => !CLAIMS.has(name)));

/** What was expected must be there. What nobody expected is not looked at: this verifier has no name of its own to find in `aud`. */
export function audienceFaults(claims: JsonObject, { challenge, domain }: Audience): Fault[] {
  const faults: Fault[] = [];
  const named = [claims.nonce, claims.challenge].filter((one) => one !== undefined);
  if (challenge !== undefined && (named.length === 0 || named.some((one) => one !== challenge)))
    faults.push(fault('challenge-mismatch', 'nonce is not the challenge that was expected', '/nonce'));
  const audience: readonly (Json | undefined)[] = [claims.aud].flat();
  if (domain !== undefined && ![domain].flat().some((one) => audience.includes(one)))
    faults.push(fault('domain-mismatch', 'aud is not the domain that was expected', '/aud'));
  return faults;
}

/**
 * VC Data Model 1.1 §6.3.1, decoding: the content of `vc` or `vp`, with what only the registered claims say added to it.
 * Claims that say something else than the content are faults, never corrections.
 */
export function documentInClaim(claims: JsonObject, kind: EnvelopeKind): Outcome<JsonObject> {
  const content = claims[kind];
  if (!isObject(content) || Object.hasOwn(claims, OTHER[kind]))
    return { ok: false, faults: [fault('malformed', `an object in the claim ${kind} alone was expected`, `/${kind}`)] };
  const document = { ...content };
  const { iss, jti, sub } = claims;
  const { party } = FORMS[kind];
  if (iss !== undefined) document[party] = withId(document[party], iss);
  if (jti !== undefined) document.id ??= jti;
  if (kind === 'vp') return { ok: true, value: document };
  if (sub !== undefined && !Array.isArray(document.credentialSubject) && isObject(document.credentialSubject))
    document.credentialSubject = withId(document.credentialSubject, sub);
  const faults = addDates(document, claims);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: document };
}

function withId(party: Json | undefined, id: Json): Json {
  if (party === undefined) return id;
  return isObject(party) ? { id, ...party } : party;
}

const V1_CONTEXT = 'https://www.w3.org/2018/credentials/v1';

function addDates(document: JsonObject, claims: JsonObject): Fault[] {
  const contexts: readonly (Json | undefined)[] = [document['@context']].flat();
  const [from, until] = contexts.includes(V1_CONTEXT)
    ? ['issuanceDate', 'expirationDate']
    : ['validFrom', 'validUntil'];
  const pairs = [
    ['nbf', from],
    ['exp', until],
  ] as const;
  return pairs.flatMap(([name, member]) => {
    const claim = claims[name];
    if (claim === undefined) return [];
    const seconds = typeof claim === 'number' ? Math.floor(claim) : undefined;
    if (!isEpoch(seconds)) return [fault('malformed', `${name} is no date`, `/${name}`)];
    document[member] ??= isoSeconds(seconds);
    return secondsOf(document[member]) === seconds
      ? []
      : [fault('malformed', `${name} says another time than ${member}`, `/${name}`)];
  });
}

/** NaN, which is the same as no number, where it is no date. */
function secondsOf(text: Json | undefined): number {
  const date = typeof text === 'string' ? parseDateTime(text) : undefined;
  return Math.floor((date?.epochMs ?? Number.NaN) / 1000);
}
