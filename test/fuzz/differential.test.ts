/** The short differential test, always the same credentials; `npm run fuzz` is the long one. And that it would notice. */
import { describe, expect, test } from 'vitest';
import { isObject, type JsonObject, parseJson } from '../../src/vc/json.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import { createAuthority, STATUS_TEMPLATE } from '../support/authority.ts';
import {
  addTally,
  makeSubject,
  NO_TALLY,
  runBatch,
  runDifferential,
  type Subject,
  type Tally,
} from './differential.ts';
import { MUTATIONS, type Signed } from './two-paths.ts';

const SEED = 20261124;
const ROUNDS = 3;
const EACH = 120;

const authority = await createAuthority();
const subject = await makeSubject(authority);
const { templates } = subject;

test.each(templates.map(({ number }, at) => [number, at]))(
  'template %i: both paths give the same bytes, verify what is genuine, and refuse every slot that was changed',
  async (number, at) => {
    let sum: Tally = NO_TALLY;
    for (let round = 0; round < ROUNDS; round++) {
      const report = await runBatch(subject, round * templates.length + at, { seed: SEED, credentials: EACH });
      expect(report.violation).toBeUndefined();
      expect(report.template).toBe(number);
      sum = addTally(sum, report);
    }
    const credentials = ROUNDS * EACH;
    const counted = { credentials, alone: 2 * ROUNDS, signed: ROUNDS, mutations: MUTATIONS * ROUNDS };
    expect(sum).toMatchObject(counted);
    expect(sum.tamperings).toBeGreaterThan(20 * ROUNDS);
    if (number === STATUS_TEMPLATE) return expect(sum.hostile).toBe(0); // a status list has no free text
    expect(Math.abs(sum.hostile / credentials - 0.5)).toBeLessThan(0.1);
  },
);

test('threads report every batch once', async () => {
  const batches: number[] = [];
  await runDifferential({
    seed: SEED,
    batches: 3,
    credentials: 5,
    onProgress: (report) => {
      batches.push(report.batch);
      expect(report.violation).toBeUndefined();
    },
  });
  expect(batches.sort()).toEqual([0, 1, 2]);
});

describe('notices', () => {
  /** The second template's first batch, with something broken. */
  const broken = async (change: Partial<Subject>): Promise<string> => {
    const report = await runBatch({ ...subject, ...change }, 1, { seed: SEED, credentials: 40 });
    return report.violation?.what ?? 'nothing';
  };
  const withSigned = (change: (signed: Signed) => Partial<Signed>): Partial<Subject> => ({
    sign: async (...given) => {
      const signed = await subject.sign(...given);
      return { ...signed, ...change(signed) };
    },
  });
  const withTemplate = (edit: (text: string) => string): Partial<Subject> => ({
    templates: templates.map((template): CompiledTemplate => JSON.parse(edit(JSON.stringify(template)))),
  });

  test('nothing where nothing is broken', async () => {
    expect(await broken({})).toBe('nothing');
  });

  test.each<[string, RegExp, (text: string) => string]>([
    [
      'another constant in a canonical form',
      /^canonicalDocument: at/,
      (text) => text.replace('#integer>', '#decimal>'),
    ],
    [
      'another slot in a canonical form',
      /^canonicalDocument: at/,
      (text) => text.replace('["holder"]', '["issuerName"]'),
    ],
    [
      'another constant in the proof options',
      /^canonicalProof: at/,
      (text) => text.replace('#assertionMethod>', '#authentication>'),
    ],
    [
      'an optional line that always stands',
      /no text|^canonicalDocument/,
      (text) => text.replace('"when":"validUntil"', '"when":"validFrom"'),
    ],
  ])('%s', async (_, what, edit) => {
    expect(await broken(withTemplate(edit))).toMatch(what);
  });

  const rulings = { library: true, protocol: true };
  test.each<[string, RegExp, (signed: Signed) => Partial<Signed>]>([
    [
      'a template path that accepts everything',
      /→ .*: accepted by the template path/s,
      () => ({ byTemplate: async () => 'accepted' }),
    ],
    ['a template path that accepts nothing', /^genuine, and noticed as/, () => ({ byTemplate: async () => 'noticed' })],
    ['a full path that accepts everything', /→ .*: verified by library/s, () => ({ byFullPath: async () => rulings })],
    [
      'a protocol verifier that refuses',
      /^genuine: refused by protocol/,
      () => ({ byFullPath: async () => ({ ...rulings, protocol: false }) }),
    ],
    [
      'a refusal for the date alone',
      /: refused by the template path/,
      ({ byTemplate }) => ({
        byTemplate: async (presented) => ((await byTemplate(presented)) === 'accepted' ? 'accepted' : 'refused'),
      }),
    ],
    [
      'a member that the template path overlooks',
      /^after .*: refused by/s,
      ({ credential, byTemplate }) => ({
        byTemplate: async (presented) =>
          'credential' in presented && hasMore(presented.credential, credential) ? 'accepted' : byTemplate(presented),
      }),
    ],
  ])('%s', async (_, what, change) => {
    expect(await broken(withSigned(change))).toMatch(what);
  });
});

/** Whether the text is JSON with a member that the credential has not. */
function hasMore(text: string, credential: JsonObject): boolean {
  const parsed = parseJson(text, { maxBytes: 100_000, maxDepth: 20 });
  return (
    parsed.ok && isObject(parsed.value) && Object.keys(parsed.value).some((name) => !Object.hasOwn(credential, name))
  );
}
