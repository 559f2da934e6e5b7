/** Presentations: whose they are, for whom, and what is inside; before the protocol verifier and before the trust verifier. */
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { wrapEnvelope } from '../../../src/vc/proof/envelope.ts';
import type { ProtocolContext } from '../../../src/vc/protocol/verify-credential.ts';
import { proofOptions } from '../../vc/proof/issuer.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  type Changes,
  changed,
  contextOf,
  credential1,
  credential2,
  dressed,
  EXAMPLES,
  ed,
  enveloped,
  envelopedPresentation,
  FUTURE,
  held,
  JCS,
  type JsonObject,
  type Maker,
  type Maybe,
  mallory,
  NOW_MS,
  PAST,
  type ProtocolSubject,
  presentation2,
  presentationIn,
  presentedToken,
  proofIn,
  RDFC,
  signed,
  signedGraph,
  token,
  V1,
  V2,
  visiting,
  WEB,
  type Wish,
} from './scene.ts';

const shown = presentationIn('presentation');

const LOGIN = changed(JCS, { proofPurpose: 'authentication' });
const signedBy = (document: JsonObject, more: Changes = {}, key = ed): Promise<JsonObject> =>
  signed(document, { key, options: changed(LOGIN, more) });
const good = await signed(credential2());
const holding = (verifiableCredential: Json, more: Changes = {}): JsonObject =>
  presentation2({ verifiableCredential, ...more });
const holdingOne =
  (changes: Changes = {}): Maker =>
  () =>
    signedBy(holding([good], changes));

// Its form
type Row = readonly [what: string, wrong: JsonObject, right?: JsonObject];
const presentation1 = (changes: Changes = {}): JsonObject => presentation2({ '@context': [V1, EXAMPLES], ...changes });
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.e30.AA';
const goodEnvelope = await enveloped(token());
const inEnvelope = (changes: Changes): JsonObject => holding([changed(goodEnvelope, changes)]);
const ROWS: readonly Row[] = [
  ['no context', presentation2({ '@context': undefined }), presentation2({ '@context': V2 })],
  ['a context object', presentation2({ '@context': { '@vocab': 'urn:x:' } })],
  ['another context first', presentation2({ '@context': [EXAMPLES, V2] })],
  ['another context as a text', presentation2({ '@context': EXAMPLES })],
  ['null behind its context', presentation2({ '@context': [V2, null] })],
  ['no type', presentation2({ type: undefined })],
  ['the type of a credential', presentation2({ type: ['VerifiableCredential'] })],
  [
    'an envelope that is a presentation',
    presentation2({ type: ['VerifiablePresentation', 'EnvelopedVerifiablePresentation'] }),
  ],
  ['an id that is no URL', presentation2({ id: 'presentation 1' }), presentation2({ id: 'urn:x:1' })],
  ['ids', presentation2({ id: ['urn:x:1'] })],
  [
    'a holder that is no URL',
    presentation2({ holder: 'Li Lei' }),
    presentation2({ holder: { id: ed.did, name: 'A' } }),
  ],
  ['a holder that is null', presentation2({ holder: null }), presentation2({ holder: undefined })],
  ['holders', presentation2({ holder: [ed.did] })],
  ['a holder without id', presentation2({ holder: { name: 'A' } })],
  [
    'terms of use without type',
    presentation2({ termsOfUse: { id: 'urn:x:1' } }),
    presentation2({ termsOfUse: { type: 'T' } }),
  ],
  [
    'a refresh service without type',
    presentation2({ refreshService: { id: 'urn:x:1' } }),
    presentation2({ refreshService: { type: 'T' } }),
  ],
  ['1.1: a refresh service without id', presentation1({ refreshService: { type: 'T' } }), presentation1()],
  ['@included', presentation2({ '@included': [] })],
  ['@id', changed(presentation2(), { '@id': 'urn:x:1' })],
  [
    'a context inside',
    presentation2({ more: { '@context': { a: 'urn:x:a' }, a: 'b' } }),
    presentation2({ more: { a: 'b' } }),
  ],
  ['a member without definition', changed(presentation2({ '@context': [V2] }), { honour: 'x' })],

  ['1.1: a credential that is an empty text', presentation1({ verifiableCredential: [''] })],
  ['1.1: a credential that is a number', presentation1({ verifiableCredential: [4] })],
  ['1.1: a credential as a token alone', presentation1({ verifiableCredential: [TOKEN] })],
  ['a forged credential', holding([{ ...good, validUntil: '2099-01-01T00:00:00Z' }]), holding([good, good])],
  [
    'a forged credential behind a good one',
    holding([good, { ...good, validUntil: '2099-01-01T00:00:00Z' }]),
    holding([good, goodEnvelope]),
  ],
  ['a credential without proof', holding([credential2()]), holding([])],
  ['a credential alone, without proof', holding(credential2()), holding(good)],
  [
    'a credential that expired',
    holding([await signed(credential2({ validUntil: PAST, validFrom: undefined }))]),
    holding([await signed(credential2({ validUntil: FUTURE }))]),
  ],

  ['an envelope with a subject', inEnvelope({ credentialSubject: { id: 'did:example:other' } })],
];
/** What no presentation holds, whoever judges its credentials. */
const INSIDE: readonly Row[] = [
  ['a credential that is null', holding(null)],
  ['a credential that is a number', holding(4)],
  ['a credential by its URL', holding('https://school.test/1')],
  ['a credential that is a text', holding([TOKEN])],
  ['lists of credentials', holding([[good]])],
  ['an empty credential', holding({})],
  ['a credential without context', holding([changed(good, { '@context': undefined })])],
  ['a presentation in a presentation', holding([presentation2()])],
  ['credentials too many', holding(Array<JsonObject>(LIMITS.items + 1).fill(good))],
  ['an envelope without context', inEnvelope({ '@context': undefined }), inEnvelope({ '@context': V2 })],
  [
    'an envelope of another context',
    inEnvelope({ '@context': [EXAMPLES] }),
    inEnvelope({ '@context': [EXAMPLES, V2] }),
  ],
  [
    'an envelope with another type',
    inEnvelope({ type: ['EnvelopedVerifiableCredential', 'VerifiableCredential'] }),
    inEnvelope({ type: ['EnvelopedVerifiableCredential'] }),
  ],
  ['an envelope without id', inEnvelope({ id: undefined })],
  ['an envelope of another URL', inEnvelope({ id: 'https://school.test/1' })],
  ['an envelope with a space in its URL', inEnvelope({ id: `${goodEnvelope.id} ` })],
  ['an envelope with ids', inEnvelope({ id: [goodEnvelope.id ?? null] })],
];
const forms = [...ROWS, ...INSIDE].map(([what, wrong, right]) =>
  shown(what, { forged: () => signedBy(wrong), genuine: () => signedBy(right ?? holding([good])) }),
);

// Its proof
type ProofRow = readonly [what: string, wrong: Changes, right: Changes, context?: Partial<ProtocolContext>];
const PROOFS: readonly ProofRow[] = [
  ['a proof for assertions', { proofPurpose: 'assertionMethod' }, {}],
  ['another challenge', { challenge: 'm' }, { challenge: 'n' }, { challenge: 'n' }],
  ['no challenge', {}, { challenge: 'n' }, { challenge: 'n' }],
  ['another domain', { domain: 'b.test' }, { domain: 'a.test' }, { domain: 'a.test' }],
  ['no domain', {}, { domain: 'a.test' }, { domain: 'a.test' }],
  ['a domain more', { domain: ['a.test', 'b.test'] }, { domain: ['a.test'] }, { domain: ['a.test'] }],
  ['an end in the past', { expires: PAST }, { expires: FUTURE }],
  [
    'a proof for assertions, with contexts of its own',
    { proofPurpose: 'assertionMethod', '@context': [V2] },
    { '@context': [V2] },
  ],
];
const proofs: readonly Attack<ProtocolSubject>[] = [
  ...PROOFS.map(([what, wrong, right, context = {}]) =>
    shown(what, {
      forged: async () => visiting(await signedBy(holding([good]), wrong), context),
      genuine: async () => visiting(await signedBy(holding([good]), right), context),
    }),
  ),
  shown('a key for assertions only', {
    forged: () => signedBy(holding([good], { holder: WEB }), { verificationMethod: `${WEB}#key` }),
    genuine: () => signedBy(holding([good], { holder: WEB }), { verificationMethod: `${WEB}#login` }),
  }),
  shown('no proof', { forged: () => holding([good]), genuine: holdingOne() }),
  shown('a broken proof', {
    forged: async () => ({ ...(await signedBy(holding([good]))), holder: WEB }),
    genuine: holdingOne(),
  }),
  shown('a proof of an unknown kind', {
    forged: () => ({ ...holding([good]), proof: { type: 'UnknownProof2099' } }),
    genuine: holdingOne(),
  }),
  shown('a proof as a graph over another holder', {
    forged: () =>
      dressed(
        signedGraph(presentation2(), { options: changed(RDFC, { proofPurpose: 'authentication' }) }),
        presentation2({ holder: WEB }),
      ),
    genuine: () => signedGraph(presentation2(), { options: changed(RDFC, { proofPurpose: 'authentication' }) }),
  }),
  shown('a credential in place of a presentation', {
    forged: () => signed(credential2(), { options: LOGIN }),
    genuine: holdingOne(),
  }),
  shown('a text', { forged: () => 'eyJ', genuine: holdingOne() }),
  shown('null', { forged: () => null, genuine: holdingOne() }),
  shown('a list', { forged: async () => [await signedBy(holding([good]))], genuine: holdingOne() }),
  shown('another holder than the signer', {
    forged: holdingOne({ holder: WEB }),
    genuine: holdingOne(),
  }),
  shown('no holder, to be called the holder', {
    forged: holdingOne({ holder: undefined }),
    genuine: holdingOne({ holder: { id: ed.did } }),
    wish: held,
  }),
  shown('a stranger’s signature under the holder’s name', {
    forged: () => signedBy(holding([good]), {}, mallory),
    genuine: holdingOne(),
  }),
  shown('a broken proof of the holder beside a stranger’s, to be called the holder', {
    forged: async () => {
      const document = holding([good]);
      const bad = { ...proofIn(await signedBy(document)), created: PAST };
      return {
        ...document,
        proof: [
          bad,
          proofIn(
            await signed(document, {
              key: mallory,
              options: changed(proofOptions('eddsa-jcs-2022', mallory), { proofPurpose: 'authentication' }),
            }),
          ),
        ],
      };
    },
    genuine: holdingOne(),
    wish: ({ reports }) => reports.some(({ check, result }) => check === 'holder' && result === 'passed'),
  }),
];

// In an envelope
const inToken =
  (payload: JsonObject, header: Changes = {}, context: Partial<ProtocolContext> = {}): Maker =>
  async () =>
    visiting(await envelopedPresentation(presentedToken({ payload, header })), context);
const envelopes: readonly Attack<ProtocolSubject>[] = [
  shown('a credential in an envelope', { forged: () => goodEnvelope, genuine: inToken(holding([good])) }),
  shown('an envelope of another media type', {
    forged: async () =>
      changed(await envelopedPresentation(presentedToken()), {
        id: `data:application/vc+jwt,${await presentedToken()}`,
      }),
    genuine: inToken(holding([good])),
  }),
  shown('an envelope with a holder beside the token', {
    forged: async () => changed(await envelopedPresentation(presentedToken()), { holder: WEB }),
    genuine: inToken(holding([good])),
  }),
  shown('a token whose signature is broken', {
    forged: async () => envelopedPresentation(`${(await presentedToken()).slice(0, -12)}AAAAAAAAAAAA`),
    genuine: inToken(holding([good])),
  }),
  shown('a token for another challenge', {
    forged: inToken(holding([good], { nonce: 'm' }), {}, { challenge: 'n' }),
    genuine: inToken(holding([good], { nonce: 'n' }), {}, { challenge: 'n' }),
  }),
  shown('a token for another audience', {
    forged: inToken(holding([good], { aud: 'b' }), {}, { domain: 'a' }),
    genuine: inToken(holding([good], { aud: 'a' }), {}, { domain: 'a' }),
  }),
  shown('a token that expired', {
    forged: inToken(holding([good], { exp: NOW_MS / 1000 })),
    genuine: inToken(holding([good], { exp: NOW_MS / 1000 + 1 })),
  }),
  shown('a token of a key for assertions', {
    forged: inToken(holding([good], { holder: WEB }), { kid: `${WEB}#key` }),
    genuine: inToken(holding([good], { holder: WEB }), { kid: `${WEB}#login` }),
  }),
  shown('a token with a forged credential', {
    forged: inToken(holding([{ ...good, validUntil: '2099-01-01T00:00:00Z' }])),
    genuine: inToken(holding([good])),
  }),
  shown('a token of another data model', {
    forged: inToken(holding([good], { id: 'presentation 1' })),
    genuine: inToken(holding([good])),
  }),
  shown('a token with an embedded proof', {
    forged: async () => envelopedPresentation(presentedToken({ payload: await signedBy(holding([good])) })),
    genuine: inToken(holding([good])),
  }),
  shown('a token of an envelope', {
    forged: inToken(holding([good], { type: ['VerifiablePresentation', 'EnvelopedVerifiablePresentation'] })),
    genuine: inToken(holding([good], { type: ['VerifiablePresentation', 'Other'] })),
  }),
  shown('a credential in a vp+jwt', {
    forged: inToken(credential2({ holder: ed.did })),
    genuine: inToken(holding([good])),
  }),
  shown('a token whose iss is not the holder', {
    forged: inToken(holding([good], { holder: WEB, iss: ed.did })),
    genuine: inToken(holding([good], { iss: ed.did })),
  }),
  shown('a token whose iss is no text, and no holder', {
    forged: inToken(holding([good], { holder: undefined, iss: [ed.did] })),
    genuine: inToken(holding([good], { holder: undefined, iss: ed.did })),
  }),
  shown('a token whose sub is no text', {
    forged: inToken(holding([good], { sub: 5 })),
    genuine: inToken(holding([good], { sub: 'urn:x:other' })),
  }),
  shown('a token with a vp claim', {
    forged: inToken(holding([good], { vp: {} })),
    genuine: inToken(holding([good], { sub: 'urn:x:other' })),
  }),
  shown('a token of another holder', {
    forged: inToken(holding([good], { holder: WEB })),
    genuine: inToken(holding([good])),
  }),
  shown('a token with @included', {
    forged: inToken(holding([good], { '@included': [] })),
    genuine: inToken(holding([good])),
  }),
  shown('1.1: a token with another holder in iss', {
    forged: () => older({ iss: WEB, vp: presentation1() }),
    genuine: () => older({ iss: ed.did, vp: presentation1({ holder: undefined }) }),
  }),
  shown('1.1: a token that expired', {
    forged: () => older({ exp: NOW_MS / 1000, vp: presentation1({ '@context': [V1] }) }),
    genuine: () => older({ exp: NOW_MS / 1000 + 1, nbf: 0, vp: presentation1({ '@context': [V1] }) }),
  }),
  shown('1.1: a token with another id in jti', {
    forged: () => older({ jti: 'urn:x:2', vp: presentation1({ id: 'urn:x:1' }) }),
    genuine: () => older({ jti: 'urn:x:1', sub: 'urn:x:other', vp: presentation1() }),
  }),
  shown('1.1: a token with vc and vp', {
    forged: () => older({ vc: credential1(), vp: presentation1() }),
    genuine: () => older({ vp: presentation1() }),
  }),
  shown('1.1: a token with a list in vp', {
    forged: () => older({ vp: [presentation1()] }),
    genuine: () => older({ vp: presentation1() }),
  }),
];
async function older(payload: JsonObject): Promise<JsonObject> {
  const made = await presentedToken({ payload, header: { typ: 'JWT' } });
  return changed(wrapEnvelope('vp', made), { id: `data:application/jwt,${made}` });
}

// Before the trust verifier
const door = inRoom<ProtocolSubject>('trusted presentation');
type Visit = () => Maybe<Json>;
type Opened = Awaited<ReturnType<ProtocolSubject['openTrustedPresentation']>>;
const opened: Wish<Opened> = ({ reports, credentials }) =>
  credentials.length > 0 || !reports.some(({ result }) => result === 'failed');
const told =
  (wanted: string): Wish<Opened> =>
  ({ reports }) =>
    reports.some(({ check, result }) => check === wanted && result === 'passed');
const opening = (
  name: string,
  forged: Visit,
  genuine: Visit = inTrusted(holding([good])),
  { context = {}, wish = opened }: { context?: Partial<ProtocolContext>; wish?: Wish<Opened> } = {},
): Attack<ProtocolSubject> => {
  const visit =
    (make: Visit) =>
    async ({ openTrustedPresentation }: ProtocolSubject) =>
      wish(await openTrustedPresentation(await make(), contextOf(context)));
  return door(name, { forged: visit(forged), genuine: visit(genuine) });
};
function inTrusted(payload: JsonObject, header: Changes = {}): Visit {
  return () => envelopedPresentation(presentedToken({ payload, header }));
}
const trusted: readonly Attack<ProtocolSubject>[] = [
  ...INSIDE.map(([what, wrong, right]) => opening(what, inTrusted(wrong), right && inTrusted(right))),
  ...['', 4].map((one) =>
    opening(
      `1.1: ${JSON.stringify(one)} in place of a credential`,
      inTrusted(presentation1({ verifiableCredential: [one] })),
      inTrusted(presentation1({ verifiableCredential: [TOKEN] })),
    ),
  ),
  opening(
    'a keyword in the presentation',
    inTrusted(holding([good], { '@included': [] })),
    inTrusted(holding([{ ...good, '@included': [] }])),
  ),
  opening(
    'a token of an envelope',
    inTrusted(holding([good], { type: ['VerifiablePresentation', 'EnvelopedVerifiablePresentation'] })),
  ),
  opening('a presentation in the envelope of a credential', () =>
    enveloped(presentedToken({ payload: holding([good]) })),
  ),
  opening('a broken form, to be told as good', inTrusted(holding([good], { id: 'presentation 1' })), undefined, {
    wish: told('format'),
  }),
  opening(
    'a broken proof, to be told as good',
    () => envelopedPresentation(presentedToken({ payload: holding([good]), by: mallory })),
    undefined,
    { wish: told('proof') },
  ),
  opening('another holder, to be told as the signer', inTrusted(holding([good], { holder: WEB })), undefined, {
    wish: told('holder'),
  }),
  opening('nothing inside', inTrusted(holding([]))),
  opening('a presentation with an embedded proof', () => signedBy(holding([good]))),
  opening('an envelope with a member beside the token', async () =>
    changed(await envelopedPresentation(presentedToken()), { holder: WEB }),
  ),
  opening('a credential in place of a presentation', () => goodEnvelope),
  opening('a token whose signature is broken', async () =>
    envelopedPresentation(`${(await presentedToken()).slice(0, -12)}AAAAAAAAAAAA`),
  ),
  opening('a token of a stranger', () =>
    envelopedPresentation(presentedToken({ payload: holding([good]), by: mallory })),
  ),
  opening(
    'a token of a key for assertions',
    inTrusted(holding([good], { holder: WEB }), { kid: `${WEB}#key` }),
    inTrusted(holding([good], { holder: WEB }), { kid: `${WEB}#login` }),
  ),
  opening('a token of another data model', inTrusted(holding([good], { id: 'presentation 1' }))),
  opening('a token with a proof without type', inTrusted(holding([good], { proof: {} }))),
  opening('a holder who is not the signer', inTrusted(holding([good], { holder: WEB }))),
  opening('a token with an embedded proof', async () =>
    envelopedPresentation(presentedToken({ payload: await signedBy(holding([good])) })),
  ),
  opening('no credential inside', inTrusted(presentation2())),
  opening('no holder', inTrusted(holding([good], { holder: undefined }))),
  opening(
    'a token for another challenge',
    inTrusted(holding([good], { nonce: 'm' })),
    inTrusted(holding([good], { nonce: 'n' })),
    { context: { challenge: 'n' } },
  ),
  opening(
    'a token for another audience',
    inTrusted(holding([good], { aud: 'b' })),
    inTrusted(holding([good], { aud: 'a' })),
    { context: { domain: 'a' } },
  ),
  opening(
    'a token that expired',
    inTrusted(holding([good], { exp: NOW_MS / 1000 })),
    inTrusted(holding([good], { exp: NOW_MS / 1000 + 1 })),
  ),
  opening('an older token', () => older({ iss: ed.did, vp: presentation1() })),
  opening('null', () => null),
];

export const presentation: readonly Attack<ProtocolSubject>[] = [...forms, ...proofs, ...envelopes, ...trusted];
