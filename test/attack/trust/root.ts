/** The root: whoever moves it owns everything. */
import { base64url, utf8 } from '../../../src/vc/encoding.ts';
import type { JsonObject } from '../../../src/vc/json.ts';
import { ed25519Multibase } from '../../../src/vc/proof/key.ts';
import { type GeneralJws, signGeneral } from '../../../src/vc/trust/signed-document.ts';
import { NOW, type RootDraft, rootOrThrow } from '../../support/authority.ts';
import { type Attack, inRoom } from '../attack.ts';
import { authority, type Delivery, deliveredIn, held, publish, type TrustSubject } from './scene.ts';

const delivered = deliveredIn('root');
const pinned = inRoom<TrustSubject>('root');
const { rootDocument, rootJws, named } = authority;

/** Two of three, then both of two others. */
const V1: RootDraft = { version: 1, keys: ['root-1', 'root-2', 'root-3'], threshold: 2 };
const V2: RootDraft = {
  version: 2,
  keys: ['root-3', 'stranger'],
  threshold: 2,
  signers: ['root-1', 'root-3', 'stranger'],
};
const v1 = await rootDocument(V1);
const v2 = await rootDocument(V2);
const [pin, second] = [rootOrThrow(v1), rootOrThrow(v2)];

type Chain = { root: GeneralJws[]; rootSigners?: string[]; pinnedRoot?: typeof pin; extra?: Partial<Delivery> };
const chain = async ({
  root,
  rootSigners = ['root-3', 'stranger'],
  pinnedRoot = pin,
  extra,
}: Chain): Promise<Delivery> => ({
  bundle: await publish({ root, rootSigners }),
  context: { pinnedRoot },
  ...extra,
});
const genuineChain = chain({ root: [v1, v2] });
const broken = (name: string, draft: RootDraft | GeneralJws, rootSigners?: string[]) =>
  delivered(name, {
    forged: Promise.resolve('payload' in draft ? draft : rootDocument(draft)).then((forged) =>
      chain({ root: [v1, forged], ...(rootSigners ? { rootSigners } : {}) }),
    ),
    genuine: genuineChain,
  });

/** A document that is pinned as it is, at build or by setting: shape only. */
const payload = { version: 1, keys: [{ id: 'r', publicKeyMultibase: freeKey(1) }], threshold: 1 };
const signedBy1 = (value: JsonObject) => signGeneral('xz-root+jws', value, [named('root-1')]);
const shaped = (name: string, value: unknown, genuine: unknown = signedBy1(payload)) =>
  pinned(name, {
    forged: async ({ readRoot }) => readRoot(await value) !== undefined,
    genuine: async ({ readRoot }) => readRoot(await genuine) !== undefined,
  });
const keysOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `r${i}`, publicKeyMultibase: freeKey(i + 1) }));
function freeKey(fill: number): string {
  return ed25519Multibase(new Uint8Array(32).fill(fill));
}

const rotated = await rotate();
async function rotate() {
  const next = await rootDocument({ version: 2, keys: ['root-2'], threshold: 1, signers: ['root-1', 'root-2'] });
  return { next, trust: await held({ root: [rootJws, next], rootSigners: ['root-2'] }) };
}

export const root: readonly Attack<TrustSubject>[] = [
  broken('one signature of the old root short', { ...V2, signers: ['root-3', 'stranger'] }),
  broken('one signature of the new root short', { ...V2, signers: ['root-1', 'root-3'] }),
  broken(
    'one key of the old root that signs twice',
    {
      ...V2,
      keys: ['stranger', 'publisher'],
      signers: ['root-1', 'root-1', 'stranger', 'publisher'],
    },
    ['stranger', 'publisher'],
  ),
  broken('a version left out', { ...V2, version: 3 }),
  broken('a root of strangers alone', { ...V2, keys: ['stranger'], threshold: 1, signers: ['stranger'] }, ['stranger']),
  broken('a threshold of none', { ...V2, threshold: 0 }, []),
  broken('a root document that nobody can read', { payload: 'e30', signatures: [] }),
  delivered('another root under the version that is pinned', {
    forged: rootDocument({ ...V1, threshold: 1 }).then((forged) =>
      chain({ root: [forged], rootSigners: ['root-1', 'root-2'] }),
    ),
    genuine: chain({ root: [v1], rootSigners: ['root-1', 'root-2'] }),
  }),
  delivered('another root under a version that was passed', {
    forged: rootDocument({ ...V2, keys: ['root-1', 'stranger'], signers: ['root-1', 'root-3', 'stranger'] }).then(
      (fork) => chain({ root: [v1, v2, fork] }),
    ),
    genuine: chain({ root: [v1, v2, v2] }),
  }),
  delivered('a root that hands over to the next of its own', {
    forged: signGeneral('xz-trust+jws', payloadOf(v2), (V2.signers ?? []).map(named)).then((forged) =>
      chain({ root: [v1, forged] }),
    ),
    genuine: chain({ root: [v1, v2], pinnedRoot: second }),
  }),
  delivered('the root of before the handing over, with a list of its own', {
    forged: publish({ number: 42, issuedAt: NOW }).then((bundle) => ({ bundle, previous: rotated.trust })),
    genuine: publish({ number: 42, issuedAt: NOW, root: [rootJws, rotated.next], rootSigners: ['root-2'] }).then(
      (bundle) => ({ bundle, previous: rotated.trust }),
    ),
  }),
  delivered('a list with one signature where the root wants two', {
    forged: chain({ root: [v1], rootSigners: ['root-1'] }),
    genuine: chain({ root: [v1], rootSigners: ['root-1', 'root-2'] }),
  }),
  delivered('a list that one key signed twice', {
    forged: chain({ root: [v1], rootSigners: ['root-1', 'root-1'] }),
    genuine: chain({ root: [v1], rootSigners: ['root-1', 'root-2'] }),
  }),
  delivered('sixty-five root documents', {
    forged: publish({ root: new Array(65).fill(rootJws) }),
    genuine: publish({ root: new Array(64).fill(rootJws) }),
  }),

  shaped('nothing', undefined),
  shaped('a text', 'root'),
  shaped('no JSON inside', { payload: base64url(utf8('{')), signatures: [] }),
  shaped(
    'an unprotected header',
    signedBy1(payload).then(({ payload: same, signatures }) => ({
      payload: same,
      signatures: signatures.map((one) => ({ ...one, header: { kid: 'root-1' } })),
    })),
  ),
  shaped(
    'a member beside payload and signatures',
    signedBy1(payload).then((jws) => ({ ...jws, jwk: {} })),
  ),
  shaped(
    'seventeen signatures',
    signGeneral('xz-root+jws', payload, new Array(17).fill(named('root-1'))),
    signGeneral('xz-root+jws', payload, new Array(16).fill(named('root-1'))),
  ),
  shaped('an unknown member of the root', signedBy1({ ...payload, expires: 'never' })),
  shaped('an unknown member of a root key', signedBy1({ ...payload, keys: [{ ...keyOf(0), crit: true }] })),
  shaped('a root key whose id is a number', signedBy1({ ...payload, keys: [{ ...keyOf(0), id: 7 }] })),
  shaped('no keys', signedBy1({ ...payload, keys: [] })),
  shaped('seventeen keys', signedBy1({ ...payload, keys: keysOf(17) }), signedBy1({ ...payload, keys: keysOf(16) })),
  shaped('two keys of one id', signedBy1({ ...payload, keys: [keyOf(0), { ...keyOf(1), id: 'r0' }] })),
  shaped(
    'one key under two ids',
    signedBy1({ ...payload, keys: [keyOf(0), { ...keyOf(0), id: 'again' }], threshold: 2 }),
  ),
  shaped('a threshold above the number of keys', signedBy1({ ...payload, threshold: 2 })),
  shaped('a threshold of half a key', signedBy1({ ...payload, threshold: 0.5 })),
];

function keyOf(index: number) {
  const found = keysOf(index + 1)[index];
  if (!found) throw new Error('there are that many');
  return found;
}
function payloadOf(jws: GeneralJws): JsonObject {
  return JSON.parse(Buffer.from(jws.payload, 'base64url').toString());
}
