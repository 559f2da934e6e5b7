/** What the READMEs and docs/ promise is checked against the code that has to keep it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { sampleRecords } from '../src/cli/console/sample-records.ts';
import { readConfig } from '../src/config.ts';
import { SCOPES } from '../src/issuer/actor.ts';
import { REASONS } from '../src/vc/verify/verdict.ts';
import { rowsIn } from './learning/formats/rows.ts';

const READMES = ['README.md', 'README.zh-CN.md'];
const DECISIONS = readdirSync('docs/decisions').map((name) => `docs/decisions/${name}`);
const DOCUMENTS = [
  ...READMES,
  'SECURITY.md',
  'docs/certificate.md',
  'docs/operating.md',
  'docs/qr.md',
  'docs/security.md',
  ...DECISIONS,
];
const read = (path: string) => readFileSync(path, 'utf8');
const matches = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, one = '']) => one);

/** Data rows of every table, cells trimmed; a table is known by the number of its columns and its first cells. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|(?:-+\|)+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

/** `CODE` in the first cell → the second cell, of rows with `columns` cells whose first is code and fits. */
const codeRows = (text: string, name: RegExp, columns: number): Map<string, string> =>
  new Map(
    rows(text).flatMap(([first = '', second = '', ...more]) => {
      const code = /^`([^`]+)`$/.exec(first)?.[1];
      return code !== undefined && name.test(code) && more.length + 2 === columns ? [[code, second]] : [];
    }),
  );

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));

describe.each(READMES)('%s', (path) => {
  const text = read(path);

  test('has every setting with its default, and no other', () => {
    const config = read('src/config.ts');
    const names = [
      ...matches(config, /\benv\.([A-Z_]+)/g),
      ...matches(config, /\b(?:whole|oneOf)\(env, '([A-Z_]+)'/g),
      ...sources.flatMap((source) => matches(read(join('src', source)), /\bprocess\.env\.([A-Z_]+)/g)),
    ];
    expect(names.length).toBeGreaterThan(15);
    const { config: settings, secrets } = readConfig({});
    const defaults = new Map(Object.entries({ ...settings, ...secrets }));
    const camelCase = (name: string) => name.toLowerCase().replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    const expected = [...new Set(names)].map((name) => {
      const value = defaults.get(camelCase(name));
      return [name, value === undefined ? '–' : `\`${value}\``];
    });
    expect(Object.fromEntries(codeRows(text, /^[A-Z_]+$/, 3))).toEqual(Object.fromEntries(expected));
  });

  test('gives a reason for every dependency, and for no other', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageJson;
    const named = [...codeRows(text, /^[@a-z][@a-z0-9/.-]*$/, 2)].filter(([, reason]) => reason !== '');
    expect(named.map(([name]) => name).sort()).toEqual(
      Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort(),
    );
  });

  test('names the settings of the interoperability server, with the ports that it takes', () => {
    const usage = read('src/cli/interop.ts');
    const names = [...new Set(matches(usage, /\b(INTEROP_[A-Z_]+)/g))];
    expect(names).toHaveLength(3);
    for (const name of names) expect(text).toContain(`\`${name}\``);
    for (const [, name = '', port = ''] of usage.matchAll(/port\('(\w+)', (\d+)\)/g)) {
      expect(usage).toMatch(new RegExp(`${name} +${port}`));
      expect(text).toMatch(new RegExp(`${port}[^0-9]{0,20}\`${name}\``));
    }
  });

  test('says the exit codes that the command gives', () => {
    const source = /EXIT_CODES[^=]*= \{([^}]*)\}/.exec(read('src/cli/verify.ts'))?.[1] ?? '';
    const codes = Object.fromEntries([...source.matchAll(/(\w+): (\d+)/g)].map(([, outcome, code]) => [outcome, code]));
    expect(Object.keys(codes).sort()).toEqual([...new Set(Object.values(REASONS)), 'valid'].sort());
    expect(Object.fromEntries(codeRows(text, /^(?:valid|invalid|stale|unknown)$/, 3))).toEqual(codes);
    const command = read('src/cli/console/command.ts');
    for (const code of ['2', '70']) {
      expect(command).toContain(`return ${code};`);
      expect(text).toMatch(new RegExp(`(?:Exit code|退出码)[^|\n]*\\b${code}\\b`));
    }
  });

  test('names every scope of an API key', () => {
    expect([...new Set(matches(text, /`((?!did:)[a-z]+:[a-z]+)`/g))].sort()).toEqual([...SCOPES].sort());
  });

  test('shows the sample as it is: rows read and refused', async () => {
    for (const { source, csv } of sampleRecords()) {
      const sample = await rowsIn(csv);
      const [, ...shown] = new RegExp(`^  ${source} +(\\d+) +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(text) ?? [];
      const [all = 0, ...parts] = shown.map(Number);
      expect(all).toBe(sample.length);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(all);
    }
  });
});

test('the two READMEs have the same parts, tables and commands', () => {
  const [english = '', chinese = ''] = READMES.map(read);
  const headings = (text: string) => matches(text, /^(#+) /gm);
  const blocks = (text: string) => matches(text, /^```sh\n([\s\S]*?)^```/gm);
  const shape = (text: string) =>
    rows(text).map((cells) => [cells.length, /^`[^` ]+`$/.test(cells[0] ?? '') && cells[0]]);
  const links = (text: string) => matches(text, /\]\((?!README)([^)]+)\)/g).sort();
  expect(blocks(english).length).toBeGreaterThan(5);
  expect(blocks(chinese)).toEqual(blocks(english));
  expect(headings(chinese)).toEqual(headings(english));
  expect(shape(chinese)).toEqual(shape(english));
  expect(links(chinese)).toEqual(links(english));
});

describe.each(DOCUMENTS)('%s', (path) => {
  const text = read(path);

  test('links to files that exist', () => {
    const targets = matches(text, /\]\((?!https?:)([^)#]+)/g).map((target) => normalize(join(dirname(path), target)));
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });

  test('names source files and folders that exist', () => {
    const named = matches(text, /(?<![\w/.-])((?:src|test|credentials|contexts|docs)\/[\w./-]*[\w/])/g);
    expect(named.filter((target) => !existsSync(target))).toEqual([]);
  });

  test('names npm scripts that exist, with options that they have', () => {
    const scripts = new Set(Object.keys(packageJson.scripts));
    expect(matches(text, /\bnpm run (?:-s )?([a-z]+)/g).filter((script) => !scripts.has(script))).toEqual([]);
    for (const [, script = '', rest = ''] of text.matchAll(/\bnpm run (?:-s )?([a-z]+) -- ([^`\n)]*)/g)) {
      const program = `src/cli/${script}.ts`;
      if (!existsSync(program)) continue; // another's program behind ours, such as wrangler
      const usage = `${read(program)} --help`;
      expect(matches(rest, /(--[a-z]+)/g).filter((option) => !usage.includes(option))).toEqual([]);
    }
  });
});
