/** What is fuzzed: each target has seeds, mutations of them, an answer to any input, and its own idea of what says the same. */
import fc from 'fast-check';
import { base64url, fromBase64url, fromUtf8, hex, utf8 } from '../../src/vc/encoding.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../../src/vc/json.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import type { Primitives } from '../../src/vc/primitives.ts';
import { toDigits } from '../../src/vc/qr/payload.ts';
import type { Trust } from '../../src/vc/trust/bundle.ts';
import type { Presented } from '../../src/vc/verify/read.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { NOW } from '../support/authority.ts';
import { canonicalJson } from './canonical-json.ts';
import { codeMutations, payloadMutations } from './code-mutators.ts';
import { type Genuine, makeGenuine, type Start } from './genuine.ts';
import { jsonMutations, treeEdits } from './json-mutators.ts';
import { innerEdits, jwsMutations } from './jws-mutators.ts';
import { bytesOf, type Input, type Mutation, textOf } from './mutators.ts';
import { makeProtocolTargets } from './protocol-targets.ts';

/** `refused`: the reason. */
export type Answer = 'accepted' | { readonly refused: string };

export type Target = {
  readonly name: string;
  /** Of all mutations, in proportion to the shares of the others. */
  readonly share: number;
  /** What the mutations start from, each with the answer that it must get: a target that refuses everything proves nothing. */
  readonly seeds: readonly { readonly name: string; readonly input: Input; readonly answer: Answer }[];
  readonly mutations: fc.Arbitrary<Mutation>;
  /** Throws only where a promise is broken. */
  readonly accept: (input: Input) => Promise<Answer>;
  /** One text for all inputs that say the same; undefined for what says nothing. */
  readonly canonical: (input: Input) => string | undefined | Promise<string | undefined>;
  /** The canonical forms that may be accepted. */
  readonly genuine: ReadonlySet<string>;
};

/** The verifiers compute with `primitives`, and read a trust that `watched` may have wrapped. */
export async function makeTargets(
  primitives: Primitives,
  watched: (trust: Trust) => Trust = (trust) => trust,
): Promise<readonly Target[]> {
  return [...(await makeTrustTargets(primitives, watched)), ...(await makeProtocolTargets(primitives))];
}

async function makeTrustTargets(primitives: Primitives, watched: (trust: Trust) => Trust): Promise<readonly Target[]> {
  const genuine = await makeGenuine();
  const verifier = { trust: watched(genuine.trust), primitives };
  return [
    credentialTarget(genuine, verifier),
    codeTarget(genuine, verifier),
    payloadTarget(genuine, verifier),
    jwtTarget(genuine, verifier),
    bundleTarget(genuine, primitives),
    roguePublisherTarget(genuine, primitives),
  ];
}

type Verifier = { readonly trust: Trust; readonly primitives: Primitives };

const refused = (reason: string): Answer => ({ refused: reason });

/** Asks the trust verifier; throws when it shows a credential although nothing with the same meaning was proven. */
async function judged(presented: Presented, { trust, primitives }: Verifier, isProven: () => boolean): Promise<Answer> {
  const { outcome, checks, credential } = await verify(presented, { trust, now: NOW, primitives });
  if (credential && !isProven()) throw new Error('a credential is shown that nobody signed');
  if (outcome === 'valid' || outcome === 'stale') return 'accepted';
  return refused(checks.flatMap((one) => ('reason' in one ? [one.reason] : []))[0] ?? outcome);
}

const seedsOf = <T>(starts: readonly Start<T>[], input: (issued: T) => Input) =>
  starts.map(({ name, issued, answer }) => ({ name, input: input(issued), answer }));

const valuesOf = <T, Value>(starts: readonly Start<T>[], value: (issued: T) => Value) =>
  starts.map(({ name, issued }) => ({ name, value: value(issued) }));

/** The forms of what may be accepted, and of what may be shown. */
function formsOf<T>(starts: readonly Start<T>[], form: (issued: T) => string | undefined) {
  const forms = (of: readonly Start<T>[]): ReadonlySet<string> =>
    new Set(of.flatMap(({ issued }) => form(issued) ?? []));
  return {
    genuine: forms(starts.filter(({ answer }) => answer === 'accepted')),
    proven: forms(starts.filter(({ proven }) => proven)),
  };
}

/** JSON as text and, where a mutation has touched bytes, by the way of a request's body. */
function credentialTarget({ credentials }: Genuine, verifier: Verifier): Target {
  const canonical = (input: Input) => canonicalJson(textOf(input) ?? '', withSingleProof);
  const { genuine, proven } = formsOf(credentials, (issued) => canonical(issued.json));
  const limits = { maxBytes: LIMITS.credentialBytes, maxDepth: LIMITS.credentialDepth };
  return {
    name: 'credential',
    share: 440,
    seeds: seedsOf(credentials, (issued) => issued.json),
    mutations: jsonMutations(valuesOf(credentials, (issued) => issued.credential)),
    accept: async (input) => {
      const isProven = () => proven.has(canonical(input) ?? '');
      if (typeof input === 'string') return judged({ credential: input }, verifier, isProven);
      const parsed = parseJson(input, limits);
      return parsed.ok ? judged({ document: parsed.value }, verifier, isProven) : refused(parsed.fault.reason);
    },
    canonical,
    genuine,
  };
}

/** Of a scanned text only the last run of digits counts; not one of them may differ. */
const lastDigits = (input: Input): string | undefined => textOf(input)?.match(/\d+/g)?.at(-1);

function codeTarget({ credentials }: Genuine, verifier: Verifier): Target {
  const { genuine, proven } = formsOf(credentials, (issued) => issued.digits);
  return {
    name: 'code',
    share: 200,
    seeds: seedsOf(credentials, (issued) => issued.url),
    mutations: codeMutations(
      valuesOf(credentials, ({ url, digits }) => ({ before: url.slice(0, -digits.length), digits, after: '' })),
    ),
    accept: async (input) => judged({ qr: textOf(input) ?? '' }, verifier, () => proven.has(lastDigits(input) ?? '')),
    canonical: lastDigits,
    genuine,
  };
}

function payloadTarget({ credentials }: Genuine, verifier: Verifier): Target {
  const { genuine, proven } = formsOf(credentials, (issued) => hex(issued.bytes));
  return {
    name: 'payload',
    share: 200,
    seeds: seedsOf(credentials, (issued) => issued.bytes),
    mutations: payloadMutations(valuesOf(credentials, (issued) => issued.bytes)),
    accept: async (input) => {
      const bytes = bytesOf(input);
      return judged({ qr: toDigits(bytes) }, verifier, () => proven.has(hex(bytes)));
    },
    canonical: (input) => hex(bytesOf(input)),
    genuine,
  };
}

/** A signature covers the bytes of a token, so no other token says the same. */
function jwtTarget({ tokens }: Genuine, verifier: Verifier): Target {
  const { genuine, proven } = formsOf(tokens, (token) => token);
  return {
    name: 'jwt',
    share: 80,
    seeds: seedsOf(tokens, (token) => token),
    mutations: jwsMutations(valuesOf(tokens, (token) => token)),
    accept: async (input) => {
      const jwt = textOf(input);
      return jwt === undefined ? refused('not UTF-8') : judged({ jwt }, verifier, () => proven.has(jwt));
    },
    canonical: textOf,
    genuine,
  };
}

function bundleTarget({ authority, bundle, olderBundle }: Genuine, primitives: Primitives): Target {
  return {
    name: 'bundle',
    share: 40,
    seeds: [
      { name: 'today', input: bundle, answer: 'accepted' },
      { name: 'older', input: olderBundle, answer: 'accepted' },
    ],
    mutations: jwsMutations([
      { name: 'today', value: bundle },
      { name: 'older', value: olderBundle },
    ]),
    accept: async (input) => {
      const result = await authority.open(textOf(input) ?? '', undefined, { primitives });
      return result.ok ? 'accepted' : refused(result.refusal);
    },
    canonical: textOf,
    genuine: new Set([bundle, olderBundle]),
  };
}

/** Payloads under a publisher's good signature, for a verifier that holds today's trust: what the root and the status keys signed must survive. */
function roguePublisherTarget(
  { authority, bundle, trust, olderBundle, strangeBundle }: Genuine,
  primitives: Primitives,
): Target {
  const tomorrow = { ...payloadOf(bundle), number: 42 };
  const forgetful = { ...tomorrow, statusLists: payloadOf(olderBundle).statusLists ?? [] };
  const strange = payloadOf(strangeBundle);
  const signedParts = partsOf(tomorrow);
  return {
    name: 'rogue publisher',
    share: 40,
    seeds: [
      { name: 'tomorrow', input: JSON.stringify(tomorrow), answer: 'accepted' },
      { name: 'forgetful', input: JSON.stringify(forgetful), answer: refused('revocation-cleared') },
      { name: 'strange', input: JSON.stringify(strange), answer: refused('trust-list-not-signed') },
    ],
    mutations: jsonMutations(
      [
        { name: 'tomorrow', value: tomorrow },
        { name: 'forgetful', value: forgetful },
        { name: 'strange', value: strange },
      ],
      fc.oneof({ weight: 2, arbitrary: treeEdits }, { weight: 1, arbitrary: innerEdits }),
    ),
    accept: async (input) => {
      const header = base64url(utf8('{"alg":"EdDSA","typ":"xz-bundle+jws","kid":"publisher"}'));
      const signed = `${header}.${base64url(bytesOf(input))}`;
      const signature = await authority.key('publisher').signer.sign(utf8(signed));
      const result = await authority.open(`${signed}.${base64url(signature)}`, trust, { primitives });
      return result.ok ? 'accepted' : refused(result.refusal);
    },
    canonical: (input) => {
      const text = textOf(input) ?? '';
      if (canonicalJson(text) === undefined) return undefined;
      const value: Json = JSON.parse(text);
      return isObject(value) ? [...partsOf(value)].filter((part) => !signedParts.has(part)).join('\n') : undefined;
    },
    genuine: new Set(['']),
  };
}

/** Everything in a bundle that a publisher may hand on, or leave out, but not make. */
function partsOf({ trustList, templates, statusLists }: JsonObject): ReadonlySet<string> {
  const listed = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
  return new Set([
    isObject(trustList) ? `trust list ${String(trustList.payload)}` : 'no trust list',
    ...listed(templates).map((template) => `template ${String(template)}`),
    ...listed(statusLists).map((list) => `status list ${canonicalJson(JSON.stringify(list), withSingleProof)}`),
  ]);
}

/** The proof stands as an object or as an array of one. */
function withSingleProof(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('proof' in value)) return value;
  const { proof } = value;
  return { ...value, proof: Array.isArray(proof) && proof.length === 1 ? proof[0] : proof };
}

function payloadOf(compact: string): JsonObject {
  const value: Json = JSON.parse(fromUtf8(fromBase64url(compact.split('.')[1] ?? '') ?? utf8('')) ?? '');
  if (!isObject(value)) throw new Error('no JSON object inside');
  return value;
}
