/** The edges of the protocol verifier's limits: signed by a key of the tests, so that what is accepted is verified. */
import { STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import { type Bytes, base64url, concat, utf8 } from '../../src/vc/encoding.ts';
import { isObject, type Json, type JsonObject } from '../../src/vc/json.ts';
import { canonicalForm } from '../../src/vc/json-ld/canonical-form.ts';
import { expand } from '../../src/vc/json-ld/expansion.ts';
import { nothingSpent, type Spent } from '../../src/vc/json-ld/spent.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import { gzip, webPrimitives } from '../../src/vc/primitives.ts';
import { formSource } from '../../src/vc/proof/cryptosuite.ts';
import { wrapEnvelope } from '../../src/vc/proof/envelope.ts';
import { openEnvelope, signEnvelope } from '../../src/vc/proof/jose.ts';
import { verifyProofs } from '../../src/vc/proof/verify-proofs.ts';
import { type Documents, noDocuments } from '../../src/vc/protocol/documents.ts';
import type { Outcome } from '../../src/vc/protocol/fault.ts';
import { fatalFaults, type Report } from '../../src/vc/protocol/report.ts';
import { verifyCredential } from '../../src/vc/protocol/verify-credential.ts';
import { verifyPresentation } from '../../src/vc/protocol/verify-presentation.ts';
import { disclose } from '../support/disclosure.ts';
import { namedKey } from '../support/signing-key.ts';
import { type Edge, each, type Limit } from './edge.ts';
import { documentsOf, NOW_MS, proofOptions, prove } from './proof/issuer.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const key = await namedKey('Ed25519', 'xingzheng test limits');
const p256 = await namedKey('P-256', 'xingzheng test limits');

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** `verified`, or the reasons of all that is wrong. */
const verdict = ({ verified, reports }: { verified: boolean; reports: readonly Report[] }): string =>
  verified ? 'verified' : [...new Set(fatalFaults(reports).map(({ reason }) => reason))].join(' ');

const outcomeOf = (outcome: Outcome<unknown>): string =>
  outcome.ok ? 'accepted' : [...new Set(outcome.faults.map(({ reason }) => reason))].join(' ');

const contextOf = (documents: Documents) => ({ documents, nowMs: NOW_MS, primitives: webPrimitives });

const judged = async (value: Json, documents = noDocuments): Promise<string> =>
  verdict(await verifyCredential(value, contextOf(documents)));
const judgedPresentation = async (value: Json, documents = noDocuments): Promise<string> =>
  verdict(await verifyPresentation(value, contextOf(documents)));

const credential = (changes: JsonObject, ...contexts: Json[]): JsonObject => ({
  '@context': [V2, ...contexts],
  type: ['VerifiableCredential'],
  issuer: key.did,
  credentialSubject: { id: 'did:key:holder' },
  ...changes,
});

const presentation = (changes: JsonObject, ...contexts: Json[]): JsonObject => ({
  '@context': [V2, ...contexts],
  type: ['VerifiablePresentation'],
  holder: key.did,
  ...changes,
});

const JCS = proofOptions('eddsa-jcs-2022', key);
const RDFC = proofOptions('eddsa-rdfc-2022', key);
const NO_SIGNATURE = `z${'1'.repeat(64)}`;

/** What is past a limit cannot be signed in its canonical form: there the signature is empty, and the limit is met before it is looked at. */
const signed = async (document: JsonObject, options = JCS): Promise<JsonObject> => ({
  ...document,
  proof: await prove(document, options, { key }).catch(() => ({ ...options, proofValue: NO_SIGNATURE })),
});
const signedPresentation = (document: JsonObject) => signed(document, { ...JCS, proofPurpose: 'authentication' });

const token = (payload: JsonObject, kind: 'vc' | 'vp' = 'vc'): Promise<string> =>
  signEnvelope(payload, { kind, kid: key.method, alg: 'EdDSA', signer: key.signer });

/** A token of exactly `length` characters, with white space behind its payload and, for what that cannot reach, behind its header. */
async function tokenOfLength(length: number, payload: string): Promise<string> {
  for (let extra = 0; extra < 6; extra++) {
    const header = base64url(utf8(JSON.stringify({ alg: 'EdDSA', kid: key.method }) + ' '.repeat(extra)));
    const bytes = Math.floor(((length - header.length - 88) * 3) / 4);
    const input = `${header}.${base64url(utf8(payload.padEnd(bytes)))}`;
    const made = `${input}.${base64url(await key.signer.sign(utf8(input)))}`;
    if (made.length === length) return made;
  }
  throw new Error(`no token of ${length} characters`);
}

const openedToken = async (jws: string): Promise<string> =>
  outcomeOf(await openEnvelope(jws, { kind: 'vc', purpose: 'assertionMethod', ...contextOf(noDocuments) }));

const DATA_URL = wrapEnvelope('vc', '');
const dataUrlOfLength = async (length: number): Promise<Json> => {
  const prefix = String(DATA_URL.id);
  return { ...DATA_URL, id: prefix + (await tokenOfLength(length - prefix.length, JSON.stringify(credential({})))) };
};

/** JSON of `depth` arrays, each inside the other, as a claim that is data to JSON-LD. */
const RAW = { raw: { '@id': 'urn:raw', '@type': '@json' } };
const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
const withRaw = (depth: number) => credential({ credentialSubject: { raw: nested(depth) } }, RAW);

/** Each URL names an empty context. */
const EMPTY_CONTEXTS: Documents = async (url) => (url.startsWith('urn:empty:') ? { '@context': {} } : undefined);
const emptyContexts = (count: number): string[] => times(count, (i) => `urn:empty:${i}`);

const LIST = 'https://issuer.test/status/1';
const ENTRY = {
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '0',
  statusListCredential: LIST,
};

async function withStatus(bits: Bytes, entry: JsonObject = {}): Promise<string> {
  const encodedList = `u${base64url(bits)}`;
  const list = credential({
    id: LIST,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    credentialSubject: { id: `${LIST}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList },
  });
  const own = await signed(credential({ credentialStatus: { ...ENTRY, ...entry } }));
  return judged(own, documentsOf({ [LIST]: await signed(list) }));
}

/** A list in a stream with a comment (RFC 1952 §2.3.1), so that its text has exactly `length` characters. */
async function packedOfLength(length: number): Promise<Bytes> {
  const plain = await gzip(new Uint8Array(STATUS_LIST_LENGTH / 8));
  const head = plain.slice(0, 10);
  head[3] = 0x10;
  const comment = Math.floor(((length - 1) * 3) / 4) - plain.length - 1;
  return concat(head, new Uint8Array(comment).fill(0x63), Uint8Array.of(0), plain.slice(10));
}

/** Runs with so much spent before that `n` is spent in the end. */
async function spending(
  limit: keyof Spent,
  n: number,
  run: (spent: Spent) => Promise<Outcome<unknown>>,
): Promise<string> {
  const own = nothingSpent();
  await run(own);
  return outcomeOf(await run({ ...nothingSpent(), [limit]: n - own[limit] }));
}

const canonicalised = (document: JsonObject) => async (spent: Spent) => {
  const expanded = await expand(document, noDocuments);
  return expanded.ok ? canonicalForm(expanded.value, 'sha256', spent) : expanded;
};

/** Twice a node that two others point to, one of them in two graphs: the orders of the three pointers are tried. */
const TWO_ORDERS = credential(
  {
    credentialSubject: {
      id: 'did:key:holder',
      in: [
        ['urn:g:1', ['u', 'y'], ['v', 'y']],
        ['urn:g:2', ['u', 'y'], ['v', 'w']],
      ].map(([id = '', ...arrows]) => ({
        id: `${id}`,
        graph: times(2, (twin) => arrows.map(([from, to]) => ({ id: `_:${from}${twin}`, p: `_:${to}${twin}` }))).flat(),
      })),
    },
  },
  { graph: '@graph', in: 'urn:in', p: { '@id': 'urn:p:0', '@type': '@id' } },
);

const SPENT = { accepted: 'accepted', refused: 'too-large' };
const K = { k: 'urn:k' };
const NOTE = { Note: 'urn:type:Note' };

/** `posted`: the answer of `POST /verifiers/protocol/credentials/verify` to a body. */
export const protocolEdges = (posted: (body: string) => Promise<string>): Partial<Record<Limit, Edge>> => ({
  documentBytes: {
    meets: async (n) => {
      const body = `{"verifiableCredential":${JSON.stringify(await signed(credential({})))}}`;
      const opened = openedToken(await tokenOfLength(n, JSON.stringify(credential({}))));
      return (await Promise.all([posted(body.padEnd(n)), opened, judged(await dataUrlOfLength(n))])).join(', ');
    },
    accepted: '200 verified, accepted, verified',
    refused: '413 too-large, too-large, too-large',
  },
  documentDepth: {
    meets: async (n) => {
      const body = JSON.stringify({ verifiableCredential: await signed(withRaw(n - 3)) });
      return (await Promise.all([posted(body), openedToken(await token(withRaw(n - 2)))])).join(', ');
    },
    accepted: '200 verified, accepted',
    refused: '400 unparsable, unparsable',
  },
  contexts: {
    meets: async (n) =>
      each([
        judged(await signed(credential({}, ...emptyContexts(n - 1))), EMPTY_CONTEXTS),
        judgedPresentation(await signedPresentation(presentation({}, ...emptyContexts(n - 1))), EMPTY_CONTEXTS),
        judged({ ...wrapEnvelope('vc', await token(credential({}))), '@context': [V2, ...emptyContexts(n - 1)] }),
      ]),
    accepted: 'verified',
    refused: 'too-large',
  },
  contextLoads: {
    meets: async (n) => {
      const urls = emptyContexts(n - 1);
      const terms = urls.map((url, i) => [`t${i}`, { '@id': `urn:t:${i}`, '@context': url }]);
      return judged(await signed(credential({}, Object.fromEntries(terms))), EMPTY_CONTEXTS);
    },
    accepted: 'verified',
    refused: 'too-large',
  },
  contextWork: {
    meets: (n) => spending('contextWork', n, (spent) => expand(credential({}, K), noDocuments, spent)),
    accepted: 'accepted',
    refused: 'too-large',
  },
  // Ten members and items, and one member of the context.
  namesText: {
    at: 11 * Math.floor(LIMITS.namesText / 11),
    past: 11 * Math.ceil(LIMITS.namesText / 11),
    meets: async (n) => judged(await signed(credential({}, { '@vocab': 'urn:'.padEnd(n / 11, 'x') }))),
    accepted: 'verified',
    refused: 'too-large',
  },
  types: {
    meets: async (n) =>
      judged(
        await signed(
          credential({ type: ['VerifiableCredential', ...times(n - 1, (i) => `T${i}`)] }, { '@vocab': 'urn:type:' }),
        ),
      ),
    accepted: 'verified',
    refused: 'too-large',
  },
  proofs: {
    meets: async (n) => {
      const document = credential({});
      const set = await Promise.all(times(n, (i) => prove(document, { ...JCS, nonce: `${i}` }, { key })));
      const chain: JsonObject[] = [];
      for (const [id, previous] of times(n, (i) => [`urn:proof:${i}`, `urn:proof:${i - 1}`] as const)) {
        const options = { ...RDFC, id, ...(chain.length > 0 ? { previousProof: previous } : {}) };
        chain.push(await prove(document, options, { key, previous: chain.slice(-1) }));
      }
      return each([set, chain].map((proof) => judged({ ...document, proof })));
    },
    accepted: 'verified',
    refused: 'too-large',
  },
  items: {
    meets: async (n) => {
      const own = await signed(credential({}));
      const text = { '@value': 'x', '@language': 'en' };
      const resource = { id: 'urn:resource', digestSRI: times(n, () => `sha256-${'A'.repeat(43)}`) };
      const documents = [
        credential({ credentialSubject: times(n, (i) => ({ id: `urn:subject:${i}` })) }),
        credential({ credentialStatus: times(n, () => ({ type: 'Note' })) }, NOTE),
        credential({ evidence: times(n, () => ({ type: 'Note' })) }, NOTE),
        credential({ credentialSchema: times(n, (i) => ({ id: `urn:${i}`, type: 'Note' })) }, NOTE),
        credential({ relatedResource: times(n, (i) => ({ ...resource, id: `urn:${i}`, digestSRI: 'sha256-A' })) }),
        credential({ relatedResource: resource }),
        credential({ name: times(n, () => text) }),
      ];
      const presented = await signedPresentation(presentation({ verifiableCredential: times(n, () => own) }));
      return each([...documents.map(async (one) => judged(await signed(one))), judgedPresentation(presented)]);
    },
    accepted: 'verified',
    refused: 'too-large',
  },
  quads: { meets: (n) => spending('quads', n, canonicalised(credential({}, K))), ...SPENT },
  statementsText: { meets: (n) => spending('statementsText', n, canonicalised(credential({}, K))), ...SPENT },
  comparisons: { meets: (n) => spending('comparisons', n, canonicalised(credential({}, K))), ...SPENT },
  signatureWork: {
    meets: async (n) => {
      const { proof = null, ...document } = await signed(credential({}));
      return spending('signatureWork', n, async (spent) => {
        const source = { ...formSource(noDocuments), spent };
        const proofs = [proof].filter(isObject);
        const context = { purpose: 'assertionMethod', nowMs: NOW_MS, documents: noDocuments, source } as const;
        const { verified, faults } = await verifyProofs(document, proofs, context);
        return verified ? { ok: true, value: document } : { ok: false, faults };
      });
    },
    ...SPENT,
  },
  // One is the credential itself.
  blankNodes: {
    meets: async (n) => {
      const k = times(n - 1, (i) => ({ k: `node ${i}` }));
      return judged(await signed(credential({ credentialSubject: { id: 'urn:s', k } }, K), RDFC));
    },
    accepted: 'verified',
    refused: 'too-large',
  },
  hashes: {
    meets: (n) =>
      spending('hashes', n, canonicalised(credential({ credentialSubject: { k: times(9, () => ({ k: 'x' })) } }, K))),
    accepted: 'accepted',
    refused: 'too-large',
  },
  permutations: {
    meets: (n) => spending('permutations', n, canonicalised(TWO_ORDERS)),
    accepted: 'accepted',
    refused: 'too-large',
  },
  // The type and the subject are the holder's choice, as all values are; the issuer is mandatory.
  selectiveStatements: {
    meets: async (n) => {
      const k = times(n - 2, String);
      const document = credential({ credentialSubject: { id: 'urn:s', k } }, K);
      return judged(await disclose(document, p256, (statement) => statement.includes('#issuer>')));
    },
    accepted: 'verified',
    refused: 'proof-malformed',
  },
  statusListBytes: {
    meets: async (n) =>
      `unpacked ${await withStatus(await gzip(new Uint8Array(n)))}, packed ${await withStatus(await packedOfLength(n))}`,
    accepted: 'unpacked verified, packed verified',
    refused: 'unpacked status-list-too-large, packed status-list-too-large',
  },
  statusSize: {
    meets: async (n) => {
      const statusMessage = times(2 ** n, (i) => ({ status: `0x${i.toString(16)}`, message: `${i}` }));
      const bits = await gzip(new Uint8Array((n * STATUS_LIST_LENGTH) / 8));
      return withStatus(bits, { statusSize: n, statusMessage });
    },
    accepted: 'verified',
    refused: 'malformed',
  },
  digestLength: {
    meets: async (n) => {
      const relatedResource = { id: 'urn:resource', digestMultibase: 'u'.padEnd(n, 'A') };
      return judged(await signed(credential({ relatedResource })));
    },
    accepted: 'verified',
    refused: 'malformed',
  },
});
