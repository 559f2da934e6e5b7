/** Proofs beside and after each other: sets and chains (Data Integrity 1.0 §2.1.1, §2.1.2). */
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import type { Report } from '../../../src/vc/protocol/report.ts';
import type { CredentialResult } from '../../../src/vc/protocol/verify-credential.ts';
import { proofOptions } from '../../vc/proof/issuer.ts';
import type { Attack } from '../attack.ts';
import {
  changed,
  credential2,
  credentialIn,
  JCS,
  type JsonObject,
  mallory,
  PAST,
  type ProtocolSubject,
  proofOver,
  RDFC,
  type Wish,
} from './scene.ts';

const proven = credentialIn('chain');
const set =
  (...proofs: (JsonObject | Promise<JsonObject>)[]) =>
  async (): Promise<JsonObject> => ({ ...credential2(), proof: await Promise.all(proofs) });

const good = proofOver(credential2(), { options: RDFC });
const other = proofOver(credential2(), { options: proofOptions('eddsa-rdfc-2022', mallory), key: mallory });
const ofFuture: JsonObject = { type: 'DataIntegrityProof', cryptosuite: 'mldsa44-rdfc-2024', proofValue: 'u1' };
const ofPast: JsonObject = { type: 'BbsBlsSignature2020', proofValue: 'z1' };
const broken = (proof: Promise<JsonObject>) => proof.then((each) => ({ ...each, created: PAST }));

/** What the reports say of each proof. */
const proofsIn = (reports: readonly Report[]): object[] =>
  reports.flatMap(({ evidence }) => {
    const proofs: unknown = evidence?.proofs;
    return Array.isArray(proofs) ? proofs.filter((each) => typeof each === 'object' && each !== null) : [];
  });

const sets: readonly Attack<ProtocolSubject>[] = [
  proven('a broken proof behind a good one', { forged: set(good, broken(other)), genuine: set(good, other) }),
  proven('a broken proof before a good one', { forged: set(broken(good), other), genuine: set(good, other) }),
  proven('a proof of an unknown kind alone', { forged: set(ofFuture), genuine: set(good, ofFuture) }),
  proven('a proof that does not say its suite', {
    forged: set(good, { type: 'DataIntegrityProof', proofValue: 'z1' }),
    genuine: set(good, ofFuture),
  }),
  proven('proofs of unknown kinds', { forged: set(ofFuture, ofPast), genuine: set(ofFuture, good, ofPast) }),
  proven('an expired proof beside a good one', {
    forged: set(good, proofOver(credential2(), { options: changed(RDFC, { expires: PAST }) })),
    genuine: set(good, other),
  }),
  proven('a proof of an unknown type, to be told under the name of a known suite', {
    forged: set(good, { type: 'UnknownProof2099', cryptosuite: 'eddsa-jcs-2022', proofValue: 'z1' }),
    genuine: set(good, proofOver(credential2(), { options: JCS })),
    wish: ({ verified, reports }) =>
      verified && proofsIn(reports).some((each) => Reflect.get(each, 'suite') === 'eddsa-jcs-2022'),
  }),
  proven('more proofs than are read', {
    forged: set(...Array<JsonObject>(LIMITS.proofs).fill(ofFuture), good),
    genuine: set(...Array<JsonObject>(LIMITS.proofs - 1).fill(ofFuture), good),
  }),
];

const id = (n: number): string => `urn:uuid:0000000${n}-b51e-11ed-acfe-2fcd717666a7`;
const link = (n: number, previous: readonly number[], base = RDFC): JsonObject => {
  const ids: Json[] = previous.map(id);
  return {
    ...base,
    id: id(n),
    ...(ids.length === 0 ? {} : { previousProof: ids.length === 1 ? (ids[0] ?? null) : ids }),
  };
};
const linked = (n: number, previous: readonly number[], after: JsonObject[] = [], base = RDFC): Promise<JsonObject> =>
  proofOver(credential2(), { options: link(n, previous, base), previous: after });

const first = await linked(1, []);
const second = await linked(2, []);
const third = await linked(3, [1, 2], [first, second]);
const fourth = await linked(4, [3], [third]);
const chain = set(first, second, third, fourth);
const short = set(first, second, third);

/** JSON proofs, which sign whatever is written in them. */
const unsaid = (n: number, previous: readonly number[], after: JsonObject[] = []): Promise<JsonObject> =>
  linked(n, previous, after, JCS);
const stranger: JsonObject = { type: 'BbsBlsSignature2020', id: id(5), proofValue: 'z1' };
const anonymous = await proofOver(credential2(), { options: JCS });

/** The last proof is said to stand. */
const lastStands: Wish<CredentialResult> = ({ reports }) =>
  proofsIn(reports)
    .slice(-1)
    .some((last) => Reflect.get(last, 'result') === 'passed');

const chains: readonly Attack<ProtocolSubject>[] = [
  proven('a proof that follows one of two that it named', {
    forged: set(first, second, { ...third, previousProof: id(1) }),
    genuine: short,
  }),
  proven('a proof that no longer follows any', {
    forged: set(first, second, changed(third, { previousProof: undefined })),
    genuine: short,
  }),
  proven('another proof under the name of a previous one', {
    forged: set(proofOver(credential2(), { options: { ...link(1, []), created: PAST } }), second, third),
    genuine: short,
  }),
  proven('a previous proof that is not there', { forged: set(first, unsaid(3, [1, 2], [first])), genuine: chain }),
  proven('no previous proof that is there', { forged: set(unsaid(3, [2])), genuine: chain }),
  proven('a previous proof that is there twice', {
    forged: set(first, first, unsaid(3, [1], [first, first])),
    genuine: chain,
  }),
  proven('a previous proof that is named twice', {
    forged: set(first, unsaid(3, [1, 1], [first])),
    genuine: set(first, unsaid(3, [1], [first])),
  }),
  proven('a previous proof by the name of no proof', { forged: set(anonymous, unsaid(3, [2])), genuine: chain }),
  proven('a proof that follows itself', {
    forged: async () => {
      const self = await proofOver(credential2(), { options: link(1, [1], JCS) });
      return { ...credential2(), proof: self };
    },
    genuine: chain,
  }),
  proven('a proof that follows one of an unknown kind', {
    forged: set(stranger, unsaid(6, [5], [stranger]), good),
    genuine: set(stranger, good),
  }),
  proven('a good proof after a broken one', {
    forged: async () => {
      const bad = { ...first, created: PAST };
      return { ...credential2(), proof: [bad, await linked(3, [1], [bad])] };
    },
    genuine: chain,
    wish: lastStands,
  }),
  proven('a good proof after one that follows a broken one', {
    forged: async () => {
      const bad = { ...first, created: PAST };
      const next = await linked(3, [1], [bad]);
      return { ...credential2(), proof: [bad, next, await linked(4, [3], [next])] };
    },
    genuine: chain,
    wish: lastStands,
  }),
];

export const chainRoom: readonly Attack<ProtocolSubject>[] = [...sets, ...chains];
