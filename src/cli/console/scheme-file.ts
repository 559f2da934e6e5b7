/** Scheme files at the console: those that ship with this version, and one that somebody is writing. */
import { readFileSync } from 'node:fs';
import compiled from '../../../credentials/compiled.json' with { type: 'json' };
import type { SchemeError } from '../../learning/located.ts';
import type { Scheme } from '../../learning/scheme.ts';
import { parseScheme } from '../../learning/scheme-reader.ts';
import { UsageError } from './command.ts';

/** The schemes as they are in force with this version, by id. */
export const shippedSchemes: ReadonlyMap<string, Scheme> = new Map(
  compiled.schemes.map((content) => {
    const parsed = parseScheme(content);
    if (!parsed.ok) throw new Error(`credentials/compiled.json: ${JSON.stringify(parsed.errors)}`);
    return [parsed.scheme.id, parsed.scheme];
  }),
);

/** The scheme, or everything that is wrong with it, also beside the one in force under its id. Throws a UsageError when there is no such file. */
export function readSchemeFile(path: string): ReturnType<typeof parseScheme> {
  const content = parsedJson(readText(path));
  if (!content.ok) return { ok: false, errors: [content.error] };
  const parsed = parseScheme(content.value);
  if (!parsed.ok) return parsed;
  const { scheme } = parsed;
  const shipped = shippedSchemes.get(scheme.id);
  const changed = shipped !== undefined && JSON.stringify(shipped) !== JSON.stringify(scheme);
  if (!changed || scheme.version > shipped.version) return parsed;
  const error = {
    path: 'version',
    zh: `内容与现行第 ${shipped.version} 版不同,版本号应更大`,
    en: `differs from version ${shipped.version} in force, and must have a higher number`,
  };
  return { ok: false, errors: [error] };
}

export const inLines = (errors: readonly SchemeError[]): string =>
  errors.map(({ path, zh, en }) => `  ${path === '' ? '(文件 file)' : path}: ${zh}。 ${en}.`).join('\n');

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new UsageError(`${path}: 读不到这个文件。 This file cannot be read.`);
  }
}

function parsedJson(text: string): { ok: true; value: unknown } | { ok: false; error: SchemeError } {
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    return { ok: false, error: { path: '', zh: `不是 JSON(${detail})`, en: `is not JSON (${detail})` } };
  }
}
