/** Contexts: VC Data Model 2.0 §4.3 and 1.1 §4.1. The first context says which data model a document follows. */
import { isObject, type Json } from '../json.ts';
import { LIMITS } from '../limits.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { isUrl } from './identifier.ts';

export type ModelVersion = '1.1' | '2.0';

const BASE_CONTEXTS: ReadonlyMap<Json | undefined, ModelVersion> = new Map([
  ['https://www.w3.org/2018/credentials/v1', '1.1'],
  ['https://www.w3.org/ns/credentials/v2', '2.0'],
]);

export const isBaseContext = (context: Json): boolean => BASE_CONTEXTS.has(context);

/** Undefined where there is no base context, and so no rules to go by. */
export function readContext(context: Json | undefined, faults: Fault[]): ModelVersion | undefined {
  if (!Array.isArray(context)) {
    faults.push(
      fault('malformed', 'expected an array as @context, with a base context as its first item', '/@context'),
    );
    return undefined;
  }
  const [base, ...others] = context;
  const version = BASE_CONTEXTS.get(base);
  if (!version) {
    faults.push(fault('malformed', 'expected the base context of VC 2.0 or 1.1 as the first context', '/@context/0'));
    return undefined;
  }
  if (context.length > LIMITS.contexts) {
    const detail = `at most ${LIMITS.contexts} contexts are read, and there are ${context.length}`;
    faults.push(fault('too-large', detail, '/@context'));
    return version;
  }
  for (const [index, item] of others.entries()) checkFurtherContext(item, context, index + 1, faults);
  return version;
}

/** "Any combination of URLs and objects", in an ordered set: none twice. */
function checkFurtherContext(item: Json, context: readonly Json[], index: number, faults: Fault[]): void {
  const refuse = (detail: string) => faults.push(fault('malformed', detail, `/@context/${index}`));
  if (isObject(item)) return;
  if (typeof item !== 'string' || !isUrl(item)) refuse('expected an absolute URL or an object as a context');
  else if (isBaseContext(item)) refuse('expected one base context, the first');
  else if (context.indexOf(item) < index) refuse('expected each context once');
}
