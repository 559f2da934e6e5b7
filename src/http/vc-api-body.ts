/** What the VC-API's endpoints share (VCALM §2.4, §3): strict bodies, the known options, refusals and verification answers. */
import type { Context, MiddlewareHandler } from 'hono';
import { authorise, type Scope } from '../issuer/actor.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../vc/json.ts';
import { LIMITS } from '../vc/limits.ts';
import { type Fault, fault } from '../vc/protocol/fault.ts';
import { type ProblemDetail, problemDetail } from '../vc/protocol/report.ts';
import type { AppEnv } from './app-env.ts';
import { requireKey } from './auth.ts';
import { bodyText, mediaType } from './body.ts';

export type VcContext = Context<AppEnv>;

/** In the product a key with the scope; on the interoperability server nobody is asked. */
export const access =
  (scope: Scope): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (c.get('credentialIssuers').open) return next();
    return requireKey(c, async () => {
      authorise(c.get('actor'), scope);
      await next();
    });
  };

export type Options = {
  readonly challenge?: string;
  readonly domain?: string | readonly string[];
  readonly credentialId?: string;
  readonly mandatoryPointers?: readonly string[];
  readonly selectivePointers?: readonly string[];
  readonly returnResults: boolean;
  readonly returnProblemDetails: boolean;
  readonly returnCredential: boolean;
  readonly returnPresentation: boolean;
};

const DEFAULTS: Options = {
  returnResults: true,
  returnProblemDetails: true,
  returnCredential: false,
  returnPresentation: false,
};

const isText = (value: Json): boolean => typeof value === 'string';
const isTexts = (value: Json): boolean => Array.isArray(value) && value.every(isText);
const isFlag = (value: Json): boolean => typeof value === 'boolean';

/** `checks` asks for fewer checks; every check is made all the same. */
const KNOWN: Readonly<Record<keyof Options | 'checks', (value: Json) => boolean>> = {
  checks: isTexts,
  challenge: isText,
  domain: (value) => isText(value) || isTexts(value),
  credentialId: isText,
  mandatoryPointers: isTexts,
  selectivePointers: isTexts,
  returnResults: isFlag,
  returnProblemDetails: isFlag,
  returnCredential: isFlag,
  returnPresentation: isFlag,
};

export type VcBody =
  | { readonly ok: true; readonly value: JsonObject; readonly options: Options }
  | { readonly ok: false; readonly problems: readonly ProblemDetail[] };

/** VCALM says JSON; W3C's cryptosuite test suites tell their users to expect the second. Both are read alike. */
const MEDIA_TYPES = ['application/json', 'application/ld+json'] as const;

/** Size and media type are refused as everywhere (413, 415); whatever is wrong in the JSON is a problem of the VC-API's kind. */
export async function vcBody(c: VcContext, members: readonly string[]): Promise<VcBody> {
  mediaType(c, MEDIA_TYPES);
  const limits = { maxBytes: LIMITS.documentBytes, maxDepth: LIMITS.documentDepth };
  const parsed = parseJson(await bodyText(c, limits.maxBytes), limits);
  if (!parsed.ok) {
    const where =
      parsed.fault.reason === 'too-large' ? '' : `at character ${parsed.fault.at}: expected ${parsed.fault.expected}`;
    return problems(fault('unparsable', `the body is not acceptable JSON ${where}`));
  }
  const { value } = parsed;
  if (!isObject(value)) return problems(fault('malformed', 'the body must be one JSON object'));
  const stranger = Object.keys(value).find((name) => name !== 'options' && !members.includes(name));
  if (stranger !== undefined) return problems(fault('malformed', `expected ${members.join(', ')}`, pointer(stranger)));
  return withOptions(value);
}

function withOptions(value: JsonObject): VcBody {
  const given = value.options ?? {};
  if (!isObject(given)) return problems(fault('malformed', 'expected an object', '/options'));
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(KNOWN, name));
  if (unknown !== undefined) return { ok: false, problems: [unknownOption(unknown)] };
  for (const [name, known] of Object.entries(KNOWN)) {
    const option = given[name];
    if (option !== undefined && !known(option))
      return problems(fault('malformed', 'not of the expected type', pointer('options', name)));
  }
  return { ok: true, value, options: { ...DEFAULTS, ...(given as Partial<Options>) } }; // every member was just checked
}

const unknownOption = (name: string): ProblemDetail => ({
  type: 'https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED',
  title: 'unknown-option',
  detail: `${pointer('options', name)}: known are ${Object.keys(KNOWN).join(', ')}`,
});

const pointer = (...names: string[]): string =>
  names.map((name) => `/${name.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const problems = (...faults: Fault[]): VcBody => ({ ok: false, problems: faults.map(problemDetail) });

/** 400 where something should have been made: the first problem as the problem document, all of them inside. */
export function refused(c: VcContext, details: readonly ProblemDetail[]): Response {
  const body = { ...details[0], status: 400, problemDetails: details };
  return c.body(JSON.stringify(body), 400, { 'content-type': 'application/problem+json' });
}

export type Answer = {
  readonly problems: readonly ProblemDetail[];
  readonly results: readonly unknown[];
  readonly options: Pick<Options, 'returnResults' | 'returnProblemDetails'>;
  readonly more?: Readonly<Record<string, unknown>>;
};

/** 200 and `verified: true` only when nothing is wrong; 400 in the same shape otherwise. */
export function answer(c: VcContext, { problems: found, results, options, more = {} }: Answer): Response {
  const verified = found.length === 0;
  const body = {
    verified,
    ...(options.returnProblemDetails ? { problemDetails: found } : {}),
    ...(options.returnResults ? { results } : {}),
    ...more,
  };
  return c.json(body, verified ? 200 : 400);
}

export const badRequest = (c: VcContext, details: readonly ProblemDetail[]): Response =>
  answer(c, { problems: details, results: [], options: DEFAULTS });
