/** The verb that reads the audit of an organisation, for its operator. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { auditPage } from '../store/audit.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';

export type ShownAudit = { id: string; at: string; actor: string; action: string; object: string; detail?: string };

/** Newest first. `next` leads on to what is older. */
export async function readAudit(
  deps: Deps,
  actor: Actor,
  { after, limit }: { after?: string; limit: number },
): Promise<{ entries: ShownAudit[]; next?: string }> {
  authorise(actor, 'organisation:operate');
  const before = after === undefined ? undefined : placeOf(after);
  const rows = await auditPage(deps.db, actor.organisation, { ...(before ? { before } : {}), limit });
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    entries: rows.map(({ id, at, actor: by, action, object, detail }) => ({
      id,
      at: isoSeconds(at),
      actor: by,
      action,
      object,
      ...(detail === null ? {} : { detail }),
    })),
    ...(last ? { next: `${last.at}.${last.id}` } : {}),
  };
}

function placeOf(after: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,10})\.([\x21-\x7e]{1,64})$/.exec(after) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new AppError(
    'invalid-field',
    { zh: '“after” 应取自上一页的 next。', en: 'after must be what the page before gave as next.' },
    'after',
  );
}
