/** ecdsa-sd-2023: deriving, verifying what was derived, and every other thing that a proof value may hold. */
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { createVerifyCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import { encode as encodeCbor } from 'cborg';
import { expect, test } from 'vitest';
import { type Bytes, base64url, concat, fromBase64url, fromHex } from '../../../src/vc/encoding.ts';
import { isObject, type Json, type JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { formSource } from '../../../src/vc/proof/cryptosuite.ts';
import { deriveCredential } from '../../../src/vc/proof/issue-proof.ts';
import { type DerivedValue, readDerivedValue, signedStatements } from '../../../src/vc/proof/selective-disclosure.ts';
import { noDocuments } from '../../../src/vc/protocol/documents.ts';
import { credentialOf, issued, makeKey } from './issuer.ts';
import { oracleVerifies } from './oracle.ts';
import { verdict } from './verifier.ts';

const p256 = await makeKey('P-256');
const p384 = await makeKey('P-384');
const mandatoryPointers = ['/issuer', '/validUntil'];
const base = await issued(p256, 'ecdsa-sd-2023', { mandatoryPointers });
const derive = async (credential: JsonObject, ...selectivePointers: string[]) =>
  deriveCredential({ credential, selectivePointers, documents: noDocuments });
async function derived(...selectivePointers: string[]): Promise<JsonObject> {
  const outcome = await derive(base, ...selectivePointers);
  if (!outcome.ok) throw new Error(outcome.faults[0]?.detail);
  return outcome.value;
}
const sdOracle = (credential: JsonObject) =>
  oracleVerifies(credential, new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }));

test.each([
  ['nothing more', [], undefined],
  ['one member', ['/credentialSubject/alumniOf'], { id: 'did:example:abcdefgh', alumniOf: 'The School of Examples' }],
  [
    'a node without an id',
    ['/credentialSubject/degree'],
    { id: 'did:example:abcdefgh', degree: { type: 'ExampleDegree', name: '学士' } },
  ],
  ['the whole', [''], credentialOf(p256.did).credentialSubject],
])('%s: verifies here and by the library', async (_, pointers, subject) => {
  const credential = await derived(...pointers);
  expect(credential).toMatchObject({ issuer: p256.did, validUntil: '2033-01-01T00:00:00Z' });
  expect(credential.credentialSubject).toEqual(subject);
  expect(await verdict(credential)).toBe('verified');
  // It asks for a subject, whatever was disclosed.
  if (subject) expect(await sdOracle(credential)).toBe(true);
});

test('a base proof is not for verifiers', async () => {
  expect(await verdict(base)).toBe('proof-malformed');
  expect(await sdOracle(base)).toBe(false);
});

test.each([
  ['a pointer to nothing', '/credentialSubject/honour'],
  ['a pointer without its slash', 'issuer'],
])('not derived: %s', async (_, pointer) => {
  expect(await derive(base, pointer)).toMatchObject({ ok: false, faults: [{ reason: 'pointer-unmatched' }] });
});

test.each([
  ['no proof', credentialOf(p256.did), ['/issuer']],
  [
    'a proof of another suite',
    { ...base, proof: { ...(base.proof as JsonObject), cryptosuite: 'eddsa-rdfc-2022' } },
    ['/issuer'],
  ],
  ['two base proofs', { ...base, proof: [base.proof ?? null, base.proof ?? null] }, ['/issuer']],
])('not derived: %s', async (_, credential, pointers) => {
  expect(await derive(credential, ...pointers)).toMatchObject({ ok: false, faults: [{ reason: 'malformed' }] });
});

test('not derived: nothing selected, nothing mandatory', async () => {
  const free = await issued(p256, 'ecdsa-sd-2023', { mandatoryPointers: [] });
  expect(await derive(free)).toMatchObject({ ok: false, faults: [{ reason: 'malformed' }] });
  expect(await derive(free, '/issuer')).toMatchObject({ ok: true });
});

test('not derived: from what was derived, or from what was changed', async () => {
  expect(await derive(await derived('/id'), '/id')).toMatchObject({
    ok: false,
    faults: [{ reason: 'proof-malformed' }],
  });
  const changed = { ...base, credentialSubject: { id: 'did:example:abcdefgh', alumniOf: 'Another School' } };
  expect(await derive(changed, '/credentialSubject/alumniOf')).toMatchObject({ ok: false });
});

test('changed, added or moved statements do not verify', async () => {
  const credential = await derived('/credentialSubject');
  const subject = credential.credentialSubject as JsonObject; // disclosed as an object
  expect(await verdict(credential)).toBe('verified');
  expect(await verdict({ ...credential, validUntil: '2099-01-01T00:00:00Z' })).toBe('bad-signature');
  expect(await verdict({ ...credential, credentialSubject: { ...subject, alumniOf: 'Another School' } })).toBe(
    'bad-signature',
  );
  expect(await verdict({ ...credential, credentialSubject: { ...subject, id: 'urn:invalid' } })).toBe('bad-signature');
  expect(await verdict({ ...credential, name: 'more' })).toBe('proof-malformed');
  const { validUntil: _, ...less } = credential;
  expect(await verdict(less)).toBe('proof-malformed');
});

test('one node without an id, shown as two under its one name', async () => {
  const credential = await derived('/credentialSubject/degree');
  const value = readValue(credential);
  const [name = new Uint8Array()] = value.labels.values();
  const statementsOf = async (subject: Json, labels: DerivedValue['labels']) => {
    const { proof: _, ...document } = credential;
    const form = await formSource(noDocuments).canonicalise({ ...document, credentialSubject: subject }, 'sha256');
    return (form.ok && signedStatements(form.value, labels)) || [];
  };
  const honest = await statementsOf(credential.credentialSubject ?? null, value.labels);
  const selective = honest.filter((_, index) => !value.mandatoryIndexes.includes(index));
  const isMandatory = (statement: string) => value.mandatoryIndexes.includes(honest.indexOf(statement));
  const degree = [{ type: 'ExampleDegree' }, { name: '学士' }];
  const subject = { id: 'did:example:abcdefgh', degree };
  const labels = new Map([0, 1].map((number) => [number, name]));
  const forged = await statementsOf(subject, labels);
  expect(new Set(forged)).toEqual(new Set(honest));
  const signatures = forged.flatMap((each) =>
    isMandatory(each) ? [] : (value.signatures[selective.indexOf(each)] ?? []),
  );
  const mandatoryIndexes = forged.flatMap((each, index) => (isMandatory(each) ? [index] : []));
  const dressed = withValue(credential, { ...value, labels, signatures, mandatoryIndexes });
  expect(await verdict({ ...dressed, credentialSubject: subject })).toBe('proof-malformed');
});

const cbor = (value: DerivedValue): unknown[] => [
  value.baseSignature,
  concat(Uint8Array.of(0x80, 0x24), value.statementKey.bytes),
  value.signatures,
  value.labels,
  value.mandatoryIndexes,
];
const readValue = ({ proof }: JsonObject): DerivedValue => {
  const read = readDerivedValue(isObject(proof) ? `${proof.proofValue}` : '');
  if (!read.ok) throw new Error(read.faults[0]?.detail);
  return read.value;
};
const withBytes = (credential: JsonObject, bytes: Bytes): JsonObject => ({
  ...credential,
  proof: { ...(credential.proof as JsonObject), proofValue: `u${base64url(bytes)}` }, // derived: a single object
});
const withParts = (credential: JsonObject, parts: unknown): JsonObject =>
  withBytes(credential, concat(Uint8Array.of(0xd9, 0x5d, 0x01), encodeCbor(parts)));
const withValue = (credential: JsonObject, value: DerivedValue) => withParts(credential, cbor(value));

const name = new Uint8Array(32);
const signature = new Uint8Array(64);
const forms: readonly [string, (value: DerivedValue) => unknown][] = [
  ['no list', () => 1],
  ['a map', () => new Map()],
  ['four parts', (v) => cbor(v).slice(0, 4)],
  ['six parts', (v) => [...cbor(v), 0]],
  ['a base signature of 63 bytes', (v) => [v.baseSignature.slice(1), ...cbor(v).slice(1)]],
  ['a key of 36 bytes', (v) => [v.baseSignature, new Uint8Array(36), ...cbor(v).slice(2)]],
  [
    'a key off the curve',
    (v) => [v.baseSignature, concat(Uint8Array.of(0x80, 0x24), new Uint8Array(33)), ...cbor(v).slice(2)],
  ],
  [
    'a key of Ed25519',
    (v) => [v.baseSignature, concat(Uint8Array.of(0xed, 0x01), new Uint8Array(33)), ...cbor(v).slice(2)],
  ],
  ['a signature of 63 bytes', (v) => cbor({ ...v, signatures: [signature.slice(1), ...v.signatures.slice(1)] })],
  ['a signature more', (v) => cbor({ ...v, signatures: [...v.signatures, signature] })],
  ['a signature less', (v) => cbor({ ...v, signatures: v.signatures.slice(1) })],
  ['signatures as a text', (v) => [...cbor(v).slice(0, 2), 'none', ...cbor(v).slice(3)]],
  ['too many signatures', (v) => cbor({ ...v, signatures: Array(LIMITS.selectiveStatements + 1).fill(signature) })],
  ['a name more', (v) => cbor({ ...v, labels: new Map([...v.labels, [7, name]]) })],
  ['a name less', (v) => cbor({ ...v, labels: new Map() })],
  ['a name of 31 bytes', (v) => cbor({ ...v, labels: new Map([[0, name.slice(1)]]) })],
  ['a name under a text', (v) => [...cbor(v).slice(0, 3), new Map([['c14n0', name]]), v.mandatoryIndexes]],
  ['a name under a negative number', (v) => cbor({ ...v, labels: new Map([[-1, name]]) })],
  ['an index as a text', (v) => [...cbor(v).slice(0, 4), ['0']]],
  ['an index as a fraction', (v) => [...cbor(v).slice(0, 4), [0.5]]],
  ['a negative index', (v) => cbor({ ...v, mandatoryIndexes: [-1, ...v.mandatoryIndexes] })],
  ['an index past the end', (v) => cbor({ ...v, mandatoryIndexes: [...v.mandatoryIndexes, 1000] })],
];
test.each(forms)('refused: %s', async (_, change) => {
  const credential = await derived('/credentialSubject/degree', '/id');
  expect(await verdict(withValue(credential, readValue(credential)))).toBe('verified');
  expect(await verdict(withParts(credential, change(readValue(credential))))).toBe('proof-malformed');
});

/** The bytes of a proof value with one name of a node, and its text. */
async function oneName() {
  const credential = await derived('/credentialSubject/degree');
  const text = `${(credential.proof as JsonObject).proofValue}`; // derived: a single object
  return { credential, text, bytes: fromBase64url(text.slice(1)) ?? new Uint8Array() };
}

test('§3.5.7 asks for CBOR and for no one way of writing it', async () => {
  const { credential, bytes } = await oneName();
  const value = readValue(credential);
  const spellings: [string, Bytes][] = [
    [
      'a list of indefinite length',
      concat(bytes.slice(0, 3), Uint8Array.of(0x9f), bytes.slice(4), Uint8Array.of(0xff)),
    ],
    ['a long length', concat(bytes.slice(0, 4), Uint8Array.of(0x59, 0x00, 0x40), bytes.slice(6))],
    ['a long number', concat(bytes.slice(0, -1), Uint8Array.of(0x18), bytes.slice(-1))],
  ];
  for (const [spelling, changed] of spellings)
    expect(`${spelling}: ${await verdict(withBytes(credential, changed))}`).toBe(`${spelling}: verified`);
  const mandatoryIndexes = [...value.mandatoryIndexes, ...value.mandatoryIndexes].reverse();
  expect(await verdict(withValue(credential, { ...value, mandatoryIndexes }))).toBe('verified');
});

test('the names of nodes stand in any order', async () => {
  const nodes = ['a', 'b', 'c'].map((name) => ({ type: 'ExampleDegree', name }));
  const credential = await issued(p256, 'ecdsa-sd-2023', {
    credential: { ...credentialOf(p256.did), credentialSubject: { degree: nodes } },
    mandatoryPointers,
  });
  const outcome = await deriveCredential({
    credential,
    selectivePointers: ['/credentialSubject'],
    documents: noDocuments,
  });
  if (!outcome.ok) throw new Error(outcome.faults[0]?.detail);
  const value = readValue(outcome.value);
  expect(value.labels.size).toBe(4);
  const labels = new Map([...value.labels].reverse());
  const bytes = encodeCbor(cbor({ ...value, labels }), { mapSorter: () => 0 });
  const changed = withBytes(outcome.value, concat(Uint8Array.of(0xd9, 0x5d, 0x01), bytes));
  expect([...readValue(changed).labels.keys()]).toEqual([3, 2, 1, 0]);
  expect(await verdict(changed)).toBe('verified');
});

test('refused: what is no list of these five parts and nothing else', async () => {
  const { credential, text, bytes } = await oneName();
  /** Half-precision floats of 1 to 8; the last byte is the last index. */
  const float = ['3c00', '4000', '4200', '4400', '4500', '4600', '4700', '4800'][(bytes.at(-1) ?? 0) - 1] ?? '';
  const spellings: [string, Bytes][] = [
    ['an index as a float', concat(bytes.slice(0, -1), fromHex(`f9${float}`) ?? new Uint8Array())],
    ['a byte more', concat(bytes, new Uint8Array(1))],
    ['a byte less', bytes.slice(0, -1)],
    ['a tagged byte string', concat(bytes.slice(0, 4), Uint8Array.of(0xd8, 0x40), bytes.slice(4))],
    ['the header of a base proof', concat(Uint8Array.of(0xd9, 0x5d, 0x00), bytes.slice(3))],
    ['the header of another suite', concat(Uint8Array.of(0xd9, 0x5d, 0x03), bytes.slice(3))],
    ['no header', bytes.slice(3)],
  ];
  for (const [spelling, changed] of spellings)
    expect(`${spelling}: ${await verdict(withBytes(credential, changed))}`).toBe(`${spelling}: proof-malformed`);
  const texts = [text.slice(1), `z${text.slice(1)}`, `${text}=`, `${text} `, text.replace('u', 'U'), 'u', ''];
  for (const proofValue of texts) {
    const proof: Json = { ...(credential.proof as JsonObject), proofValue }; // as above
    expect(await verdict({ ...credential, proof })).toBe('proof-malformed');
  }
});

test('refused: more signatures than the limit, before any is looked at', async () => {
  const value = readValue(await derived('/id'));
  const parts = cbor({ ...value, signatures: Array(LIMITS.selectiveStatements + 1).fill(signature) });
  const bytes = concat(Uint8Array.of(0xd9, 0x5d, 0x01), encodeCbor(parts));
  expect(readDerivedValue(`u${base64url(bytes)}`)).toMatchObject({
    ok: false,
    faults: [{ reason: 'proof-malformed' }],
  });
});

test('signatures in another order, and the base signature of another key', async () => {
  const credential = await derived('/credentialSubject');
  const value = readValue(credential);
  expect(await verdict(withValue(credential, { ...value, signatures: [...value.signatures].reverse() }))).toBe(
    'bad-signature',
  );
  const other = await makeKey('P-256');
  const proof = { ...(credential.proof as JsonObject), verificationMethod: other.method }; // as above
  expect(await verdict({ ...credential, proof })).toBe('bad-signature');
  const wrongType = { ...proof, verificationMethod: p384.method };
  expect(await verdict({ ...credential, proof: wrongType })).toBe('verification-method-invalid');
});
