/** The short fuzz: a few thousand mutations, always the same ones, with limits in steps and bytes. `npm run fuzz` is the long one. */
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/vc/limits.ts';
import { canonicalJson } from './canonical-json.ts';
import type { Input, Mutation } from './mutators.ts';
import { runTarget } from './run.ts';
import { makeTargets, type Target } from './targets.ts';
import { makeCounter, type Work } from './work.ts';

const SEED = 20261124;
const RUNS = 4_000;

const counter = makeCounter();
const targets = await makeTargets(counter.primitives, counter.watched);
const shares = targets.reduce((sum, { share }) => sum + share, 0);
const target = (name: string): Target => {
  const found = targets.find((one) => one.name === name);
  if (!found) throw new Error(`no target ${name}`);
  return found;
};

/** The trust path runs none. */
const NO_JSON_LD = { expansions: 0, contextLoads: 0, canonicalForms: 0, quads: 0 };

/** What one credential may cost, however it is presented: one signature, and steps in proportion to its size. */
const CREDENTIAL = (length: number): Work => ({
  verifications: 1,
  verifiedBytes: 64 + length,
  hashes: 5,
  hashedBytes: 16_000 + 8 * length,
  unpackings: 0,
  unpackedBytes: 0,
  characters: 3_000 + 6 * length, // an issuer's address stands in most lines of what is signed
  parsedCharacters: 1_000 + 4 * length,
  templateSteps: 6_000, // two templates differ in nothing but the version of their scheme, and both are looked through
  ...NO_JSON_LD,
});

/** A bundle with two root keys' worth of signatures, two templates and two status lists, some of them doubled by a mutation. */
const BUNDLE = (length: number): Work => ({
  verifications: 10,
  verifiedBytes: 4 * length,
  hashes: 12,
  hashedBytes: 16_000 + 2 * length,
  unpackings: 4,
  unpackedBytes: 4 * 16 * 1024,
  characters: 1_000 + 4 * length,
  parsedCharacters: 1_000 + 2 * length,
  templateSteps: 0,
  ...NO_JSON_LD,
});

/** What the protocol verifier may spend on `documents` secured documents: expansions, forms and signatures for each proof, and statements in proportion to the size. */
const PROTOCOL =
  (documents: number) =>
  (length: number): Work => ({
    verifications: 8 * documents,
    verifiedBytes: 4_000 + 2 * length,
    hashes: 0,
    hashedBytes: 0,
    unpackings: 1,
    unpackedBytes: LIMITS.statusListBytes,
    characters: 40_000 * documents + 20 * length,
    parsedCharacters: 4_000 + 4 * length,
    templateSteps: 0,
    expansions: 8 * documents,
    contextLoads: 24 * documents,
    canonicalForms: 6 * documents,
    quads: 100 * documents + length / 20,
  });

const BOUNDS: Readonly<Record<string, (length: number) => Work>> = {
  credential: CREDENTIAL,
  code: CREDENTIAL,
  payload: (length) => CREDENTIAL(3 * length),
  jwt: CREDENTIAL,
  bundle: BUNDLE,
  'rogue publisher': (length) => BUNDLE(2 * length),
  'protocol credential': PROTOCOL(2),
  'protocol envelope': PROTOCOL(1),
  'protocol presentation': PROTOCOL(4),
  'protocol status list': PROTOCOL(2),
};

/** The same target, for which more work than its input may cost is a broken promise. */
function bounded(one: Target): Target {
  const accept = async (input: Input) => {
    let answer: Awaited<ReturnType<Target['accept']>> = { refused: 'never asked' };
    const work = await counter.workOf(async () => {
      answer = await one.accept(input);
    });
    const excess = excessOf(work, BOUNDS[one.name]?.(input.length));
    if (excess) throw new Error(`costs more than it may: ${excess}`);
    return answer;
  };
  return { ...one, accept };
}

function excessOf(work: Work, bound: Work | undefined): string | undefined {
  if (!bound) return 'no bound is set';
  const names = Object.keys(work) as (keyof Work)[]; // the members of Work
  return names.flatMap((name) => (work[name] > bound[name] ? [`${name} ${work[name]} > ${bound[name]}`] : []))[0];
}

describe.each(targets.map((one) => [one.name, one] as const))('%s', (_, one) => {
  test.each(one.seeds)('$name gets the answer that it deserves', async ({ input, answer }) => {
    expect(await one.accept(input)).toEqual(answer);
    if (answer === 'accepted') expect(one.genuine).toContain(await one.canonical(input));
  });

  test('no mutation is accepted that says something new, none throws, none costs more than it may', async () => {
    const runs = Math.ceil((RUNS * one.share) / shares);
    const report = await runTarget(bounded(one), { runs, seed: SEED });
    expect(report.violation).toBeUndefined();
    expect(report.mutations).toBe(runs);
  });
});

test('not one mutation of a payload is accepted', async () => {
  expect((await runTarget(target('payload'), { runs: 1_000, seed: SEED })).accepted).toBe(0);
});

describe('the largest credentials', () => {
  const json = String(target('credential').seeds[0]?.input);
  const whole = (part: string): string => part.repeat(Math.floor(LIMITS.credentialBytes / part.length));
  const host = 'https://edu.shangcheng.gov.cn/';
  test.each([
    ['brackets', whole('[')],
    ['quotation marks', whole('"')],
    ['white space', whole(' ')],
    ['digits', whole('1')],
    ['numbers', `[${whole('1.000000000000000000000000000000000001,')}`],
    ['escapes', `"${whole('\\u0041')}`],
    ['members', `{${Array.from({ length: 6_000 }, (_, i) => `"${i}":0`)}}`],
    ['long addresses', json.replaceAll(host, host + 'a/'.repeat(9_000))],
    ['long addresses of one part', json.replaceAll(host, host + 'a'.repeat(18_000))],
    ['a long name', json.replace('欧阳晓明月', '\\"'.repeat(400))],
    ['a longer name', json.replace('欧阳晓明月', '\\"'.repeat(30_000))],
  ])('%s: steps in proportion', async (_, text) => {
    expect(text.length).toBeLessThanOrEqual(LIMITS.credentialBytes);
    await expect(bounded(target('credential')).accept(text)).resolves.toHaveProperty('refused');
  });
});

describe('the fuzzer notices', () => {
  const few = { runs: 300, seed: SEED };

  test.each(targets.map((one) => [one.name, one] as const))('%s that accepts everything', async (_, one) => {
    const report = await runTarget({ ...one, accept: async () => 'accepted' }, few);
    expect(report.violation?.what).toContain('canonical form');
  });

  test('an exception', async () => {
    const accept = async (input: Input) => {
      if (input.length < 1_000) throw new RangeError('short');
      return { refused: 'long' };
    };
    expect((await runTarget({ ...target('credential'), accept }, few)).violation?.what).toBe('threw short');
  });

  test('work beyond a bound', () => {
    expect(excessOf({ ...CREDENTIAL(0), verifications: 2 }, CREDENTIAL(0))).toBe('verifications 2 > 1');
    expect(excessOf(CREDENTIAL(0), undefined)).toBeDefined();
  });

  test('and brings each mutation back by its path', async () => {
    const seen: Mutation[] = [];
    const onAnswer = (mutation: Mutation) => void seen.push(mutation);
    await runTarget(target('credential'), { ...few, onAnswer });
    await runTarget(target('credential'), { runs: 1, seed: SEED, path: '217', onAnswer });
    expect(seen.length).toBe(few.runs + 1);
    expect(seen.at(-1)).toEqual(seen[217]);
  });
});

describe('canonicalJson', () => {
  const same = '{"a":[1,{"b":"é"}],"c":null}';
  test.each([
    '{"c":null,"a":[1,{"b":"é"}]}',
    ' {"a" : [1.0,{"b":"\\u00e9"}],\n"\\u0063":null}',
    '{"a":[10e-1,{"b":"é"}],"c":null}',
  ])('%s says the same', (text) => expect(canonicalJson(text)).toBe(canonicalJson(same)));

  test.each([
    '{"a":[1,{"b":"e\u0301"}],"c":null}',
    '{"a":[1,["b","é"]],"c":null}',
    '{"a":[{"b":"é"},1],"c":null}',
    '{"a":["1",{"b":"é"}],"c":null}',
    '{"a":[1,{"b":"é"}]}',
    '{"a":[1,{"b":"é"}],"c":null,"__proto__":1}',
  ])('%s says something else', (text) => {
    expect(canonicalJson(text)).toBeDefined();
    expect(canonicalJson(text)).not.toBe(canonicalJson(same));
  });

  test.each([
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":1}',
    '[{"b":{"c":1,"c":1}}]',
    '[1.00000000000000000001]',
    '[9007199254740993]',
    '[-0]',
    '[1e-400]',
    '{',
    '',
  ])('%s says nothing', (text) => expect(canonicalJson(text)).toBeUndefined());
});
