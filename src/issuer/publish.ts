/** The verb that publishes: status lists signed anew from the database, and the bundle around them, one number after the other. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { addPublication, allDocuments, latestDocument } from '../store/documents.ts';
import { listSigningKeys } from '../store/keys.ts';
import { findOrganisation } from '../store/organisations.ts';
import { revokedIndexes, statusLists } from '../store/status-lists.ts';
import { listBit, STATUS_LIST_LENGTH } from '../vc/credential.ts';
import type { JsonObject } from '../vc/json.ts';
import { emptyBitstring, setBit } from '../vc/status/bitstring.ts';
import { signStatusList } from '../vc/status/status-list.ts';
import { artefactText, type CompiledTemplate } from '../vc/template/compiled.ts';
import { type BundleRefusal, signBundle, type Trust } from '../vc/trust/bundle.ts';
import { type GeneralJws, payloadOf } from '../vc/trust/signed-document.ts';
import { mayStillSign, readTrustList, type TrustedKey, type TrustList, trustedKeys } from '../vc/trust/trust-list.ts';

/** A status list is valid for this many publications' time, so that one missed night harms nobody. */
const LIST_PERIODS = 7;

/**
 * Returns the number of a bundle that holds whatever stood when this was called. Races are decided by the database: whoever
 * is not next signs again, but not for ever: many at once share a bundle.
 */
export async function publish(deps: Deps): Promise<number> {
  const before = await newestNumber(deps);
  for (;;) {
    const made = await publishOnce(deps);
    const newest = made ?? (await newestNumber(deps));
    // Another's bundle before + 2 was begun when before + 1 stood already, so after this call: it holds what this one would.
    if (made === undefined && newest < before + 2) continue;
    deps.forgetTrust();
    return newest;
  }
}

const newestNumber = async (deps: Deps): Promise<number> => (await latestDocument(deps.db, 'bundle'))?.number ?? 0;

async function publishOnce(deps: Deps): Promise<number | undefined> {
  // The newest number is read before the revocations: whatever is revoked later is then in a later bundle.
  const standing = await latestDocument(deps.db, 'bundle');
  const number = (standing?.number ?? 0) + 1;
  const previous = standing && (await openOrUndefined(deps, standing.text));
  const { trustList, list } = await installedTrustList(deps);
  const now = notBefore(deps.clock.now(), previous);
  const period = deps.config.bundleHours * 3600;
  const lists = await signLists(deps, trustedKeys(list), { validFrom: now, validUntil: now + LIST_PERIODS * period });
  const listed = new Set(list.publishers.filter(({ notAfter }) => now <= notAfter).map(({ id }) => id));
  const publisher = (await listSigningKeys(deps.db)).filter(({ id }) => listed.has(id)).at(-1);
  if (!publisher) throw notEstablished('publisher key');
  const text = await signBundle(
    {
      number,
      issuedAt: now,
      nextUpdate: now + period,
      graceSeconds: deps.config.bundleGraceDays * 86_400,
      root: (await allDocuments(deps.db, 'root')).map((root) => JSON.parse(root.text)),
      trustList,
      templates: pinnedArtefacts(deps, list),
      statusLists: lists.map(({ credential }) => credential),
    },
    { kid: publisher.id, signer: await deps.signer(publisher.id) },
  );
  // What our own verifier would refuse must never take the place of what it accepts.
  const opened = await deps.openBundle(text, { now, previous });
  if (!opened.ok) {
    throw unpublishable(opened.refusal);
  }
  const made = await addPublication(deps.db, {
    bundle: { number, text, publishedAt: deps.clock.now() },
    statusLists: lists.map((one) => ({ number: one.number, text: JSON.stringify(one.credential) })),
  });
  return made ? number : undefined;
}

/** Undefined when the standing bundle no longer opens, or is dated far ahead: then any good one may follow. */
async function openOrUndefined(deps: Deps, text: string): Promise<Trust | undefined> {
  const opened = await deps.openBundle(text, { now: deps.clock.now(), previous: undefined });
  return opened.ok ? opened.trust : undefined;
}

/** Two honest clocks differ a little: a bundle is never dated before the one that it follows. */
const notBefore = (now: number, previous: Trust | undefined): number => Math.max(now, previous?.bundle.issuedAt ?? 0);

async function installedTrustList(deps: Deps): Promise<{ trustList: GeneralJws; list: TrustList }> {
  const document = await latestDocument(deps.db, 'trust-list');
  const trustList: GeneralJws | undefined = document && JSON.parse(document.text); // checked when it was installed
  const list = trustList && readTrustList(payloadOf(trustList));
  if (!trustList || !list) throw notEstablished('trust list');
  return { trustList, list };
}

/** Lists in use, and for each organisation the next one, so that the first entry of a new list finds it published. */
async function signLists(deps: Deps, keys: readonly TrustedKey[], dates: { validFrom: number; validUntil: number }) {
  const signed: { number: number; credential: JsonObject }[] = [];
  const spare = new Set<string>();
  for (const { number, organisation, allocated } of await statusLists(deps.db)) {
    if (allocated === 0 && spare.has(organisation)) continue;
    if (allocated === 0) spare.add(organisation);
    const key = await statusKey(deps, keys, { organisation, number, now: dates.validFrom });
    if (!key) {
      // One bureau's missing key must not stop the revocations of all: verifiers keep its older list, which grows stale.
      deps.log({
        event: 'status-list-not-signed',
        number,
        organisation,
        reason: 'no status key of the trust list fits',
      });
      continue;
    }
    const bits = emptyBitstring();
    for (const index of await revokedIndexes(deps.db, number, STATUS_LIST_LENGTH)) setBit(bits, listBit(index));
    const template = statusTemplate(deps, key);
    const signer = await deps.signer(key.number);
    signed.push({
      number,
      credential: await signStatusList(template, key.issuer, { number, bits, ...dates }, signer, deps.primitives),
    });
  }
  return signed;
}

async function statusKey(
  deps: Deps,
  keys: readonly TrustedKey[],
  { organisation, number, now }: { organisation: string; number: number; now: number },
): Promise<TrustedKey | undefined> {
  const issuerId = (await findOrganisation(deps.db, organisation))?.issuerId;
  const held = new Set((await listSigningKeys(deps.db)).map(({ number }) => number));
  return keys
    .filter((one) => one.issuer.issuerId === issuerId && one.purpose === 'status' && held.has(one.number))
    .filter((one) => one.statusLists.includes(number) && mayStillSign(one, now))
    .at(-1);
}

function statusTemplate(deps: Deps, key: TrustedKey): CompiledTemplate {
  const template = key.templates.map((number) => deps.templates.get(number)).find((one) => one?.purpose === 'status');
  if (!template) throw notEstablished('status template');
  return template;
}

function pinnedArtefacts(deps: Deps, list: TrustList): string[] {
  return list.templates.map(({ number }) => {
    const template = deps.templates.get(number);
    if (!template) throw notEstablished(`template ${number}`);
    return artefactText(template);
  });
}

const unpublishable = (refusal: BundleRefusal) =>
  new AppError('not-established', {
    zh: `未发布:新的数据包会被核验端拒绝(${refusal});原来的仍然有效。`,
    en: `Not published: verifiers would refuse the new bundle (${refusal}). The old one stands.`,
  });

const notEstablished = (what: string) =>
  new AppError('not-established', {
    zh: `尚未建立签发体系:缺少 ${what}。请运行 npm run keygen -- --help。`,
    en: `The trust is not established: ${what} is missing. See npm run keygen -- --help.`,
  });
