/** The verbs around quotas: a bureau gives one out, looks at those that were suspended, and lets one go on. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { parseRecord } from '../learning/event.ts';
import {
  addQuota,
  addQuotaKey,
  findQuotas,
  listQuotas,
  newestQuotaKey,
  type QuotaKeyRow,
  type QuotaState,
  resumeQuota,
} from '../store/quotas.ts';
import { rivalsOf } from '../store/slips.ts';
import type { JsonObject } from '../vc/json.ts';
import { ed25519FromMultibase } from '../vc/proof/key.ts';
import { makeSealedKey, openSealedKey } from '../vc/proof/sealed-key.ts';
import { isSignedQuota, type Quota, quotaFields, quotaPayload, readQuota, signQuota } from '../vc/slip/quota.ts';
import { isoSeconds } from '../vc/time.ts';
import { type Actor, authorise } from './actor.ts';
import { organisationOrThrow } from './establish.ts';

/** The source under which redeemed slips are records. */
export const slipSource = (quotaId: string): string => `slip:${quotaId}`;

/** A slip's serial as a learning record, for learning/event.ts. `learner` is its learner code. */
export function attendanceRecord(
  { record: { minutes, ...record } }: Quota,
  { serial, learner, time }: { serial: number; learner: string; time: number },
): JsonObject {
  const counted = minutes === undefined ? {} : { minutes };
  return { id: String(serial), learner: { id: learner }, ...record, ...counted, occurredAt: isoSeconds(time) };
}

/** `fields` are those of a quota but for id and issuer, dates and device key as text. Checked, signed, kept and given out once. */
export async function createQuota(
  deps: Deps,
  actor: Actor,
  fields: JsonObject,
): Promise<{ id: string; quota: string }> {
  authorise(actor, 'quotas:write');
  const { issuerId, name } = await organisationOrThrow(deps, actor.organisation);
  const ours = ['id', 'issuer', 'issuerName'].find((field) => Object.hasOwn(fields, field));
  if (ours !== undefined) throw badField(ours);
  const id = deps.random.uuid();
  const read = quotaFields({ ...fields, id, issuer: issuerId, issuerName: name });
  if (!read.ok) throw badField(read.field);
  refuseUselessQuota(deps, actor, read.quota);
  const key = await quotaKey(deps, actor);
  const signer = await openSealedKey(key.sealed, deps.sealingKey, deps.secretPrimitives);
  const quota = await signQuota(read.quota, { kid: key.id, signer });
  const publicKey = ed25519FromMultibase(key.publicKeyMultibase);
  if (!publicKey || !(await isSignedQuota(quota, { id: key.id, publicKey }, deps.primitives)))
    throw new Error(`quota key ${key.id} signs what its public key does not verify`);
  await addQuota(deps.db, { id, organisation: actor.organisation, text: quota }, auditOf(deps, actor));
  return { id, quota };
}

/** One that would end before it began, or whose slips no rule of the scheme counts, would disappoint everybody who came. */
function refuseUselessQuota(deps: Deps, actor: Actor, quota: Quota): void {
  const now = deps.clock.now();
  if (quota.until <= now) throw badField('until');
  const context = { schemes: deps.schemes, now: Math.max(now, quota.until), source: slipSource(quota.id) };
  const one = attendanceRecord(quota, { serial: 1, learner: 'anybody', time: quota.from });
  const parsed = parseRecord(one, { ...context, ...(actor.categories ? { categories: actor.categories } : {}) });
  if (!parsed.ok) throw new AppError('invalid-field', parsed.problem, `record.${parsed.problem.field}`);
}

/** The organisation's newest; the first quota makes the first. */
const quotaKey = async (deps: Deps, actor: Actor): Promise<QuotaKeyRow> =>
  (await newestQuotaKey(deps.db, actor.organisation)) ?? makeQuotaKey(deps, actor);

/** Signs from now on. Quotas of the keys before go on: they count because they are kept, not because of who can sign more. */
export async function makeQuotaKey(deps: Deps, actor: Actor): Promise<QuotaKeyRow> {
  authorise(actor, 'quotas:write');
  const made = await makeSealedKey(deps.sealingKey);
  const id = `quota-${made.publicKeyMultibase.slice(-8)}`;
  const key = { id, organisation: actor.organisation, ...made };
  await addQuotaKey(deps.db, key, auditOf(deps, actor));
  return key;
}

export type QuotaStanding = {
  state: QuotaState;
  redeemed: number;
  /** The signed quota. */
  quota: string;
  /** What it says. */
  says: JsonObject;
  /** Of one that was suspended ever: serials for which the device signed two contents. */
  contradictions: { serial: number; first: string; other: string }[];
};

export async function quotasOf(deps: Deps, actor: Actor, state?: QuotaState): Promise<QuotaStanding[]> {
  authorise(actor, 'quotas:write');
  const { organisation } = actor;
  const rows = await listQuotas(deps.db, { organisation, ...(state === undefined ? {} : { state }) });
  const rivals = await rivalsOf(
    deps.db,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, text, state, redeemed }) => ({
    state,
    redeemed,
    quota: text,
    says: quotaPayload(keptQuota(text)),
    contradictions: rivals.flatMap(({ quota, ...rival }) => (quota === id ? [rival] : [])),
  }));
}

/** A person has looked at both contents, and says in `reason` what came of it. The first content of each serial may count from now on. */
export async function resume(deps: Deps, actor: Actor, { id, reason }: { id: string; reason: string }): Promise<void> {
  authorise(actor, 'quotas:write');
  const quota = (await findQuotas(deps.db, [id])).get(id);
  if (quota?.organisation !== actor.organisation)
    throw new AppError('not-found', { zh: '没有这份配额。', en: 'There is no such quota.' });
  await resumeQuota(deps.db, quota, { ...auditOf(deps, actor), detail: reason }); // of one that is open it changes nothing
}

/** What createQuota has written. */
export function keptQuota(text: string): Quota {
  const read = readQuota(text);
  if (read.ok) return read.fields;
  throw new Error(`a kept quota does not read: ${read.reason}`);
}

const auditOf = (deps: Deps, actor: Actor) => ({
  id: deps.random.uuid(),
  at: deps.clock.now(),
  actor: actor.name,
});

const badField = (field: string) =>
  new AppError(
    'invalid-field',
    {
      zh: `“${field}” 缺少或不对。时间写成 2026-12-01T06:00:00Z,且 from < until ≤ redeemBy,until 在将来;device 为设备公钥(z6Mk…)。`,
      en: `${field} is missing or wrong. Times are written 2026-12-01T06:00:00Z with from < until ≤ redeemBy, until in the future; device is the device's public key (z6Mk…).`,
    },
    field,
  );
