/** `npm run templates`: compiles every numbered template and gathers the schemes into credentials/compiled.json, which ships. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseArgs } from 'node:util';
import pinned from '../../contexts/pinned.json' with { type: 'json' };
import { allLevels, type Level, type Scheme } from '../learning/scheme.ts';
import { parseScheme } from '../learning/scheme-reader.ts';
import { compileTemplate, contextDigest } from '../vc/template/compile.ts';
import type { CompiledTemplate } from '../vc/template/compiled.ts';
import { provenance } from './console/provenance.ts';

export const COMPILED_PATH = 'credentials/compiled.json';

/** The text of credentials/compiled.json as its sources demand it. Throws with the file and the reason when one cannot ship. */
export async function compileCredentials(root: string): Promise<string> {
  for (const [url, { sha256 }] of Object.entries(pinned)) {
    if ((await contextDigest(url)) !== sha256)
      throw new Error(`contexts/pinned.json: ${url} is not the context that was pinned`);
  }
  const schemes: { content: unknown; scheme: Scheme }[] = [];
  const templates: CompiledTemplate[] = [];
  const sources: string[] = [];
  for (const folder of readdirSync(join(root, 'credentials'), { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const name of readdirSync(join(root, 'credentials', folder.name)).sort()) {
      const path = posix.join('credentials', folder.name, name);
      const content: unknown = JSON.parse(readFileSync(join(root, path), 'utf8'));
      if (name === 'scheme.json') schemes.push({ content, scheme: checkedScheme(path, content) });
      else if (/^\d+\.template\.json$/.test(name)) {
        templates.push(await compiledFrom(path, content));
        sources.push(path);
      }
    }
  }
  templates.sort((a, b) => a.number - b.number);
  if (new Set(templates.map(({ number }) => number)).size !== templates.length)
    throw new Error('two templates share a number');
  for (const { scheme } of schemes) refuseMismatch(scheme, templates);
  const made = provenance(root, sources);
  return `${JSON.stringify({ schemes: schemes.map(({ content }) => content), templates, made }, null, 1)}\n`;
}

/** A signed text that says 100 beside a slot that says 90 could never be mended: scheme and template must agree beforehand. */
function refuseMismatch(scheme: Scheme, templates: readonly CompiledTemplate[]): void {
  const template = templates.find(({ number }) => number === scheme.template);
  const entries = (slot: string) => template?.enums.find((own) => own.slot === slot)?.entries ?? [];
  const levels = allLevels(scheme);
  const agree =
    template?.purpose === 'milestone' &&
    template.scheme === scheme.id &&
    template.schemeVersion === scheme.version &&
    entries('stage')
      .map(({ id }) => id)
      .join() === scheme.stages.map(({ id }) => id).join() &&
    entries('level')
      .map(({ id }) => id)
      .join() === levels.map(({ id }) => id).join() &&
    levels.every((level) => {
      const texts = entries('level').find((entry) => entry.id === level.id);
      return Object.entries(asked(level)).every(([name, value]) => texts?.[name] === String(value));
    });
  if (!agree)
    throw new Error(
      `scheme ${scheme.id} and template ${scheme.template} differ in version, stages, levels, or in what a level asks for`,
    );
  const telling = scheme.consent === undefined && TELLING.exec(JSON.stringify([template?.document, template?.enums]));
  if (telling)
    throw new Error(
      `template ${scheme.template} says "${telling[0]}": scheme ${scheme.id} must say in "consent" how the learner agrees to that`,
    );
}

/** Whoever shows a certificate shows this too. */
const TELLING = /婚|孕|产妇|健康|疾病|残疾|marri|pregnan|health|disab|disease/i;

/** Every number that a level asks for, by the name that the template's text for it has. */
const asked = ({ points, minimums, attendancePercent, requires }: Level): Record<string, number> => ({
  points,
  ...minimums,
  ...requires?.activities,
  ...(attendancePercent !== undefined && { attendance: attendancePercent }),
});

function checkedScheme(path: string, content: unknown): Scheme {
  const parsed = parseScheme(content);
  if (parsed.ok) return parsed.scheme;
  throw new Error(parsed.errors.map((error) => `${path} ${error.path}: ${error.en}`).join('\n'));
}

async function compiledFrom(path: string, content: unknown): Promise<CompiledTemplate> {
  try {
    return await compileTemplate(content as Parameters<typeof compileTemplate>[0]); // the compiler refuses what is not one
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    console.log(
      'npm run templates [[--check]]\n编译 credentials/ 下的模板与方案。 Compiles the templates and schemes under credentials/.\n--check  only says whether credentials/compiled.json is up to date',
    );
    return;
  }
  const text = await compileCredentials('.');
  if (values.check) {
    if (readFileSync(COMPILED_PATH, 'utf8') === text) return;
    console.error(`${COMPILED_PATH} 不是最新的,请运行 npm run templates。 It is out of date: run npm run templates.`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(COMPILED_PATH, text);
  console.log(`${COMPILED_PATH} 已写入。 Written.`);
}

if (process.argv[1]?.endsWith('templates.js')) await main();
