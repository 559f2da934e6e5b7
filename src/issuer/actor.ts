/** Who asks: an organisation's API key, or the operator at the console; and what each may do. */
import { AppError } from '../errors.ts';

/** The last is the operator's: records of every source, and whatever needs a person's decision. */
export const SCOPES = [
  'records:write',
  'credentials:read',
  'credentials:revoke',
  'learners:read',
  'learners:link',
  'quotas:write',
  'verify:batch',
  'vc:issue',
  'vc:verify',
  'organisation:operate',
] as const;
export type Scope = (typeof SCOPES)[number];

export type Actor = {
  readonly organisation: string;
  /** The source of records: from the key, never from a body. */
  readonly source: string;
  /** For the audit: `key:<id>` or `operator`. */
  readonly name: string;
  readonly scopes: ReadonlySet<string>;
  /** Categories that it may record; undefined: all. */
  readonly categories?: ReadonlySet<string>;
};

export const operator = (organisation: string, source = 'operator'): Actor => ({
  organisation,
  source,
  name: 'operator',
  scopes: new Set(SCOPES),
});

/** Throws `forbidden` unless the actor holds the scope. */
export function authorise(actor: Actor, scope: Scope): void {
  if (actor.scopes.has(scope)) return;
  throw new AppError('forbidden', {
    zh: `此密钥没有权限 ${scope},请向本单位管理员申请。`,
    en: `This key lacks the scope ${scope}. Ask your organisation's operator for it.`,
  });
}
