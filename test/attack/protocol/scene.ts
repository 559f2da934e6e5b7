/** Where the protocol verifier is attacked: issuers whose keys we hold, what they publish, and the forger's tools. What is to be signed is signed past our own checks. */
import { nodePrimitives } from '../../../src/node-primitives.ts';
import { base64url, multibase58, utf8 } from '../../../src/vc/encoding.ts';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { hashData, hashFor } from '../../../src/vc/proof/cryptosuite.ts';
import { wrapEnvelope } from '../../../src/vc/proof/envelope.ts';
import { jcs } from '../../../src/vc/proof/jcs.ts';
import type { Report } from '../../../src/vc/protocol/report.ts';
import type { CredentialResult, ProtocolContext } from '../../../src/vc/protocol/verify-credential.ts';
import type { PresentationResult } from '../../../src/vc/protocol/verify-presentation.ts';
import {
  controllerDocument,
  documentsOf,
  makeKey,
  NOW_MS,
  proofOptions,
  prove,
  type TestKey,
} from '../../vc/proof/issuer.ts';
import { type Attack, inRoom } from '../attack.ts';

export type ProtocolSubject = typeof import('./subject.ts');
export type { JsonObject, TestKey };
export { NOW_MS };

export const V1 = 'https://www.w3.org/2018/credentials/v1';
export const V2 = 'https://www.w3.org/ns/credentials/v2';
/** Has a @vocab: every term is defined, none is protected. */
export const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
export const CRED = 'https://www.w3.org/2018/credentials#';
export const SECURITY = 'https://w3id.org/security#';
export const STATUS = 'https://www.w3.org/ns/credentials/status#';
export const XSD = 'http://www.w3.org/2001/XMLSchema#';
export const DAY_MS = 86_400_000;
export const at = (ms: number): string => new Date(ms).toISOString();
export const [PAST, FUTURE] = [at(NOW_MS - DAY_MS), at(NOW_MS + DAY_MS)];

// Who there is

export const [ed, p256, p384, mallory] = [
  await makeKey('Ed25519'),
  await makeKey('P-256'),
  await makeKey('P-384'),
  await makeKey('Ed25519'),
];

/** An issuer with documents of its own: a key for assertions, one for logins only. */
export const WEB = 'did:web:issuer.test';
export const multikey = (id: string, { multibase }: TestKey = ed, controller = WEB): JsonObject => ({
  id,
  type: 'Multikey',
  controller,
  publicKeyMultibase: multibase,
});
export const WEB_DOCUMENT: JsonObject = {
  ...controllerDocument(WEB, multikey(`${WEB}#key`), ['assertionMethod']),
  authentication: [multikey(`${WEB}#login`)],
};

/** What the operator brought, by URL or DID. */
export const TABLE: Readonly<Record<string, Json>> = { [WEB]: WEB_DOCUMENT };
export const bringing = (more: Readonly<Record<string, Json>>): Partial<ProtocolContext> => ({
  documents: documentsOf({ ...TABLE, ...more }),
});

// What they sign

export type Changes = Readonly<Record<string, Json | undefined>>;
/** Members to set; undefined takes one away. */
export function changed(object: JsonObject, changes: Changes): JsonObject {
  const entries = Object.entries({ ...object, ...changes });
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

export const credential2 = (changes: Changes = {}): JsonObject =>
  changed(
    {
      '@context': [V2, EXAMPLES],
      id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33',
      type: ['VerifiableCredential'],
      issuer: ed.did,
      validFrom: PAST,
      validUntil: FUTURE,
      credentialSubject: { id: 'did:example:subject', name: '欧阳晓明月' },
    },
    changes,
  );
export const credential1 = (changes: Changes = {}): JsonObject =>
  changed(
    {
      '@context': [V1, EXAMPLES],
      type: ['VerifiableCredential'],
      issuer: ed.did,
      issuanceDate: PAST,
      expirationDate: FUTURE,
      credentialSubject: { id: 'did:example:subject', alumniOf: '欧阳晓明月' },
    },
    changes,
  );
export const presentation2 = (changes: Changes = {}): JsonObject =>
  changed({ '@context': [V2, EXAMPLES], type: ['VerifiablePresentation'], holder: ed.did }, changes);

export const RDFC = proofOptions('eddsa-rdfc-2022', ed);
export const JCS = proofOptions('eddsa-jcs-2022', ed);

type How = { options?: JsonObject; key?: TestKey; previous?: JsonObject[]; documents?: Readonly<Record<string, Json>> };
/** What a suite of JSON signs, whatever it would say to it. */
export async function proofOverJson(document: JsonObject, { options = JCS, key = ed }: How = {}): Promise<JsonObject> {
  const hash = hashFor(key.type);
  const data = await hashData({ options: jcs(options), document: jcs(document) }, hash);
  return { ...options, proofValue: multibase58(await key.signer.sign(data)) };
}
export async function proofOver(
  document: JsonObject,
  { options = JCS, key = ed, previous = [], documents = {} }: How = {},
) {
  return prove(document, options, { key, previous, documents: documentsOf({ ...TABLE, ...documents }) });
}
/** Signed as JSON (eddsa-jcs-2022), which asks nothing of the document. */
export const signed = async (document: JsonObject, how: How = {}): Promise<JsonObject> => ({
  ...document,
  proof: await proofOver(document, how),
});
/** Signed as a graph (eddsa-rdfc-2022): the contexts are not signed, and the same graph may be written as another JSON. */
export const signedGraph = (document: JsonObject, how: How = {}): Promise<JsonObject> =>
  signed(document, { options: RDFC, ...how });
/** The honest document's signature under another document. */
export const dressed = async (honest: Promise<JsonObject>, document: JsonObject): Promise<JsonObject> => ({
  ...document,
  proof: (await honest).proof ?? null,
});
export const proofIn = ({ proof }: JsonObject): JsonObject => (isObject(proof) ? proof : {});

/** A token over any texts. */
export async function tokenOf(header: string, payload: string | Uint8Array, { signer }: TestKey = ed): Promise<string> {
  const bytes = typeof payload === 'string' ? utf8(payload) : payload;
  const input = `${base64url(utf8(header))}.${base64url(bytes)}`;
  return `${input}.${base64url(await signer.sign(utf8(input)))}`;
}
export const HEADER: JsonObject = { alg: 'EdDSA', typ: 'vc+jwt', kid: ed.method };
type Token = { header?: Changes; payload?: JsonObject; by?: TestKey };
export const token = ({ header = {}, payload = credential2(), by = ed }: Token = {}): Promise<string> =>
  tokenOf(JSON.stringify(changed(HEADER, header)), JSON.stringify(payload), by);
export const enveloped = async (what: string | Promise<string>): Promise<JsonObject> => wrapEnvelope('vc', await what);
export const presentedToken = ({ header = {}, payload = presentation2(), by = ed }: Token = {}): Promise<string> =>
  token({ header: { typ: 'vp+jwt', ...header }, payload, by });
export const envelopedPresentation = async (what: string | Promise<string>): Promise<JsonObject> =>
  wrapEnvelope('vp', await what);

// The doors

export type Maybe<T> = T | Promise<T>;
export type Visit = { readonly value: Json; readonly context?: Partial<ProtocolContext> };
/** Made when it is first wanted, and once. */
export type Maker = () => Maybe<Json | Visiting>;
const VISIT = Symbol('visit');
type Visiting = Visit & { readonly [VISIT]: true };
export const visiting = (value: Json, context: Partial<ProtocolContext>): Visiting => ({
  [VISIT]: true,
  value,
  context,
});
const isVisiting = (one: Json | Visiting): one is Visiting => typeof one === 'object' && one !== null && VISIT in one;

function once(make: Maker): () => Promise<Visit> {
  let made: Promise<Visit> | undefined;
  const unpacked = async (): Promise<Visit> => {
    const one = await make();
    return isVisiting(one) ? one : { value: one };
  };
  return () => (made ??= unpacked());
}

export const contextOf = (changes: Partial<ProtocolContext> = {}): ProtocolContext => ({
  documents: documentsOf(TABLE),
  nowMs: NOW_MS,
  primitives: nodePrimitives,
  ...changes,
});

export type Result = Pick<CredentialResult, 'verified' | 'reports'>;
export type Wish<R> = (result: R) => boolean;
const failedIn = (reports: readonly Report[]): boolean => reports.some(({ result }) => result === 'failed');

/** Verified; or refused with reports that all say it passed. */
export const verified: Wish<CredentialResult> = (result) => result.verified || !failedIn(result.reports);
/** Verified, and said to be by its issuer. */
export const bound: Wish<CredentialResult> = ({ verified: all, reports }) =>
  all && reports.some(({ check, result }) => check === 'issuer' && result === 'passed');
export const presented: Wish<PresentationResult> = ({ verified: all, reports, credentials }) =>
  all || !(failedIn(reports) || credentials.some((one) => !one.verified));
export const held: Wish<PresentationResult> = ({ verified: all, reports }) =>
  all && reports.some(({ check, result }) => check === 'holder' && result === 'passed');

type Visits<R> = { forged: Maker; genuine?: Maker; wish?: Wish<R> };

const genuineCredential = once(() => signed(credential2()));
const genuinePresentation = once(() =>
  signed(presentation2(), { options: { ...JCS, proofPurpose: 'authentication' } }),
);

/** Attacks on `verifyCredential`. Without another wish, the forger wants it verified. */
export const credentialIn =
  (room: string) =>
  (name: string, { forged, genuine, wish = verified }: Visits<CredentialResult>): Attack<ProtocolSubject> => {
    const visit = (make: () => Promise<Visit>) => async (subject: ProtocolSubject) => {
      const { value, context } = await make();
      return wish(await subject.verifyCredential(value, contextOf(context)));
    };
    return inRoom<ProtocolSubject>(room)(name, {
      forged: visit(once(forged)),
      genuine: visit(genuine ? once(genuine) : genuineCredential),
    });
  };

/** Attacks on `verifyPresentation`. */
export const presentationIn =
  (room: string) =>
  (name: string, { forged, genuine, wish = presented }: Visits<PresentationResult>): Attack<ProtocolSubject> => {
    const visit = (make: () => Promise<Visit>) => async (subject: ProtocolSubject) => {
      const { value, context } = await make();
      return wish(await subject.verifyPresentation(value, contextOf(context)));
    };
    return inRoom<ProtocolSubject>(room)(name, {
      forged: visit(once(forged)),
      genuine: visit(genuine ? once(genuine) : genuinePresentation),
    });
  };

/** Text, as it comes in a request. */
export const textIn =
  (room: string) =>
  (
    name: string,
    { forged, genuine }: { forged: () => Maybe<string>; genuine?: () => Maybe<string> },
  ): Attack<ProtocolSubject> => {
    const visit = (make: () => Maybe<string>) => async (subject: ProtocolSubject) => {
      const limits = { maxBytes: LIMITS.documentBytes, maxDepth: LIMITS.documentDepth };
      const parsed = subject.parseJson(await make(), limits);
      return parsed.ok && verified(await subject.verifyCredential(parsed.value, contextOf()));
    };
    const honest = async () => JSON.stringify((await genuineCredential()).value);
    return inRoom<ProtocolSubject>(room)(name, { forged: visit(forged), genuine: visit(genuine ?? honest) });
  };
