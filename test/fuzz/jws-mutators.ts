/** Edits of a compact JWS (RFC 7515 §7.1): its parts, their base64url, the JSON inside them, and what is known to have fooled other verifiers. */
import fc from 'fast-check';
import { type Bytes, base64url, fromBase64url, fromUtf8, utf8 } from '../../src/vc/encoding.ts';
import type { Json } from '../../src/vc/json.ts';
import { isTextNode, leaf, nodeEdit, printTree, type Tree, textIn, treeEdits, treeOf } from './json-mutators.ts';
import {
  byteEdits,
  type Edit,
  edit,
  type Mutation,
  mutations,
  place,
  type Seed,
  textEdits,
  within,
} from './mutators.ts';

/** Header, payload and signature, as they stand between the points. */
type Parts = readonly string[];

const HEADER = 0;
const PAYLOAD = 1;
const SIGNATURE = 2;

const onPart = <Choice>(
  how: string,
  part: fc.Arbitrary<number>,
  choice: fc.Arbitrary<Choice>,
  change: (text: string, chosen: Choice) => string,
): fc.Arbitrary<Edit<Parts>> =>
  edit(how, fc.tuple(part, choice), (parts: Parts, [which, chosen]) =>
    parts.map((text, i) => (i === which ? change(text, chosen) : text)),
  );

/** The JSON tree behind base64url; what holds none stays as it is. */
function insideJson(text: string, change: (tree: Tree) => Tree): string {
  const json = fromUtf8(fromBase64url(text) ?? new Uint8Array([0xff]));
  try {
    return json === undefined ? text : base64url(utf8(printTree(change(treeOf(JSON.parse(json))))));
  } catch {
    return text; // an edit before this one has broken it
  }
}

const insideBytes = (text: string, change: (bytes: Bytes) => Bytes): string =>
  base64url(change(fromBase64url(text) ?? new Uint8Array()));

const HEADER_MEMBERS: readonly (readonly [name: string, value: Json | undefined])[] = [
  ...['none', 'None', 'NONE', '', 'HS256', 'ES256', 'RS256', 'PS256', 'Ed25519', 'eddsa', 'EdDSA ', 'EdDSA\0'].map(
    (alg) => ['alg', alg] as const,
  ),
  ...[undefined, null, 0, ['EdDSA'], { alg: 'EdDSA' }].map((value) => ['alg', value] as const),
  ...[
    undefined,
    null,
    'JWT',
    'jwt',
    'vc+jwt',
    'vp+jwt',
    'vc+ld+jwt',
    'application/vc+jwt',
    'VC+JWT',
    'xz-trust+jws',
  ].map((value) => ['typ', value] as const),
  ...[undefined, 'vc', 'vp', 'json', 'application/vc', 'JWT'].map((value) => ['cty', value] as const),
  ...[
    undefined,
    '',
    '#key',
    'did:web:evil.test#key',
    'did:key:z6Mk#z6Mk',
    ['publisher'],
    'publisher-b',
    '../publisher',
  ].map((value) => ['kid', value] as const),
  ...[['exp'], ['b64'], [], 'exp', ['alg']].map((value) => ['crit', value] as const),
  ['b64', false],
  ['jwk', { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }],
  ['jku', 'https://evil.test/jwks.json'],
  ['x5c', ['AA==']],
  ['x5u', 'https://evil.test/cert'],
  ['zip', 'DEF'],
  ['enc', 'A128GCM'],
  ['iss', 'did:web:evil.test'],
  ['vm', 'did:web:evil.test#key'],
];

const headerEdit: fc.Arbitrary<Edit<Parts>> = onPart(
  'a header member',
  fc.constant(HEADER),
  fc.constantFrom(...HEADER_MEMBERS),
  (text, [name, value]) =>
    insideJson(text, (tree) => {
      if (!('members' in tree)) return tree;
      const others = tree.members.filter(([other]) => other !== JSON.stringify(name));
      return { members: value === undefined ? others : [...others, [JSON.stringify(name), leaf(value)]] };
    }),
);

/** A document inside the document, such as the trust list in a bundle: its payload or header is base64url of JSON too. */
export const innerEdits: fc.Arbitrary<Edit<Tree>> = nodeEdit(
  'inside an inner document',
  (node): node is Extract<Tree, { raw: unknown }> => isTextNode(node) && node.raw.startsWith('"eyJ'),
  treeEdits,
  (node, { apply }) => leaf(insideJson(textIn(node), apply)),
);

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Bits of the last character that decoding drops (RFC 4648 §3.5). */
function strayBits(text: string, chosen: number): string {
  const free = { 2: 16, 3: 4 }[text.length % 4] ?? 1;
  const last = ALPHABET.indexOf(text.at(-1) ?? '');
  const other = last - (last % free) + within(chosen, free);
  return last < 0 ? text : text.slice(0, -1) + (ALPHABET[other] ?? '');
}

const BASE64_FORMS: readonly ((text: string) => string)[] = [
  (text) => `${text}=`,
  (text) => text.padEnd(text.length + ((4 - (text.length % 4)) % 4), '='),
  (text) => text.replaceAll('-', '+').replaceAll('_', '/'),
  (text) => `${text}\n`,
  (text) => ` ${text}`,
  (text) => text.replace(/.{76}/g, '$&\r\n'),
  (text) => `${text}A`,
  (text) => text.slice(0, -1),
  (text) => encodeURIComponent(`${text}=`),
  (text) => `u${text}`,
];

/** The order of Ed25519's group, little-endian: S + L verifies wherever S is not checked (RFC 8032 §5.1.7). */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;

function withSPlusL(signature: Bytes): Bytes {
  let s = signature.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + L;
  const changed = signature.slice();
  for (let i = 32; i < 64; i++, s >>= 8n) changed[i] = Number(s & 0xffn);
  return changed;
}

const SIGNATURES: readonly ((signature: Bytes) => Bytes)[] = [
  withSPlusL,
  () => new Uint8Array(64),
  () => new Uint8Array(0),
  () => Uint8Array.from([1, ...new Uint8Array(63)]),
  (signature) => Uint8Array.from([...signature.slice(32), ...signature.slice(0, 32)]),
  (signature) => Uint8Array.from([...signature, 0]),
  (signature) => signature.slice().reverse(),
  (signature) =>
    Uint8Array.from([0x30, 0x44, 0x02, 0x20, ...signature.slice(0, 32), 0x02, 0x20, ...signature.slice(32)]),
];

const anyPart = fc.constantFrom(HEADER, PAYLOAD, SIGNATURE);

const partEdits = (others: readonly Parts[]): fc.Arbitrary<Edit<Parts>> =>
  fc.oneof(
    edit('a part of another', fc.tuple(anyPart, fc.constantFrom(...others)), (parts: Parts, [which, other]) =>
      parts.map((text, i) => (i === which ? (other[i] ?? text) : text)),
    ),
    edit('swap two parts', fc.tuple(anyPart, anyPart), (parts: Parts, [a, b]) =>
      parts.map((text, i) => parts[i === a ? b : i === b ? a : i] ?? text),
    ),
    edit('drop a part', anyPart, (parts: Parts, which) => parts.filter((_, i) => i !== which)),
    edit('empty a part', anyPart, (parts: Parts, which) => parts.map((text, i) => (i === which ? '' : text))),
    edit('one part more', fc.constantFrom('', 'AA', 'e30'), (parts: Parts, more) => [...parts, more]),
    edit('as JSON serialisation', fc.boolean(), ([header = '', payload = '', signature = '']: Parts, flattened) => [
      JSON.stringify(
        flattened
          ? { payload, protected: header, signature }
          : { payload, signatures: [{ protected: header, signature }] },
      ),
    ]),
  );

const jwsEdits = (others: readonly Parts[]): fc.Arbitrary<Edit<Parts>> =>
  fc.oneof(
    { weight: 4, arbitrary: headerEdit },
    {
      weight: 3,
      arbitrary: onPart('the header', fc.constant(HEADER), treeEdits, (text, { apply }) => insideJson(text, apply)),
    },
    {
      weight: 6,
      arbitrary: onPart('the payload', fc.constant(PAYLOAD), treeEdits, (text, { apply }) => insideJson(text, apply)),
    },
    {
      weight: 3,
      arbitrary: onPart('the payload', fc.constant(PAYLOAD), innerEdits, (text, { apply }) => insideJson(text, apply)),
    },
    {
      weight: 2,
      arbitrary: onPart('the bytes of a part', anyPart, byteEdits, (text, { apply }) => insideBytes(text, apply)),
    },
    {
      weight: 2,
      arbitrary: onPart('the signature', fc.constant(SIGNATURE), fc.constantFrom(...SIGNATURES), insideBytes),
    },
    { weight: 2, arbitrary: onPart('stray bits', anyPart, place, strayBits) },
    {
      weight: 2,
      arbitrary: onPart('another base64', anyPart, fc.constantFrom(...BASE64_FORMS), (text, form) => form(text)),
    },
    { weight: 3, arbitrary: partEdits(others) },
    { weight: 1, arbitrary: onPart('the text of a part', anyPart, textEdits, (text, { apply }) => apply(text)) },
  );

/** Compact JWSs after edits of their parts and, more seldom, of the bytes of the whole. */
export function jwsMutations(seeds: readonly Seed<string>[]): fc.Arbitrary<Mutation> {
  const split = seeds.map(({ name, value }): Seed<Parts> => ({ name, value: value.split('.') }));
  const whole = seeds.map(({ name, value }) => ({ name, value: utf8(value) }));
  return fc.oneof(
    { weight: 9, arbitrary: mutations(split, jwsEdits(split.map(({ value }) => value)), (parts) => parts.join('.')) },
    { weight: 1, arbitrary: mutations(whole, byteEdits, (bytes) => bytes) },
  );
}
