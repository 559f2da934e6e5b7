/** Contexts that would turn the short names of a document into long ones, and all of them into more text than a verifier should make. */
import type { Json } from '../../../src/vc/json.ts';
import type { Attack } from '../attack.ts';
import {
  bringing,
  credential2,
  credentialIn,
  type JsonObject,
  type Maker,
  type ProtocolSubject,
  signed,
  V2,
  visiting,
} from './scene.ts';

const read = credentialIn('names');

/** With 400 names, and some more of what contexts define. */
const named = (contexts: readonly Json[]): JsonObject =>
  credential2({
    '@context': [V2, { count: 'urn:x:count' }, ...contexts],
    credentialSubject: { id: 'did:example:subject', count: Array.from({ length: 400 }, (_, i) => i) },
  });
/** Such a document may have names of this length, and not of twice that. */
const LONG = `${'x'.repeat(6_000)}/`;
const LONG_IRI = `urn:${LONG}`;
const TOO_LONG_IRI = LONG_IRI + LONG;
const OURS = 'https://contexts.test/v1';

type Contexts = readonly Json[];
type Bearer = (contexts: Contexts) => ReturnType<Maker>;
const own: Bearer = (contexts) => signed(named(contexts));
/** All of them in one that was brought. */
const brought: Bearer = async (contexts) =>
  visiting(await signed(named([OURS])), bringing({ [OURS]: { '@context': [...contexts] } }));
const turned = (what: string, forged: Contexts, genuine: Contexts, bear = own): Attack<ProtocolSubject> =>
  read(what, { forged: () => bear(forged), genuine: () => bear(genuine) });

const long: readonly Attack<ProtocolSubject>[] = [
  turned('a long IRI', [{ a: TOO_LONG_IRI }], [{ a: LONG_IRI }]),
  turned('a long IRI in an object', [{ a: { '@id': TOO_LONG_IRI } }], [{ a: { '@id': LONG_IRI } }]),
  turned('a long IRI of what points here', [{ a: { '@reverse': TOO_LONG_IRI } }], [{ a: { '@reverse': LONG_IRI } }]),
  turned(
    'a long IRI of a type',
    [{ a: { '@id': 'urn:x:a', '@type': TOO_LONG_IRI } }],
    [{ a: { '@id': 'urn:x:a', '@type': LONG_IRI } }],
  ),
  turned(
    'a long IRI in the context of a term',
    [{ a: { '@id': 'urn:x:a', '@context': { b: TOO_LONG_IRI } } }],
    [{ a: { '@id': 'urn:x:a', '@context': { b: LONG_IRI } } }],
  ),
  turned(
    'a long IRI in a list of contexts of a term',
    [{ a: { '@id': 'urn:x:a', '@context': [{}, { b: TOO_LONG_IRI }] } }],
    [{ a: { '@id': 'urn:x:a', '@context': [{}, { b: LONG_IRI }] } }],
  ),
  turned('a long IRI in a brought context', [{ a: TOO_LONG_IRI }], [{ a: LONG_IRI }], brought),
  turned('a long IRI before a short one', [{ a: TOO_LONG_IRI, b: 'urn:x:b' }], [{ a: LONG_IRI, b: 'urn:x:b' }]),
  turned('a long IRI that is redefined', [{ a: TOO_LONG_IRI }, { a: 'urn:x:a' }], [{ a: LONG_IRI }, { a: 'urn:x:a' }]),
  turned('a long vocabulary', [{ '@vocab': TOO_LONG_IRI }], [{ '@vocab': LONG_IRI }]),
  turned('a long base', [{ '@base': `https://x.test/${LONG}${LONG}` }], [{ '@base': `https://x.test/${LONG}` }]),
];

/** Two long texts, of which the processor puts one before the other; the genuine contexts put it before a short one. */
const behind = (what: string, contexts: (rest: string) => Contexts, bear = own): Attack<ProtocolSubject> =>
  turned(`a long name behind ${what}`, contexts(LONG), contexts('x'), bear);
/** `p` may be a prefix. */
const P = { p: LONG_IRI };
const VOCAB = { '@vocab': LONG_IRI };
const behindAnother: readonly Attack<ProtocolSubject>[] = [
  behind('a prefix', (rest) => [{ ...P, a: `p:${rest}` }]),
  behind('a prefix, in an object', (rest) => [{ ...P, a: { '@id': `p:${rest}` } }]),
  behind('a prefix, by itself', (rest) => [{ ...P, [`p:${rest}`]: { '@type': '@id' } }]),
  behind('a prefix that comes later', (rest) => [{ a: `p:${rest}`, ...P }]),
  behind('a prefix of another context', (rest) => [P, { a: `p:${rest}` }]),
  behind('a prefix of a context that was brought', (rest) => [P, { a: `p:${rest}` }], brought),
  behind('a prefix of a prefix', (rest) => [{ ...P, q: 'p:q/', a: `q:${rest}` }]),
  behind('a prefix that is redefined', (rest) => [P, { a: `p:${rest}` }, { p: 'urn:x:p/' }]),
  behind('another name of a prefix', (rest) => [{ ...P, q: 'p', a: `q:${rest}` }]),
  behind('another name of a prefix that ends with a colon', (rest) => [
    { 'p:': LONG_IRI, q: { '@id': 'p:', '@prefix': true } },
    { a: `q:${rest}` },
  ]),
  behind('the vocabulary', (rest) => [{ ...VOCAB, a: rest }]),
  behind('the vocabulary, by itself', (rest) => [{ ...VOCAB, [rest]: { '@type': '@id' } }]),
  behind('the vocabulary and what is no scheme', (rest) => [{ ...VOCAB, a: `文:${rest}` }]),
  behind('the vocabulary of a prefix', (rest) => [{ ...VOCAB, p: 'p/' }, { a: `p:${rest}` }]),
];

/** Each time that they are applied, something grows. */
const endless: readonly Attack<ProtocolSubject>[] = [
  turned(
    'a vocabulary that continues another',
    [{ '@vocab': 'urn:x:' }, { '@vocab': 'more/' }],
    [{ '@vocab': 'urn:x:' }, { '@vocab': 'urn:x:more/' }],
  ),
  turned(
    'a base that continues another',
    [{ '@base': 'https://x.test/' }, { '@base': 'more/' }],
    [{ '@base': 'https://x.test/' }, { '@base': 'https://x.test/more/' }],
  ),
  turned(
    'prefixes of two contexts, each behind the other',
    [{ p: 'urn:x:' }, { q: 'p:q/' }, { p: 'q:p/' }],
    [{ p: 'urn:x:' }, { q: 'p:q/' }, { r: 'q:p/' }],
  ),
  turned('a chain of prefixes, the last one first', [chain(17)], [chain(10)]),
];

function chain(links: number): JsonObject {
  return Object.fromEntries(
    Array.from({ length: links }, (_, i) => [`p${i}`, i === links - 1 ? 'urn:x:' : `p${i + 1}:x/`]),
  );
}

/** What looks like a circle and is none. */
const honest: Contexts = [
  {
    http: 'http://www.w3.org/2011/http#',
    '@vocab': 'https://x.test/vocab#',
    id: '@id',
    type: '@type',
    about: { '@id': 'about', '@type': '@id' },
    subject: { '@id': 'https://x.test/subject#', '@type': '@id', '@prefix': true },
    part: { '@id': 'subject:part', '@type': '@id' },
    nothing: null,
  },
  { '@vocab': '' },
  { '@vocab': null, '@base': null },
];
const circles: readonly Attack<ProtocolSubject>[] = [
  turned(
    'a long IRI among terms that look like a circle',
    [...honest, { a: TOO_LONG_IRI }],
    [...honest, { a: LONG_IRI }],
  ),
];

export const namesRoom: readonly Attack<ProtocolSubject>[] = [...long, ...behindAnother, ...endless, ...circles];
