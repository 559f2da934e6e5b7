/** The verbs for a source's column mapping. Whoever may send its records may say what their columns mean: that is no more power. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { type Mapping, type MappingError, parseMapping } from '../learning/formats/mapping.ts';
import { readSourceMapping, writeSourceMapping } from '../store/source-mappings.ts';
import { type Actor, authorise } from './actor.ts';

/** As it was set; undefined: the source has none, and its tables are read by the usual names. */
export async function sourceMapping(
  deps: Deps,
  actor: Actor,
): Promise<{ json: unknown; mapping: Mapping } | undefined> {
  authorise(actor, 'records:write');
  const stored = await readSourceMapping(deps.db, actor);
  if (stored === undefined) return undefined;
  const json: unknown = JSON.parse(stored);
  return { json, mapping: mappingOrThrow(json) };
}

/** Throws `invalid-field` with every error in it, and its path. */
export async function setSourceMapping(deps: Deps, actor: Actor, json: unknown): Promise<void> {
  authorise(actor, 'records:write');
  mappingOrThrow(json);
  const { organisation, source, name } = actor;
  await writeSourceMapping(
    deps.db,
    { organisation, source, mapping: JSON.stringify(json) },
    { id: deps.random.uuid(), actor: name, at: deps.clock.now() },
  );
}

const SHOWN = 10;

function mappingOrThrow(json: unknown): Mapping {
  const parsed = parseMapping(json);
  if (parsed.ok) return parsed.mapping;
  const shown = parsed.errors.slice(0, SHOWN);
  const said = (language: 'zh' | 'en') =>
    shown.map((error: MappingError) => `${error.path}: ${error[language]}`).join('; ');
  throw new AppError(
    'invalid-field',
    {
      zh: `列映射有 ${parsed.errors.length} 处错误:${said('zh')}。`,
      en: `The column mapping has ${parsed.errors.length} errors: ${said('en')}.`,
    },
    shown[0]?.path,
  );
}
