/** What a document costs, counted before it is spent: how long its texts become, and how many its contexts are. */
import { LIMITS } from '../../../src/vc/limits.ts';
import type { Attack } from '../attack.ts';
import { looked, many, strict, terms, vocab } from './context.ts';
import { credentialIn, type JsonObject, type ProtocolSubject, signed, V2 } from './scene.ts';

const read = credentialIn('context');

const long = (length: number): string => 'urn:x:'.padEnd(length, 'x');
const HALF = LIMITS.statementsText / 2;
const texts: readonly Attack<ProtocolSubject>[] = [
  looked(
    'statements about a node of a long id',
    vocab({ id: long(HALF / 20), ...terms(50, String) }),
    vocab({ id: long(HALF / 100), ...terms(50, String) }),
  ),
  looked('a long text', vocab({ note: 'x'.repeat(2 * HALF) }), vocab({ note: 'x'.repeat(HALF) })),
  looked(
    'nodes of long ids',
    vocab({ k: many(40, (i) => ({ id: `${long(HALF / 20)}${i}` })) }),
    vocab({ k: many(10, (i) => ({ id: `${long(HALF / 20)}${i}` })) }),
  ),
  looked(
    'a long text in JSON',
    strict({ raw: ['x'.repeat(2 * HALF)] }, { raw: { '@id': 'urn:x:raw', '@type': '@json' } }),
    strict({ raw: ['x'.repeat(HALF)] }, { raw: { '@id': 'urn:x:raw', '@type': '@json' } }),
  ),
];

const EXTENSIONS = 'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json';
/** Among its claims are credentials, which have contexts of their own. */
const endorsed = (endorsements: readonly JsonObject[]): JsonObject =>
  vocab({ endorsements: endorsements.map((one) => ({ '@context': V2, type: 'VerifiableCredential', ...one })) });
const vocabulary = (length: number): JsonObject =>
  endorsed([{ '@context': [V2, { '@vocab': long(length) }], credentialSubject: terms(30, String) }]);
const loading = (last: JsonObject): JsonObject => endorsed([...many(2 * LIMITS.contextLoads, () => ({})), last]);

const counts: readonly Attack<ProtocolSubject>[] = [
  read('names too long by a context in a list', {
    forged: () => signed(vocabulary(LIMITS.namesText / 20)),
    genuine: () => signed(vocabulary(20)),
  }),
  // The longest name that this pinned context makes is too long for so many, by a stranger's measure.
  read('more values than are read, under pinned contexts', {
    forged: () => signed(vocab({ k: many(60_000, String) }, EXTENSIONS)),
    genuine: () => signed(vocab({ k: many(50_000, String) }, EXTENSIONS)),
  }),
  // Each is loaded once, in however many objects it stands.
  read('an id with a space, behind more objects with a pinned context than are loaded', {
    forged: () => signed(loading({ id: 'urn:x: 1' })),
    genuine: () => signed(loading({ id: 'urn:x:1' })),
  }),
];

export const cost: readonly Attack<ProtocolSubject>[] = [...texts, ...counts];
