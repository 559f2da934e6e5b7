/** `npm run scheme` as it ships: what an official sees before a change goes live. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleRecords } from '../../src/cli/console/sample-records.ts';
import { NO_NETWORK, program, runNode } from '../support/child-command.ts';

const run = (...args: string[]) => runNode([program('cli/scheme'), ...args], NO_NETWORK);
const SHIPPED = readdirSync('credentials', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'status-list')
  .map(({ name }) => name);

let desk: string;
const at = (name: string) => join(desk, name);
const licence = JSON.parse(readFileSync('credentials/shangcheng-star-licence/scheme.json', 'utf8'));
const write = (name: string, content: unknown) => {
  writeFileSync(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  return at(name);
};

beforeAll(() => {
  desk = mkdtempSync(join(tmpdir(), 'xingzheng-schemes-'));
  const [first, ...others] = sampleRecords().map(({ csv }) => csv.trimEnd().split('\r\n'));
  write('records.csv', [...(first ?? []), ...others.flatMap((lines) => lines.slice(1))].join('\r\n'));
});
afterAll(() => rmSync(desk, { recursive: true, force: true }));

describe('show', () => {
  test('without an id lists the schemes', async () => {
    const { code, stdout } = await run('show');
    expect(code).toBe(0);
    expect(SHIPPED).toHaveLength(4);
    for (const id of SHIPPED) expect(stdout).toContain(id);
  });

  test.each(SHIPPED)('%s: every assumption, fact, source, stage, level, activity', async (id) => {
    const { code, stdout } = await run('show', id);
    expect(code).toBe(0);
    const texts: string[] = [];
    JSON.parse(readFileSync(`credentials/${id}/scheme.json`, 'utf8'), (key, value) => {
      if (['assumption', 'fact', 'source', 'zh', 'en', 'id'].includes(key)) texts.push(value);
      return value;
    });
    expect(texts.length).toBeGreaterThan(10);
    // A category is named where a level or cap speaks of it.
    const categories = JSON.parse(readFileSync(`credentials/${id}/scheme.json`, 'utf8')).categories;
    const left = texts.filter((text) => !stdout.includes(text));
    expect(left.filter((text) => !JSON.stringify(categories).includes(text))).toEqual([]);
  });

  test('an id that there is not is wrong usage', async () => {
    expect(await run('show', 'nowhere')).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('check', () => {
  test('a scheme that ships has no errors', async () => {
    for (const id of SHIPPED) {
      expect(await run('check', `credentials/${id}/scheme.json`)).toMatchObject({ code: 0, stderr: '' });
    }
  });

  test('all errors, each with its path, in Chinese and English', async () => {
    const [one, ...levels] = licence.levels;
    const file = write('wrong.json', {
      ...licence,
      colour: 'red',
      version: 2,
      levels: [{ ...one, points: 0 }, ...levels],
      activities: [{ ...licence.activities[0], category: 'outdoor' }],
    });
    const { code, stdout, stderr } = await run('check', file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    for (const path of ['colour', 'levels[0].points', 'activities[0].category'])
      expect(stderr).toContain(`  ${path}: `);
    expect(stderr).toContain('没有这一项');
    expect(stderr).toContain('is not a known key');
    expect(stderr.trim().split('\n')).toHaveLength(4);
  });

  test('changed rules under the number of the version in force', async () => {
    const changed = { ...licence, activities: licence.activities.slice(1) };
    expect(await run('check', write('same-version.json', changed))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('  version: '),
    });
    expect((await run('check', write('next-version.json', { ...changed, version: 2 }))).code).toBe(0);
  });

  test('what is no JSON, and what is not there', async () => {
    expect((await run('check', write('broken.json', '{"id": '))).code).toBe(1);
    expect((await run('check', at('nowhere.json'))).code).toBe(2);
    expect((await run('check')).code).toBe(2);
    expect((await run('burn', at('broken.json'))).code).toBe(2);
  });
});

describe('simulate', () => {
  /** The stars of the demonstration, which issues what these records earn. */
  const STARS = [223, 123, 44, 21, 7];
  type Line = { level: string; before: number; after: number; gain: number; lose: number };
  const totals = (lines: Line[]) =>
    licence.levels.map(({ id }: { id: string }) =>
      lines
        .filter(({ level }) => level === id)
        .reduce<[number, number, number, number]>(
          (sum, { before, after, gain, lose }) => [sum[0] + before, sum[1] + after, sum[2] + gain, sum[3] + lose],
          [0, 0, 0, 0],
        ),
    );
  const simulated = async (content: unknown, ...more: string[]) => {
    const file = write('proposed.json', content);
    const { code, stdout, stderr } = await run('simulate', file, '--records', at('records.csv'), '--json', ...more);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  test('the version in force against itself changes nothing', async () => {
    const { from, to, records, learners, levels } = await simulated(licence);
    expect({ from, to, learners }).toEqual({ from: 1, to: 1, learners: { all: 252, gaining: 0, losing: 0 } });
    expect(records.counted).toBeGreaterThan(5_000);
    expect(records.refused['unknown-activity']).toBeGreaterThan(0);
    expect(totals(levels)).toEqual(STARS.map((count) => [count, count, 0, 0]));
  });

  test('fewer points for a star: some gain, nobody loses', async () => {
    const levels = licence.levels.map((level: { points: number }) => ({ ...level, points: level.points * 0.9 }));
    const { learners, levels: lines } = await simulated({ ...licence, version: 2, levels });
    expect(learners.gaining).toBeGreaterThan(0);
    expect(learners.losing).toBe(0);
    for (const [before, after, gain, lose] of totals(lines)) expect([after - before, lose]).toEqual([gain, 0]);
  });

  test('more offline activities for a star: some lose, and it says that certificates stay', async () => {
    const levels = licence.levels.map((level: object, at: number) => ({ ...level, minimums: { offline: at + 3 } }));
    const { learners, levels: lines } = await simulated({ ...licence, version: 2, levels });
    expect(learners.losing).toBeGreaterThan(0);
    for (const [before, after, gain, lose] of totals(lines)) expect([before - after, gain]).toEqual([lose, 0]);
    const { stdout } = await run('simulate', at('proposed.json'), '--records', at('records.csv'));
    expect(stdout).toContain('已签发的证书不会因此失效');
    expect(stdout).toMatch(new RegExp(`losing: ${learners.losing}$`, 'm'));
  });

  test('a scheme that is not in force yet: all that is reached is gained', async () => {
    const { from, levels } = await simulated({ ...licence, id: 'shangcheng-star-licence-2' });
    expect(from).toBeNull();
    // Records that name the old scheme are not of this one.
    expect(totals(levels)).toEqual(STARS.map(() => [0, 0, 0, 0]));
  });

  test('rules for one source speak of the records of that source', async () => {
    const activities = licence.activities.map((one: object) => ({ ...one, providers: ['zjhj'] }));
    const proposed = { ...licence, version: 2, activities };
    expect((await simulated(proposed)).learners.losing).toBeGreaterThan(200);
    expect((await simulated(proposed, '--source', 'zjhj')).learners.losing).toBe(0);
  });

  test('errors in the file, and no records', async () => {
    expect((await run('simulate', at('wrong.json'), '--records', at('records.csv'))).code).toBe(1);
    expect((await run('simulate', at('proposed.json'))).code).toBe(2);
    expect((await run('simulate', at('proposed.json'), '--records', at('nowhere.csv'))).code).toBe(2);
    writeFileSync(at('other.csv'), 'a,b\n1,2\n');
    expect((await run('simulate', at('proposed.json'), '--records', at('other.csv'))).code).toBe(2);
  });
});
