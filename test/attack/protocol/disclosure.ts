/** Selective disclosure (ecdsa-sd-2023): what a holder shows is what was signed, in the one form that the specification has, and all of what is mandatory. */
import { createHash } from 'node:crypto';
import { p256 as curve } from '@noble/curves/nist.js';
import { encode as encodeCbor } from 'cborg';
import {
  type Bytes,
  base64url,
  concat,
  fromBase64url,
  fromHex,
  fromMultibase58,
  utf8,
} from '../../../src/vc/encoding.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { CRYPTOSUITES, formSource } from '../../../src/vc/proof/cryptosuite.ts';
import { deriveCredential } from '../../../src/vc/proof/issue-proof.ts';
import { type DerivedValue, readDerivedValue, signedStatements } from '../../../src/vc/proof/selective-disclosure.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { credentialOf, issued, makeKey } from '../../vc/proof/issuer.ts';
import type { Attack } from '../attack.ts';
import {
  type Changes,
  changed,
  credentialIn,
  ed,
  type JsonObject,
  type Maker,
  mallory,
  type ProtocolSubject,
  p256,
  p384,
  proofIn,
} from './scene.ts';

const disclosed = credentialIn('disclosure');

const document = { ...credentialOf(p256.did), name: '证书', description: '完整' };
const base = await issued(p256, 'ecdsa-sd-2023', {
  credential: document,
  mandatoryPointers: ['/issuer', '/validUntil'],
});
async function derived(...selectivePointers: string[]): Promise<JsonObject> {
  const outcome = await deriveCredential({ credential: base, selectivePointers, documents: noDocuments });
  if (!outcome.ok) throw new Error(outcome.faults[0]?.detail);
  return outcome.value;
}
const whole = await derived('/credentialSubject', '/name');
const degree = await derived('/credentialSubject/degree', '/id');
const genuine: Maker = () => degree;
const text = ({ proofValue }: JsonObject): string => (typeof proofValue === 'string' ? proofValue : '');

const valueIn = (credential: JsonObject): DerivedValue => {
  const read = readDerivedValue(text(proofIn(credential)));
  if (!read.ok) throw new Error(read.faults[0]?.detail);
  return read.value;
};
const HEADER = Uint8Array.of(0xd9, 0x5d, 0x01);
const withProof = (credential: JsonObject, changes: Changes): JsonObject => ({
  ...credential,
  proof: changed(proofIn(credential), changes),
});
const withBytes = (credential: JsonObject, bytes: Uint8Array): JsonObject =>
  withProof(credential, { proofValue: `u${base64url(bytes)}` });
const withParts = (credential: JsonObject, parts: unknown): JsonObject =>
  withBytes(credential, concat(HEADER, encodeCbor(parts)));
const partsOf = (value: DerivedValue): unknown[] => [
  value.baseSignature,
  value.statementKeyBytes,
  value.signatures,
  value.labels,
  value.mandatoryIndexes,
];

const name = new Uint8Array(32);
const signature = new Uint8Array(64);
const PARTS: readonly (readonly [what: string, parts: (value: DerivedValue) => unknown])[] = [
  ['no list', () => 1],
  ['a map', () => new Map()],
  ['four parts', (v) => partsOf(v).slice(0, 4)],
  ['six parts', (v) => [...partsOf(v), 0]],
  ['a base signature of 63 bytes', (v) => [v.baseSignature.slice(1), ...partsOf(v).slice(1)]],
  ['a base signature as a list of numbers', (v) => [[...v.baseSignature], ...partsOf(v).slice(1)]],
  ['a base signature that is a number', (v) => [Number.MAX_SAFE_INTEGER, ...partsOf(v).slice(1)]],
  ['a base signature that is a text', (v) => ['x'.repeat(64), ...partsOf(v).slice(1)]],
  [
    'a key of 36 bytes',
    (v) => [v.baseSignature, concat(v.statementKeyBytes, new Uint8Array(1)), ...partsOf(v).slice(2)],
  ],
  [
    'a key off the curve',
    (v) => [v.baseSignature, concat(Uint8Array.of(0x80, 0x24), new Uint8Array(33)), ...partsOf(v).slice(2)],
  ],
  [
    'a key of Ed25519',
    (v) => [v.baseSignature, concat(Uint8Array.of(0xed, 0x01), new Uint8Array(33)), ...partsOf(v).slice(2)],
  ],
  ['a key that is a number', (v) => [v.baseSignature, 5, ...partsOf(v).slice(2)]],
  ['a signature of 63 bytes', (v) => partsOf({ ...v, signatures: [signature.slice(1), ...v.signatures.slice(1)] })],
  ['a signature more', (v) => partsOf({ ...v, signatures: [...v.signatures, signature] })],
  ['a signature less', (v) => partsOf({ ...v, signatures: v.signatures.slice(1) })],
  ['no signatures', (v) => partsOf({ ...v, signatures: [] })],
  ['signatures as a text', (v) => [...partsOf(v).slice(0, 2), 'none', ...partsOf(v).slice(3)]],
  [
    'more signatures than are read',
    (v) =>
      partsOf({ ...v, signatures: Array<Uint8Array<ArrayBuffer>>(LIMITS.selectiveStatements + 1).fill(signature) }),
  ],
  ['a name more', (v) => partsOf({ ...v, labels: new Map([...v.labels, [7, name]]) })],
  ['a name less', (v) => partsOf({ ...v, labels: new Map() })],
  ['another name', (v) => partsOf({ ...v, labels: new Map([[0, name]]) })],
  [
    'a name of another node',
    (v) => partsOf({ ...v, labels: new Map([...v.labels].map(([number, label]) => [number + 1, label])) }),
  ],
  [
    'a name of 31 bytes',
    (v) => partsOf({ ...v, labels: new Map([...v.labels].map(([number, label]) => [number, label.slice(1)])) }),
  ],
  [
    'a name under a text',
    (v) => [
      ...partsOf(v).slice(0, 3),
      new Map([...v.labels].map(([number, label]) => [`${number}`, label])),
      v.mandatoryIndexes,
    ],
  ],
  ['a name under a negative number', (v) => partsOf({ ...v, labels: new Map([[-1, name]]) })],
  ['names in a list of pairs', (v) => [...partsOf(v).slice(0, 3), [...v.labels], v.mandatoryIndexes]],
  ['names in a list', (v) => [...partsOf(v).slice(0, 3), [...v.labels.values()], v.mandatoryIndexes]],
  [
    'more names than are read',
    (v) =>
      partsOf({
        ...v,
        labels: new Map(
          Array.from({ length: LIMITS.blankNodes + 1 }, (_, index) => [
            index,
            Uint8Array.from({ length: 32 }, (_each, at) => (index >> (8 * (at % 2))) & 0xff),
          ]),
        ),
      }),
  ],
  ['an index as a text', (v) => [...partsOf(v).slice(0, 4), v.mandatoryIndexes.map(String)]],
  ['a text among the indexes', (v) => [...partsOf(v).slice(0, 4), [...v.mandatoryIndexes, '0']]],
  ['an index as a fraction', (v) => [...partsOf(v).slice(0, 4), [0.5]]],
  ['a negative index', (v) => partsOf({ ...v, mandatoryIndexes: [-1, ...v.mandatoryIndexes] })],
  ['an index past the end', (v) => partsOf({ ...v, mandatoryIndexes: [...v.mandatoryIndexes, 1000] })],
  ['an index less', (v) => partsOf({ ...v, mandatoryIndexes: v.mandatoryIndexes.slice(1) })],
  ['indexes as a number', (v) => [...partsOf(v).slice(0, 4), 5]],
];
const parts = PARTS.map(([what, change]) =>
  disclosed(`a value of ${what}`, { forged: () => withParts(degree, change(valueIn(degree))), genuine }),
);

const bytes = fromBase64url(text(proofIn(degree)).slice(1)) ?? new Uint8Array();
/** Half-precision floats of 1 to 8; the last byte is the last index. */
const float = ['3c00', '4000', '4200', '4400', '4500', '4600', '4700', '4800'][(bytes.at(-1) ?? 0) - 1] ?? '';
const SPELLINGS: readonly (readonly [what: string, bytes: Bytes])[] = [
  ['an index as a float', concat(bytes.slice(0, -1), fromHex(`f9${float}`) ?? new Uint8Array())],
  ['a byte more', concat(bytes, new Uint8Array(1))],
  ['a byte less', bytes.slice(0, -1)],
  ['a tagged byte string', concat(bytes.slice(0, 4), Uint8Array.of(0xd8, 0x40), bytes.slice(4))],
  ['the header of a base proof', concat(Uint8Array.of(0xd9, 0x5d, 0x00), bytes.slice(3))],
  ['the header of another suite', concat(Uint8Array.of(0xd9, 0x5d, 0x03), bytes.slice(3))],
  ['no header', bytes.slice(3)],
  ['undefined for a part', concat(bytes.slice(0, 4), Uint8Array.of(0xf7), bytes.slice(70))],
  ['a name twice', doubled()],
];
/** The label map of one name, written with two. */
function doubled(): Bytes {
  const [[number, label] = [0, name]] = valueIn(degree).labels;
  const one = concat(encodeCbor(number), encodeCbor(label));
  const map = concat(Uint8Array.of(0xa1), one);
  const at = bytes.findIndex((_, index) => map.every((byte, offset) => bytes[index + offset] === byte));
  return concat(bytes.slice(0, at), Uint8Array.of(0xa2), one, bytes.slice(at + 1));
}
const TEXTS: readonly (readonly [what: string, change: (text: string) => string])[] = [
  ['without its multibase letter', (all) => all.slice(1)],
  ['in another multibase', (all) => `z${all.slice(1)}`],
  ['with padding', (all) => `${all}=`],
  ['with a space', (all) => `${all} `],
  ['with a capital letter', (all) => all.replace('u', 'U')],
  ['of a letter', () => 'u'],
  ['of nothing', () => ''],
];
const spellings = [
  ...SPELLINGS.map(([what, spelt]) =>
    disclosed(`a value with ${what}`, { forged: () => withBytes(degree, spelt), genuine }),
  ),
  ...TEXTS.map(([what, change]) =>
    disclosed(`a value ${what}`, {
      forged: () => withProof(degree, { proofValue: change(text(proofIn(degree))) }),
      genuine,
    }),
  ),
];

const subjectOf = ({ credentialSubject }: JsonObject): JsonObject =>
  typeof credentialSubject === 'object' && credentialSubject !== null && !Array.isArray(credentialSubject)
    ? credentialSubject
    : {};
const stranger = await makeKey('P-256');

/** A statement key whose secret is 1 signs with the nonce 1, as fast as it hashes. */
const { BASE, Fn } = curve.Point;
const ONE = concat(Uint8Array.of(0x80, 0x24), BASE.toBytes(true));
const R = Fn.create(BASE.toAffine().x);
const signedByOne = (statement: string): Bytes =>
  concat(Fn.toBytes(R), Fn.toBytes(Fn.create(BigInt(`0x${sha256(statement)}`) + R)));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
type StatementKey = { readonly bytes: Bytes; readonly sign: (statement: string) => Bytes | Promise<Bytes> };
const ofOne: StatementKey = { bytes: ONE, sign: signedByOne };
const ofEd25519: StatementKey = {
  bytes: fromMultibase58(ed.multibase, 100) ?? new Uint8Array(),
  sign: (statement) => ed.signer.sign(utf8(statement)),
};
/** Signed by the issuer past our own checks: nodes under these names, which may then be shown under others. */
export async function anew(
  credential: JsonObject,
  names: DerivedValue['labels'] = byName(name),
  { shown = names, by = ofOne }: { shown?: DerivedValue['labels']; by?: StatementKey } = {},
): Promise<JsonObject> {
  const { mandatoryIndexes } = valueIn(credential);
  const { proof = {}, ...unsecured } = credential;
  const suite = CRYPTOSUITES.find((row) => row.name === 'ecdsa-sd-2023');
  const secured = { document: unsecured, proof: proofIn({ proof }) };
  const forms = await suite?.transform(secured, 'sha256', formSource(noDocuments));
  if (!forms?.ok) throw new Error(forms?.faults[0]?.detail);
  const all = signedStatements(forms.value.document, names) ?? [];
  const mandatory = all.filter((_, index) => mandatoryIndexes.includes(index)).join('');
  const selective = all.filter((_, index) => !mandatoryIndexes.includes(index));
  const hashes = [forms.value.options, mandatory].map((text) => fromHex(sha256(text)) ?? new Uint8Array());
  const [options = name, statements = name] = hashes;
  const baseSignature = await p256.signer.sign(concat(options, by.bytes, statements));
  const signatures = await Promise.all(selective.map(by.sign));
  return withParts(credential, [baseSignature, by.bytes, signatures, shown, mandatoryIndexes]);
}
const byName = (label: Bytes, number = 0): DerivedValue['labels'] => new Map([[number, label]]);
/** So many statements more, for the holder to choose from. */
export const crowded = (count: number): JsonObject => ({
  ...degree,
  ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, ''])),
});
const contents: readonly Attack<ProtocolSubject>[] = [
  disclosed('a base proof', { forged: () => base, genuine }),
  disclosed('a mandatory statement changed', {
    forged: () => ({ ...whole, validUntil: '2099-01-01T00:00:00Z' }),
    genuine: () => whole,
  }),
  disclosed('a mandatory statement left out', {
    forged: () => changed(whole, { validUntil: undefined }),
    genuine: () => whole,
  }),
  disclosed('a statement changed', {
    forged: () => ({ ...whole, credentialSubject: { ...subjectOf(whole), alumniOf: 'Another School' } }),
    genuine: () => whole,
  }),
  disclosed('the subject changed', {
    forged: () => ({ ...whole, credentialSubject: { ...subjectOf(whole), id: 'did:example:other' } }),
    genuine: () => whole,
  }),
  disclosed('a statement more', { forged: () => ({ ...whole, description: '五星' }), genuine: () => whole }),
  disclosed('a statement more, and a signature of another', {
    forged: () =>
      withParts(
        { ...whole, description: '五星' },
        partsOf({
          ...valueIn(whole),
          signatures: [...valueIn(whole).signatures, ...valueIn(whole).signatures.slice(0, 1)],
        }),
      ),
    genuine: () => whole,
  }),
  disclosed('a mandatory statement changed and called selective', {
    forged: () => {
      const value = valueIn(whole);
      return withParts(
        { ...whole, validUntil: '2099-01-01T00:00:00Z' },
        partsOf({
          ...value,
          mandatoryIndexes: value.mandatoryIndexes.slice(0, -1),
          signatures: [...value.signatures, ...value.signatures.slice(0, 1)],
        }),
      );
    },
    genuine: () => whole,
  }),
  disclosed('signatures in another order', {
    forged: () =>
      withParts(whole, partsOf({ ...valueIn(whole), signatures: [...valueIn(whole).signatures].reverse() })),
    genuine: () => whole,
  }),
  disclosed('a statement key of the forger', {
    forged: async () => {
      const value = valueIn(whole);
      const key = fromMultibase58(stranger.multibase, 100);
      const signatures = await Promise.all(
        (await selective(whole, value)).map((each) => stranger.signer.sign(utf8(each))),
      );
      return withParts(whole, [value.baseSignature, key, signatures, value.labels, value.mandatoryIndexes]);
    },
    genuine: () => whole,
  }),
  disclosed('the base signature of another key', {
    forged: () => withProof(degree, { verificationMethod: stranger.method }),
    genuine,
  }),
  disclosed('a key of P-384', { forged: () => withProof(degree, { verificationMethod: p384.method }), genuine }),
  disclosed('a key of Ed25519', { forged: () => withProof(degree, { verificationMethod: mallory.method }), genuine }),
  disclosed('a value of another suite', {
    forged: () => withProof(degree, { cryptosuite: 'ecdsa-rdfc-2019' }),
    genuine,
  }),
  disclosed('another date of creation', {
    forged: () => withProof(degree, { created: '2026-11-24T07:00:00Z' }),
    genuine,
  }),
  disclosed('a name of 31 bytes, as it was signed', {
    forged: () => anew(degree, byName(name.slice(1))),
    genuine: () => anew(degree),
  }),
  disclosed('a name of no node, and none of the node, as it was signed', {
    forged: () => anew(degree, byName(new Uint8Array()), { shown: byName(name, 1) }),
    genuine: () => anew(degree),
  }),
  disclosed('more statements than are read', {
    forged: () => anew(crowded(LIMITS.selectiveStatements)),
    genuine: () => anew(crowded(1)),
  }),
  disclosed('statements under a key of another type, as it was signed', {
    forged: () => anew(degree, byName(name), { by: ofEd25519 }),
    genuine: () => anew(degree),
  }),
  disclosed('one node without id, shown as two of its one name', {
    forged: async () => {
      const value = valueIn(degree);
      const [label = new Uint8Array()] = value.labels.values();
      const labels = new Map([0, 1].map((number) => [number, label]));
      const twofold = {
        ...degree,
        credentialSubject: { ...subjectOf(degree), degree: [{ type: 'ExampleDegree' }, { name: '学士' }] },
      };
      const honest = await statements(degree, value.labels);
      const forged = await statements(twofold, labels);
      const free = honest.filter((_, index) => !value.mandatoryIndexes.includes(index));
      const isMandatory = (each: string): boolean => value.mandatoryIndexes.includes(honest.indexOf(each));
      const signatures = forged.flatMap((each) =>
        isMandatory(each) ? [] : (value.signatures[free.indexOf(each)] ?? []),
      );
      const mandatoryIndexes = forged.flatMap((each, index) => (isMandatory(each) ? [index] : []));
      return withParts(twofold, partsOf({ ...value, labels, signatures, mandatoryIndexes }));
    },
    genuine,
  }),
];
async function statements({ proof: _, ...document }: JsonObject, labels: DerivedValue['labels']): Promise<string[]> {
  const form = await formSource(noDocuments).canonicalise(document, 'sha256');
  return (form.ok && signedStatements(form.value, labels)) || [];
}
const selective = async (credential: JsonObject, { labels, mandatoryIndexes }: DerivedValue): Promise<string[]> =>
  (await statements(credential, labels)).filter((_, index) => !mandatoryIndexes.includes(index));

export const disclosure: readonly Attack<ProtocolSubject>[] = [...parts, ...spellings, ...contents];
