/** One proof as it stands in a document, strictly read (Data Integrity 1.0 §2.1): known members of known types, dates, purpose, domain and challenge. */
import type { Json, JsonObject } from '../json.ts';
import { parseDateTime } from '../model/date-time.ts';
import { isUrl } from '../model/identifier.ts';
import { below } from '../model/json-pointer.ts';
import { type Fault, fault, type Outcome } from '../protocol/fault.ts';
import { CLOCK_TOLERANCE } from '../trust/bundle.ts';
import { type Cryptosuite, checkProofValue, findCryptosuite } from './cryptosuite.ts';

export type Proof = {
  readonly suite: Cryptosuite;
  readonly json: JsonObject;
  readonly verificationMethod: string;
  /** Ids of the proofs that this one follows in a chain. */
  readonly previous: readonly string[];
};

/** A proof of a kind that this verifier does not know; nothing more was read of it. */
export type UnknownProof = { readonly suite: undefined };

export type Expected = {
  readonly purpose: 'assertionMethod' | 'authentication';
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Compared with each proof's where given. */
  readonly challenge?: string;
  readonly domain?: string | readonly string[];
};

const isText = (value: Json): value is string => typeof value === 'string';
const isTexts = (value: Json): boolean =>
  isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
const isUrlText = (value: Json): boolean => isText(value) && isUrl(value);

/** Every member that may stand in a proof, and what it must be. Anything else is refused: nothing is signed over that nobody here reads. */
const MEMBERS: Readonly<Record<string, { required?: true; test: (value: Json) => boolean; form: string }>> = {
  type: { required: true, test: isText, form: 'a text' },
  cryptosuite: { test: isText, form: 'a text' },
  verificationMethod: { required: true, test: isUrlText, form: 'the URL of a verification method' },
  proofPurpose: { required: true, test: isText, form: 'a text' },
  proofValue: { required: true, test: isText, form: 'a text' },
  id: { test: isUrlText, form: 'a URL' },
  created: { test: isText, form: 'a date' },
  expires: { test: isText, form: 'a date' },
  previousProof: { test: isTexts, form: 'a text or a list of texts' },
  domain: { test: isTexts, form: 'a text or a list of texts' },
  challenge: { test: isText, form: 'a text' },
  nonce: { test: isText, form: 'a text' },
};

/** `at` is the JSON pointer of the proof. Fails with everything that can be seen without a key. */
export function readProof(proof: JsonObject, expected: Expected, at: string): Outcome<Proof | UnknownProof> {
  const { type, cryptosuite } = proof;
  if (typeof type !== 'string' || (type === 'DataIntegrityProof' && typeof cryptosuite !== 'string'))
    return {
      ok: false,
      faults: [fault('proof-malformed', 'the proof does not say of which kind it is', `${at}/type`)],
    };
  const suite = findCryptosuite(type, cryptosuite);
  if (!suite) return { ok: true, value: { suite } };
  const malformed = checkMembers(proof, suite);
  const faults =
    malformed.length > 0 ? malformed : [...checkDates(proof, suite, expected), ...checkUse(proof, expected)];
  if (faults.length > 0) return { ok: false, faults: faults.map((each) => within(each, at)) };
  const value = checkProofValue(suite, `${proof.proofValue}`);
  if (!value.ok) return { ok: false, faults: value.faults.map((each) => within(each, at)) };
  return {
    ok: true,
    value: {
      suite,
      json: proof,
      verificationMethod: `${proof.verificationMethod}`,
      previous: texts(proof.previousProof),
    },
  };
}

function checkMembers(proof: JsonObject, suite: Cryptosuite): Fault[] {
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(proof)) {
    const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (name === '@context') continue; // compared with the document's by the suite
    if (!member) faults.push(fault('proof-malformed', 'a proof has no such member', below('', name.slice(0, 100))));
    else if (!member.test(value)) faults.push(fault('proof-malformed', `expected ${member.form}`, `/${name}`));
  }
  for (const [name, { required }] of Object.entries(MEMBERS))
    if (required && !Object.hasOwn(proof, name))
      faults.push(fault('proof-malformed', `${name} is missing`, `/${name}`));
  if (suite.createdRequired && !Object.hasOwn(proof, 'created'))
    faults.push(fault('proof-malformed', `${suite.name} asks for a date of creation`, '/created'));
  if (suite.type !== 'DataIntegrityProof' && Object.hasOwn(proof, 'cryptosuite'))
    faults.push(fault('proof-malformed', `${suite.name} has no cryptosuite`, '/cryptosuite'));
  const previous = texts(proof.previousProof);
  if (new Set(previous).size !== previous.length)
    faults.push(fault('proof-malformed', 'a previous proof is named twice', '/previousProof'));
  return faults;
}

/** A date without an offset is one of UTC (§2.1). A proof is valid from the one to the other (§2.6); its signer's clock may be ten minutes ahead of ours. */
function checkDates({ created, expires }: JsonObject, { name }: Cryptosuite, { nowMs }: Expected): Fault[] {
  const faults: Fault[] = [];
  const createdMs = created === undefined ? nowMs : parseDateTime(`${created}`)?.epochMs;
  if (createdMs === undefined)
    faults.push(fault('proof-malformed', `${name} was created on no date that exists`, '/created'));
  else if (createdMs > nowMs + CLOCK_TOLERANCE * 1000)
    faults.push(fault('proof-not-yet-valid', `the proof is of ${created}`.slice(0, 60), '/created'));
  if (expires === undefined) return faults;
  const expiresMs = parseDateTime(`${expires}`)?.epochMs;
  if (expiresMs === undefined) faults.push(fault('proof-malformed', 'expires is no date that exists', '/expires'));
  else if (expiresMs <= nowMs)
    faults.push(fault('proof-expired', `the proof expired at ${expires}`.slice(0, 60), '/expires'));
  return faults;
}

/** §4.4 steps 5 to 7. */
function checkUse({ proofPurpose, domain, challenge }: JsonObject, expected: Expected): Fault[] {
  const faults: Fault[] = [];
  if (proofPurpose !== expected.purpose)
    faults.push(fault('wrong-proof-purpose', `${expected.purpose} was expected`, '/proofPurpose'));
  if (expected.domain !== undefined && !sameSet(texts(domain), [expected.domain].flat()))
    faults.push(fault('domain-mismatch', 'the proof was made for another domain', '/domain'));
  if (expected.challenge !== undefined && challenge !== expected.challenge)
    faults.push(fault('challenge-mismatch', 'the proof answers another challenge', '/challenge'));
  return faults;
}

const texts = (value: Json | undefined): string[] => [value ?? []].flat().filter(isText);

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.every((text) => b.includes(text)) && b.every((text) => a.includes(text));

export const within = (each: Fault, at: string): Fault => ({ ...each, at: `${at}${each.at ?? ''}` });
