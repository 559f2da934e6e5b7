/** A district brings a scheme of its own: two data files, compiled as ours are, and certificates come out. No code knows of it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileCredentials } from '../../src/cli/templates.ts';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { createIssuer, issuerAt } from '../../src/issuer/establish.ts';
import { progressOf } from '../../src/issuer/progress.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { endOfSchoolYear } from '../../src/learning/calendar.ts';
import { parseScheme } from '../../src/learning/scheme-reader.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { NO_NETWORK, program, runNode } from '../support/child-command.ts';
import { asRows, type Office, openOffice } from '../support/office.ts';
import { recordsForStars, type SentRecord } from '../support/records.ts';

const named = (id: string, zh: string, en: string) => ({ id, name: { zh, en } });

/** Grandparents first learn to read with the child, then to read aloud to others. */
const scheme = {
  ...named('reading-grandparents', '祖辈伴读', 'reading grandparents'),
  version: 1,
  description: { zh: '祖辈伴读学习', en: 'Grandparents who read with children' },
  sources: [{ fact: 'invented', source: 'test' }],
  calendar: { terms: ['09-01', '03-01'] },
  stages: [
    { ...named('at-home', '在家', 'at home'), levels: [{ ...named('reader', '伴读', 'reader'), points: 20 }] },
    {
      ...named('in-class', '在校', 'in class'),
      levels: [
        {
          ...named('teller', '讲读', 'story-teller'),
          points: 30,
          requires: { levels: [{ stage: 'at-home', level: 'reader' }] },
        },
      ],
    },
  ],
  categories: [named('reading', '阅读', 'reading')],
  activities: [
    {
      ...named('hour', '伴读', 'reading together'),
      category: 'reading',
      verbs: ['read'],
      activity: 'book:*',
      points: { everyMinutes: 10, points: 10 },
    },
  ],
  caps: [{ per: 'day', points: 30 }],
  template: 90,
  validity: { schoolYears: 1 },
};

const shipped = JSON.parse(readFileSync('credentials/shangcheng-star-licence/2.template.json', 'utf8'));

/** The licence's template with other words. */
function template(): unknown {
  const text = JSON.stringify({ ...shipped, number: 90, scheme: scheme.id, enums: [] })
    .replaceAll('shangcheng-star-licence', scheme.id)
    .replaceAll('，其中线下活动不少于 {level.offline} 次', '')
    .replaceAll(', with {level.offline} or more offline activities', '');
  const entries = (items: { id: string; name: { zh: string; en: string } }[]) =>
    items.map(({ id, name }) => ({ id, ...name }));
  const levels = scheme.stages.flatMap((stage) => stage.levels);
  return {
    ...JSON.parse(text),
    enums: [
      { slot: 'stage', entries: entries(scheme.stages) },
      { slot: 'level', entries: levels.map(({ id, name, points }) => ({ id, ...name, points: String(points) })) },
    ],
  };
}

/** A copy of the project as far as credentials are compiled from it, with one folder more. */
let root: string;
let office: Office;
/** The office's machine after the folder was added. */
let deps: Deps;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'xingzheng-fifth-'));
  for (const path of ['credentials', 'src/vc/template', 'src/vc/json-ld', 'node_modules/jsonld/package.json'])
    cpSync(path, join(root, path), { recursive: true });
  cpSync('node_modules/rdf-canonize/package.json', join(root, 'node_modules/rdf-canonize/package.json'));
  addScheme(scheme);
  const { schemes, templates } = JSON.parse(await compileCredentials(root));
  office = await openOffice();
  deps = {
    ...office.deps,
    schemes: new Map(
      schemes.map((content: unknown) => {
        const parsed = parseScheme(content);
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
        return [parsed.scheme.id, parsed.scheme];
      }),
    ),
    templates: new Map(templates.map((one: { number: number }) => [one.number, one])),
  };
});
afterAll(() => {
  office.close();
  rmSync(root, { recursive: true, force: true });
});

function addScheme(content: object): void {
  const folder = join(root, 'credentials', scheme.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'scheme.json'), JSON.stringify(content));
  writeFileSync(join(folder, '90.template.json'), JSON.stringify(template()));
}

const reading = (id: string, stage: string, minutes: number, day: string): SentRecord => ({
  id,
  learner: { id: 'grandmother', name: '周桂兰' },
  scheme: scheme.id,
  stage,
  activity: `book:${id}`,
  category: 'reading',
  verb: 'read',
  occurredAt: `${day}T10:00:00+08:00`,
  minutes,
});

test('the file is checked by the command that ships', async () => {
  const file = join(root, 'credentials', scheme.id, 'scheme.json');
  expect(await runNode([program('cli/scheme'), 'check', file], NO_NETWORK)).toMatchObject({ code: 0, stderr: '' });
});

test('scheme and template must agree, and what a template tells must have been agreed to', async () => {
  const errorWith = async (content: object) => {
    addScheme(content);
    return compileCredentials(root).then(
      () => 'none',
      (error) => String(error),
    );
  };
  const [home, ...others] = scheme.stages;
  expect(await errorWith({ ...scheme, version: 2 })).toContain('differ');
  expect(await errorWith({ ...scheme, stages: others })).toContain('stages[0].levels[0].requires');
  const dearer = { ...home, levels: [{ ...home?.levels[0], points: 25 }] };
  expect(await errorWith({ ...scheme, stages: [dearer, ...others] })).toContain('differ');
  const telling = JSON.parse(JSON.stringify(template()).replaceAll('在家', '孕期'));
  addScheme(scheme);
  writeFileSync(join(root, 'credentials', scheme.id, '90.template.json'), JSON.stringify(telling));
  await expect(compileCredentials(root)).rejects.toThrow('孕');
  const asked = JSON.stringify({ ...scheme, consent: 'asked on the enrolment form' });
  writeFileSync(join(root, 'credentials', scheme.id, 'scheme.json'), asked);
  await expect(compileCredentials(root)).resolves.toContain('孕期');
});

describe('certificates', () => {
  test('an office whose key may not sign the new template goes on with what it may', async () => {
    const { organisation, logs } = office;
    const records = [
      reading('early', 'at-home', 20, '2026-09-01'),
      ...recordsForStars(1, { learner: 'parent', name: '王小明' }),
    ];
    const outcome = await recordEvents(deps, operator(organisation.id, 'zjhj'), asRows(records));
    expect(outcome.milestones).toMatchObject([{ learner: 'parent', level: '1', state: 'issued' }]);
    expect(logs).toContainEqual(expect.objectContaining({ event: 'award-failed', scheme: scheme.id }));
  });

  test('a level that waits for another stage comes with it, in order, valid to the end of the school year', async () => {
    const library = issuerAt(deps.config.publicUrl, { id: 'library', name: '社区图书馆' });
    await createIssuer(deps, library, { development: true, schemes: [scheme.id] });
    await office.renewTrust(undefined, deps);
    const actor = operator('library', 'desk');
    const first = [reading('a', 'in-class', 50, '2026-09-01'), reading('b', 'in-class', 5, '2026-09-02')];
    expect((await recordEvents(deps, actor, asRows(first))).milestones).toEqual([]);
    const { ladders } = await progressOf(deps, actor, 'grandmother');
    expect(ladders).toMatchObject([{ stage: 'in-class', points: 30, next: { levels: [{ stage: 'at-home' }] } }]);

    const { milestones } = await recordEvents(deps, actor, asRows([reading('c', 'at-home', 20, '2026-09-03')]));
    expect(milestones).toMatchObject([
      { stage: 'at-home', level: 'reader', state: 'issued' },
      { stage: 'in-class', level: 'teller', state: 'issued' },
    ]);
    const rows = (await office.credentials()).filter(({ scheme: of }) => of === scheme.id);
    for (const row of rows) {
      const { outcome, credential } = await office.verdict(row);
      expect(outcome).toBe('valid');
      const calendar = deps.schemes.get(scheme.id)?.calendar ?? { terms: [] };
      expect(credential).toMatchObject({
        scheme: scheme.id,
        issuer: { name: '社区图书馆' },
        validUntil: isoSeconds(endOfSchoolYear(row.fields.validFrom, calendar, 1)),
      });
    }
    expect(rows).toHaveLength(2);
  });
});
