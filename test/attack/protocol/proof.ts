/** One embedded proof: whose it is, over what, for which purpose, and until when. */
import { base64url, concat, fromMultibase58, hex, multibase58 } from '../../../src/vc/encoding.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { canonicalForm } from '../../../src/vc/json-ld/canonical-form.ts';
import { expand } from '../../../src/vc/json-ld/expansion.ts';
import { hashData } from '../../../src/vc/proof/cryptosuite.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import type { ProtocolContext } from '../../../src/vc/protocol/verify-credential.ts';
import { proofOptions } from '../../vc/proof/issuer.ts';
import type { Attack } from '../attack.ts';
import {
  at,
  bound,
  type Changes,
  changed,
  credential1,
  credential2,
  credentialIn,
  dressed,
  EXAMPLES,
  ed,
  FUTURE,
  JCS,
  mallory,
  NOW_MS,
  PAST,
  type ProtocolSubject,
  p256,
  p384,
  proofIn,
  proofOver,
  proofOverJson,
  RDFC,
  SECURITY,
  signed,
  signedGraph,
  type TestKey,
  V1,
  V2,
  visiting,
  WEB,
  XSD,
} from './scene.ts';

const proven = credentialIn('proof');
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** Signed with these options as they stand, right or wrong. */
const withOptions =
  (options: Changes, context: Partial<ProtocolContext> = {}, document = credential2()) =>
  async () =>
    visiting(await signed(document, { options: changed(JCS, options) }), context);
type OptionsRow = readonly [what: string, wrong: Changes, right?: Changes, context?: Partial<ProtocolContext>];
const OPTIONS: readonly OptionsRow[] = [
  ['a proof without type', { type: undefined }],
  ['a proof of a list of types', { type: ['DataIntegrityProof'] }],
  ['a proof without its method', { verificationMethod: undefined }],
  ['a relative method', { verificationMethod: '#key' }],
  ['a DID that is no key for its method', { verificationMethod: WEB }, { verificationMethod: ed.did }],
  ['a method that is null', { verificationMethod: null }],
  [
    'a key supplied inside the proof',
    { verificationMethod: { id: ed.method, type: 'Multikey', controller: ed.did, publicKeyMultibase: ed.multibase } },
  ],
  ['a key supplied beside the method', { publicKeyMultibase: ed.multibase }],
  ['a key supplied as a JWK beside the method', { publicKeyJwk: ed.jwk }],
  ['a proof without purpose', { proofPurpose: undefined }],
  ['a proof for authentication', { proofPurpose: 'authentication' }],
  ['a proof for a purpose that nobody knows', { proofPurpose: 'capabilityInvocation' }],
  ['a list of purposes', { proofPurpose: ['assertionMethod'] }],
  ['a proof created on no date', { created: 'yesterday' }],
  [
    'a proof created on a day that no calendar has',
    { created: '2026-02-30T08:00:00Z' },
    { created: '2026-02-28T08:00:00Z' },
  ],
  ['a date of creation that is null', { created: null }, { created: undefined }],
  ['a proof of the future', { created: at(NOW_MS + 600_001) }, { created: at(NOW_MS + 600_000) }],
  ['a date of creation as a number', { created: 1 }],
  ['a proof that expired', { expires: PAST }, { expires: FUTURE }],
  [
    'a proof that expires now',
    { expires: new Date(NOW_MS).toISOString() },
    { expires: new Date(NOW_MS + 1).toISOString() },
  ],
  [
    'a proof that expired, by a date without offset',
    { expires: '2026-11-24T07:59:59' },
    { expires: '2026-11-24T08:00:01' },
  ],
  [
    'a proof that expired, by an offset',
    { expires: '2026-11-24T15:59:59+08:00' },
    { expires: '2026-11-24T16:00:01+08:00' },
  ],
  ['a proof that expires on no date', { expires: 'tomorrow' }],
  ['a proof that expires in a leap second', { expires: '2028-12-31T23:59:60Z' }],
  ['a proof that expires in the year 10000', { expires: '10000-01-01T00:00:00Z' }],
  ['an end of a proof that is null', { expires: null }],
  ['an end of a proof as a number', { expires: 4_102_444_800 }],
  ['an id of a proof that is no URL', { id: '456321' }, { id: 'urn:uuid:60102d04-b51e-11ed-acfe-2fcd717666a7' }],
  ['an id of a proof as a number', { id: 456321 }],
  ['a nonce as a number', { nonce: 1 }, { nonce: '1' }],
  ['a nonce that is null', { nonce: null }],
  ['a challenge as a number', { challenge: 1 }, { challenge: '1' }],
  ['a domain as a number', { domain: 1 }, { domain: '1' }],
  ['a list of no domains', { domain: [] }, { domain: ['a', 'b'] }],
  ['a number among domains', { domain: ['a', 1] }],
  ['a member that nobody reads', { honour: 'all' }],
  ['a member of every object', { constructor: 'a' }],
  ['a graph inside the proof', { '@included': [{ id: 'urn:x:y' }] }],
  ['a number as the previous proof', { previousProof: 456321 }],
  ['no previous proofs', { previousProof: [] }],
  ['a previous proof twice', { id: 'urn:a:b', previousProof: ['urn:a:c', 'urn:a:c'] }],

  ['a proof for no domain', {}, { domain: 'a.test' }, { domain: 'a.test' }],
  ['a proof for another domain', { domain: 'b.test' }, { domain: 'a.test' }, { domain: 'a.test' }],
  ['a proof for a domain more', { domain: ['a.test', 'b.test'] }, { domain: ['a.test'] }, { domain: 'a.test' }],
  [
    'a proof for a domain less',
    { domain: 'a.test' },
    { domain: ['b.test', 'a.test'] },
    { domain: ['a.test', 'b.test'] },
  ],
  ['a proof for no challenge', {}, { challenge: 'c' }, { challenge: 'c' }],
  ['a proof for another challenge', { challenge: 'd' }, { challenge: 'c' }, { challenge: 'c' }],
  ['a list of challenges', { challenge: ['c'] }, { challenge: 'c' }, { challenge: 'c' }],
];
const options = OPTIONS.map(([what, wrong, right, context]) =>
  proven(what, { forged: withOptions(wrong, context), genuine: withOptions(right ?? {}, context) }),
);

/** What a forger changes in a good proof. */
const after =
  (change: (proof: JsonObject) => JsonObject, honest = signed(credential2())) =>
  async () => {
    const document = await honest;
    return { ...document, proof: change(proofIn(document)) };
  };
const honestGraph = signedGraph(credential2());
const value = (change: (value: string) => Json) =>
  after((proof) => ({ ...proof, proofValue: change(text(proof.proofValue)) }));

/** RFC 8032 §5.1.7 wants S below the order of the group; S + order verifies in a careless implementation. */
function malleated(proofValue: string): string {
  const bytes = fromMultibase58(proofValue, 133) ?? new Uint8Array();
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${hex(bytes.slice(32).reverse())}`) + order;
  const high = Uint8Array.from(s.toString(16).padStart(64, '0').match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  return multibase58(concat(bytes.slice(0, 32), high.reverse()));
}

const afterwards: readonly Attack<ProtocolSubject>[] = [
  proven('no value', { forged: after((proof) => changed(proof, { proofValue: undefined })) }),
  proven('a value that is null', { forged: value(() => null) }),
  proven('a value without its multibase letter', { forged: value((all) => all.slice(1)) }),
  proven('a value in base64url', {
    forged: value((all) => `u${base64url(fromMultibase58(all, 133) ?? new Uint8Array())}`),
  }),
  proven('a value of 96 bytes', { forged: value(() => `z${'1'.repeat(96)}`) }),
  proven('a value of 63 bytes', { forged: value(() => `z${'1'.repeat(63)}`) }),
  proven('a value of nothing', { forged: value(() => 'z') }),
  proven('a value of great length', { forged: value(() => `z${'2'.repeat(500_000)}`) }),
  proven('a value of zeros', { forged: value(() => `z${'1'.repeat(64)}`) }),
  proven('a value with a space behind it', { forged: value((all) => `${all} `) }),
  proven('a value with a letter that base58 does not have', { forged: value((all) => `${all.slice(0, -1)}0`) }),
  proven('a malleable signature', { forged: value(malleated) }),
  proven('another date of creation', { forged: after((proof) => ({ ...proof, created: PAST }), honestGraph) }),
  proven('an end that nobody signed', { forged: after((proof) => ({ ...proof, expires: FUTURE }), honestGraph) }),
  proven('a challenge that nobody signed', { forged: after((proof) => ({ ...proof, challenge: 'c' })) }),
  proven('the suite of another canonical form', {
    forged: after((proof) => ({ ...proof, cryptosuite: 'eddsa-rdfc-2022' })),
  }),
  proven('a suite that nobody knows', { forged: after((proof) => ({ ...proof, cryptosuite: 'mldsa44-rdfc-2024' })) }),
  proven('a suite in capitals', { forged: after((proof) => ({ ...proof, cryptosuite: 'EDDSA-JCS-2022' })) }),
  proven('a suite of every object', { forged: after((proof) => ({ ...proof, cryptosuite: 'constructor' })) }),
  proven('a known suite under another type', { forged: after((proof) => ({ ...proof, type: 'UnknownProof2099' })) }),
  proven('no suite', { forged: after((proof) => changed(proof, { cryptosuite: undefined })) }),
  proven('a suite that cannot be written as a text', {
    forged: after((proof) => ({ ...proof, cryptosuite: { toString: '' } })),
  }),
  proven('suites', { forged: after((proof) => ({ ...proof, cryptosuite: ['eddsa-jcs-2022'] })) }),
  proven('a changed document under its signature as JSON', {
    forged: () => dressed(signed(credential2()), credential2({ validUntil: '2099-01-01T00:00:00Z' })),
  }),
  proven('a changed document under its signature as a graph', {
    forged: () => dressed(honestGraph, credential2({ credentialSubject: { id: 'did:example:subject', name: '诸葛' } })),
  }),
  proven('a null more under a signature as JSON', {
    forged: () =>
      dressed(
        signed(credential2()),
        credential2({ credentialSubject: { id: 'did:example:subject', name: '欧阳晓明月', honour: null } }),
      ),
  }),
  proven('the types in another order under a signature as JSON', {
    forged: () =>
      dressed(
        signed(credential2({ type: ['VerifiableCredential', 'A'] })),
        credential2({ type: ['A', 'VerifiableCredential'] }),
      ),
  }),
];

const reversed = [EXAMPLES, V2];
/** Signed under contexts of the proof's own, and shown under others. */
const underOwn = (own: Json) => async () => {
  const proof = await proofOverJson(credential2({ '@context': own }), { options: { ...JCS, '@context': own } });
  return { ...credential2(), proof };
};
const contexts: readonly Attack<ProtocolSubject>[] = [
  proven('a graph proof with a context of its own', {
    forged: after((proof) => ({ ...proof, '@context': [V2] }), honestGraph),
    genuine: after((proof) => ({ ...proof, '@context': [V2, EXAMPLES] }), honestGraph),
  }),
  proven('a graph proof with more domains than are read', {
    forged: after((proof) => ({ ...proof, domain: Array<string>(4_001).fill('a') }), honestGraph),
    genuine: () => signedGraph(credential2(), { options: changed(RDFC, { domain: ['a', 'b'] }) }),
  }),
  proven('a proof with the contexts in another order', {
    forged: underOwn(reversed),
    genuine: withOptions({ '@context': [V2] }),
  }),
  proven('a proof with no contexts', { forged: underOwn([]), genuine: withOptions({ '@context': V2 }) }),
  proven('a proof with more contexts than the document', {
    forged: underOwn([V2, EXAMPLES, 'https://www.w3.org/ns/did/v1']),
    genuine: withOptions({ '@context': [V2, EXAMPLES] }),
  }),
  proven('a context swapped under a proof that names its own', {
    forged: async () => {
      const { proof = null, ...document } = await signed(credential2(), {
        options: { ...JCS, '@context': [V2, EXAMPLES] },
      });
      return { ...document, '@context': [V2, { '@vocab': 'https://evil.test/' }], proof };
    },
    genuine: withOptions({ '@context': [V2, EXAMPLES] }),
  }),
];

// Suites and keys
const ED_2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const ed2020: JsonObject = {
  type: 'Ed25519Signature2020',
  created: '2026-11-24T07:00:00Z',
  verificationMethod: ed.method,
  proofPurpose: 'assertionMethod',
};
const in2020 = credential2({ '@context': [V2, EXAMPLES, ED_2020] });
/** Has a context that says what a suite is, where the one of 2020 does not. */
const suited = { ...in2020, '@context': [V2, { cryptosuite: `${SECURITY}cryptosuite` }, EXAMPLES, ED_2020] };
const by =
  (suite: string, key: TestKey, more: Changes = {}) =>
  () =>
    signed(credential2(), { key, options: changed(proofOptions(suite, key), more) });
const flipped = async (suite: string, key: TestKey) => {
  const document = await by(suite, key)();
  const bytes = fromMultibase58(text(proofIn(document).proofValue), 133) ?? new Uint8Array();
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  return { ...document, proof: { ...proofIn(document), proofValue: multibase58(bytes) } };
};
const suites: readonly Attack<ProtocolSubject>[] = [
  ...(
    [
      ['eddsa-rdfc-2022', ed],
      ['eddsa-jcs-2022', ed],
      ['ecdsa-rdfc-2019', p256],
      ['ecdsa-rdfc-2019', p384],
      ['ecdsa-jcs-2019', p256],
      ['ecdsa-jcs-2019', p384],
    ] as const
  ).flatMap(([suite, key]) => [
    proven(`${suite}, ${key.type}: one bit of the signature`, {
      forged: () => flipped(suite, key),
      genuine: by(suite, key),
    }),
    proven(`${suite}, ${key.type}: another subject`, {
      forged: async () => ({
        ...(await by(suite, key)()),
        credentialSubject: { id: 'did:example:other', name: '诸葛' },
      }),
      genuine: by(suite, key),
    }),
  ]),
  proven('a P-256 key in an EdDSA suite', { forged: by('eddsa-jcs-2022', p256) }),
  proven('an Ed25519 key in an ECDSA suite', { forged: by('ecdsa-jcs-2019', ed), genuine: by('ecdsa-jcs-2019', p256) }),
  proven('a signature of P-384 under the name of a P-256 key', {
    forged: by('ecdsa-jcs-2019', p384, { verificationMethod: p256.method }),
    genuine: by('ecdsa-jcs-2019', p384),
  }),
  proven('a signature of P-256 and zeros for a P-384 key', {
    forged: async () => {
      const document = await by('ecdsa-jcs-2019', p384)();
      const { proofValue } = proofIn(await by('ecdsa-jcs-2019', p256)());
      const bytes = fromMultibase58(text(proofValue), 133) ?? new Uint8Array();
      return { ...document, proof: { ...proofIn(document), proofValue: multibase58(bytes) } };
    },
    genuine: by('ecdsa-jcs-2019', p384),
  }),
  proven('Ed25519Signature2020: one bit of the signature', {
    forged: async () => {
      const document = await signed(in2020, { options: ed2020 });
      return {
        ...document,
        proof: { ...proofIn(document), proofValue: malleated(text(proofIn(document).proofValue)) },
      };
    },
    genuine: () => signed(in2020, { options: ed2020 }),
  }),
  proven('Ed25519Signature2020 without a date of creation', {
    forged: () => signed(in2020, { options: changed(ed2020, { created: undefined }) }),
    genuine: () => signed(in2020, { options: ed2020 }),
  }),
  proven('Ed25519Signature2020 with a P-256 key', {
    forged: () => signed(in2020, { key: p256, options: { ...ed2020, verificationMethod: p256.method } }),
    genuine: () => signed(in2020, { options: ed2020 }),
  }),
  proven('Ed25519Signature2020 with a suite', {
    forged: () => signed(suited, { options: { ...ed2020, cryptosuite: 'Ed25519Signature2020' } }),
    genuine: () => signed(suited, { options: ed2020 }),
  }),
];

// Who it is
const elsewhere = (more: Changes) => async () => signed(credential2({ issuer: WEB }), { options: changed(JCS, more) });
const who: readonly Attack<ProtocolSubject>[] = [
  proven('a stranger’s signature under the issuer’s name', { forged: () => signed(credential2(), { key: mallory }) }),
  proven('a broken proof of a stranger', {
    forged: after((proof) => ({ ...proof, created: PAST }), by('eddsa-jcs-2022', mallory)()),
    genuine: by('eddsa-jcs-2022', mallory),
    wish: (result) => result.verified,
  }),
  proven('a key of another DID that signs as this issuer, to be called its key', {
    forged: by('eddsa-jcs-2022', mallory),
    wish: bound,
  }),
  proven('a did:key issuer under a document’s key, to be called its key', {
    forged: elsewhere({ verificationMethod: ed.method }),
    genuine: elsewhere({ verificationMethod: `${WEB}#key` }),
    wish: bound,
  }),
  proven('an issuer whose name begins like the key’s, to be called its owner', {
    forged: () => signed(credential2({ issuer: `${ed.did}x` })),
    wish: bound,
  }),
  proven('an issuer as an object with another id, to be called the key’s owner', {
    forged: () => signed(credential2({ issuer: { id: WEB, name: ed.did } })),
    genuine: () => signed(credential2({ issuer: { id: ed.did, name: 'A' } })),
    wish: bound,
  }),
  proven('a failed proof of the issuer beside a good one of a stranger, to be called the issuer’s', {
    forged: async () => {
      const good = await proofOver(credential2(), { key: mallory, options: proofOptions('eddsa-jcs-2022', mallory) });
      const bad = { ...(await proofOver(credential2())), created: PAST };
      return { ...credential2(), proof: [good, bad] };
    },
    wish: ({ reports }) => reports.some(({ check, result }) => check === 'issuer' && result === 'passed'),
  }),
];

// Contexts that would have a proof say something else; the data model of 1.1 does not define proofs of this kind.
const inline = (terms: JsonObject) => ({
  DataIntegrityProof: {
    '@id': `${SECURITY}DataIntegrityProof`,
    '@context': {
      created: { '@id': 'http://purl.org/dc/terms/created', '@type': `${XSD}dateTime` },
      cryptosuite: { '@id': `${SECURITY}cryptosuite`, '@type': `${SECURITY}cryptosuiteString` },
      verificationMethod: { '@id': `${SECURITY}verificationMethod`, '@type': '@id' },
      proofPurpose: {
        '@id': `${SECURITY}proofPurpose`,
        '@type': '@vocab',
        '@context': {
          assertionMethod: `${SECURITY}assertionMethod`,
          authentication: `${SECURITY}authenticationMethod`,
        },
      },
      expires: { '@id': `${SECURITY}expiration`, '@type': `${XSD}dateTime` },
      nonce: `${SECURITY}nonce`,
      domain: `${SECURITY}domain`,
      challenge: `${SECURITY}challenge`,
      ...terms,
    },
  },
});
const v1 = (terms: JsonObject): JsonObject => credential1({ '@context': [V1, inline(terms), EXAMPLES] });
const ID = 'urn:uuid:60102d04-b51e-11ed-acfe-2fcd717666a7';
/** The honest options over the honest contexts; then these others, under contexts that make the same graph of them. */
const disguised =
  (
    { before = {}, honest, terms, shown }: { before?: JsonObject; honest: Changes; terms: JsonObject; shown: Changes },
    context: Partial<ProtocolContext> = {},
  ) =>
  async () => {
    const { proofValue = null } = await proofOver(v1(before), { options: changed(RDFC, honest) });
    return visiting({ ...v1(terms), proof: { ...changed(changed(RDFC, honest), shown), proofValue } }, context);
  };
const plainV1 =
  (options: Changes = {}, context: Partial<ProtocolContext> = {}) =>
  async () =>
    visiting(await signed(v1({}), { options: changed(RDFC, options) }), context);
const IRI_DOMAIN = { domain: { '@id': `${SECURITY}domain`, '@type': '@vocab' } };
const draft = (terms: JsonObject): JsonObject => ({
  DataIntegrityProof: { ...inline(terms).DataIntegrityProof, '@id': 'urn:x:Draft' },
});
/** What a signer of graphs signs, whatever his options mean. */
async function signedAsGraphs(document: JsonObject): Promise<JsonObject> {
  const formOf = async (json: JsonObject): Promise<string> => {
    const expanded = await expand(json, noDocuments);
    const form = expanded.ok ? await canonicalForm(expanded.value, 'sha256') : expanded;
    return form.ok ? form.value : '';
  };
  const options = await formOf({ ...RDFC, '@context': document['@context'] ?? null });
  const data = await hashData({ options, document: await formOf(document) }, 'sha256');
  return { ...document, proof: { ...RDFC, proofValue: multibase58(await ed.signer.sign(data)) } };
}
const meaning: readonly Attack<ProtocolSubject>[] = [
  proven('an end of the proof that is called a nonce', {
    forged: disguised({
      honest: { expires: PAST },
      terms: { nonce: { '@id': `${SECURITY}expiration`, '@type': `${XSD}dateTime` } },
      shown: { expires: undefined, nonce: PAST },
    }),
    genuine: plainV1({ expires: FUTURE }),
  }),
  proven('an old challenge that is called a nonce, and a new one that is no statement', {
    forged: disguised(
      {
        honest: { challenge: 'old' },
        terms: { challenge: '@index', nonce: `${SECURITY}challenge` },
        shown: { challenge: 'new', nonce: 'old' },
      },
      { challenge: 'new' },
    ),
    genuine: plainV1({ challenge: 'new' }, { challenge: 'new' }),
  }),
  proven('a challenge and a nonce that change places', {
    forged: disguised(
      {
        honest: { challenge: 'old', nonce: 'new' },
        terms: { challenge: `${SECURITY}nonce`, nonce: `${SECURITY}challenge` },
        shown: { challenge: 'new', nonce: 'old' },
      },
      { challenge: 'new' },
    ),
    genuine: plainV1({ challenge: 'new', nonce: 'old' }, { challenge: 'new' }),
  }),
  proven('a purpose that the contexts give another name', {
    forged: disguised({
      honest: { proofPurpose: 'authentication' },
      terms: {
        proofPurpose: {
          '@id': `${SECURITY}proofPurpose`,
          '@type': '@vocab',
          '@context': { assertionMethod: `${SECURITY}authenticationMethod` },
        },
      },
      shown: { proofPurpose: 'assertionMethod' },
    }),
    genuine: plainV1(),
  }),
  proven('an id of the proof that is no id', {
    forged: disguised({
      honest: { nonce: ID },
      terms: { id: { '@id': `${SECURITY}nonce` } },
      shown: { nonce: undefined, id: ID },
    }),
    genuine: plainV1({ nonce: ID }),
  }),
  proven('an id of the proof by a prefix', {
    forged: disguised({
      honest: { id: ID },
      terms: { uuid: { '@id': 'urn:uuid:', '@prefix': true } },
      shown: { id: ID.replace('urn:', '') },
    }),
    genuine: plainV1({ id: ID }),
  }),
  proven('two domains that the contexts make one', {
    forged: disguised(
      {
        before: IRI_DOMAIN,
        honest: { domain: 'https://a.test/' },
        terms: { ...IRI_DOMAIN, b: 'https://a.test/' },
        shown: { domain: ['https://a.test/', 'b'] },
      },
      { domain: ['https://a.test/', 'b'] },
    ),
    genuine: plainV1({ domain: ['https://a.test/', 'b'] }, { domain: ['https://a.test/', 'b'] }),
  }),
  proven('a proof of another type under the name of this one', {
    forged: () => signedAsGraphs({ ...v1({}), '@context': [V1, draft({}), EXAMPLES] }),
    genuine: () => signedAsGraphs(v1({})),
  }),
  proven('a domain that is one of another property', {
    forged: disguised(
      {
        honest: { nonce: 'a.test' },
        terms: { domain: `${SECURITY}nonce` },
        shown: { nonce: undefined, domain: 'a.test' },
      },
      { domain: 'a.test' },
    ),
    genuine: plainV1({ domain: 'a.test' }, { domain: 'a.test' }),
  }),
];

export const proof: readonly Attack<ProtocolSubject>[] = [
  ...options,
  ...afterwards,
  ...contexts,
  ...suites,
  ...who,
  ...meaning,
];
