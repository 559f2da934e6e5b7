/** The bundle: everything a station needs, in one document signed by a publisher; verified wholly before any of it is used. */
import * as z from 'zod/mini';
import { hex, utf8 } from '../encoding.ts';
import type { Json, JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { Primitives } from '../primitives.ts';
import { clearsBit } from '../status/bitstring.ts';
import { openStatusList, type StatusList } from '../status/status-list.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { isoSeconds } from '../time.ts';
import { count, date, number } from './field.ts';
import { type Root, signedByRoot, walkRootChain } from './root.ts';
import type { NamedSigner } from './signed-document.ts';
import {
  type GeneralJws,
  generalJws,
  headerKid,
  payloadOf,
  signCompact,
  splitCompact,
  validSigners,
} from './signed-document.ts';
import {
  keepMeanings,
  type Meanings,
  readTrustList,
  type TrustedKey,
  type TrustList,
  trustedKeys,
} from './trust-list.ts';

const bundlePayload = z.strictObject({
  number,
  issuedAt: date,
  nextUpdate: date,
  graceSeconds: count,
  root: z.array(generalJws).check(z.maxLength(LIMITS.rootDocuments)),
  trustList: generalJws,
  templates: z.array(z.string()).check(z.maxLength(LIMITS.bundleTemplates)),
  statusLists: z.array(z.record(z.string(), z.unknown())).check(z.maxLength(LIMITS.bundleStatusLists)),
  suspect: z.optional(z.array(number).check(z.maxLength(LIMITS.suspectKeys))),
});

/** What a verifier holds; immutable, made only by openBundle. */
export type Trust = {
  readonly text: string;
  readonly bundle: { readonly number: number; readonly issuedAt: number; readonly publisher: string };
  /** After this second what the trust says is no longer fresh: the bundle, the list or its publisher's key has ended, and the grace. */
  readonly freshUntil: number;
  readonly graceSeconds: number;
  readonly root: Root;
  readonly list: TrustList;
  /** The trust list as it was signed. */
  readonly listPayload: string;
  /** Of every trust list seen until now. */
  readonly meanings: Meanings;
  /** Publisher → the highest number seen of it. */
  readonly newestBundles: ReadonlyMap<string, number>;
  /** Numbers of the status lists that only an earlier bundle had. */
  readonly carriedLists: ReadonlySet<number>;
  readonly keysByNumber: ReadonlyMap<number, TrustedKey>;
  readonly keysByMethod: ReadonlyMap<string, TrustedKey>;
  readonly issuerIds: ReadonlySet<string>;
  readonly templates: ReadonlyMap<number, CompiledTemplate>;
  readonly statusLists: ReadonlyMap<number, StatusList>;
  readonly suspect: ReadonlySet<number>;
};

/** What nothing may go back behind: of the trust held until now, or of a verifier's memory of it (memory.ts). */
export type Remembered = Pick<
  Trust,
  'text' | 'root' | 'listPayload' | 'meanings' | 'newestBundles' | 'statusLists' | 'suspect'
> & { readonly bundle: Pick<Trust['bundle'], 'issuedAt'>; readonly list: Pick<TrustList, 'number'> };

export type BundleRefusal =
  | 'bundle-malformed'
  | 'root-chain-broken'
  | 'trust-list-not-signed'
  | 'trust-list-malformed'
  | 'publisher-not-authorised'
  | 'publisher-expired'
  | 'issued-in-the-future'
  | 'trust-list-rollback'
  | 'trust-list-changes-number'
  | 'bundle-rollback'
  | 'bundle-number-reused'
  | 'template-not-pinned'
  | 'status-list-not-authorised'
  | 'revocation-cleared';

export type OpenResult = { ok: true; trust: Trust } | { ok: false; refusal: BundleRefusal };

export type OpenContext = {
  /** The root that this verifier was built or configured with. */
  pinnedRoot: Root;
  now: number;
  primitives: Primitives;
  /** What was trusted until now: nothing may go back behind it. */
  previous?: Remembered | undefined;
  /** The station's own limit on age, if it is stricter. */
  stationGraceSeconds?: number;
};

/** Seconds by which two honest clocks may differ. */
export const CLOCK_TOLERANCE = 600;

/** Refuses whole, never in part. Never throws for bad input. */
export async function openBundle(text: string, context: OpenContext): Promise<OpenResult> {
  const { previous, primitives, now } = context;
  const jws = splitCompact(text);
  const payload = jws && bundlePayload.safeParse(payloadOf(jws));
  if (!jws || !payload?.success) return refuse('bundle-malformed');
  const bundle = payload.data;

  const root = await walkRootChain(previous?.root ?? context.pinnedRoot, bundle.root, primitives);
  if (!root) return refuse('root-chain-broken');
  if (!(await signedByRoot(root, 'xz-trust+jws', bundle.trustList, primitives))) return refuse('trust-list-not-signed');
  const list = readTrustList(payloadOf(bundle.trustList));
  if (!list) return refuse('trust-list-malformed');

  const publisher = await signingPublisher(jws, list, primitives);
  if (!publisher) return refuse('publisher-not-authorised');
  if (bundle.issuedAt > publisher.notAfter) return refuse('publisher-expired');
  if (bundle.issuedAt > now + CLOCK_TOLERANCE) return refuse('issued-in-the-future');
  if (previous) {
    if (list.number < previous.list.number) return refuse('trust-list-rollback');
    const otherBytes = bundle.trustList.payload !== previous.listPayload;
    if (list.number === previous.list.number && otherBytes) return refuse('trust-list-changes-number');
    const newest = previous.newestBundles.get(publisher.id) ?? 0;
    if (bundle.number < newest || bundle.issuedAt < previous.bundle.issuedAt) return refuse('bundle-rollback');
    if (bundle.number === newest && text !== previous.text) return refuse('bundle-number-reused');
  }
  const meanings = keepMeanings(previous?.meanings ?? new Map(), list);
  if (!meanings) return refuse('trust-list-changes-number');

  const templates = await pinnedTemplates(bundle.templates, list, primitives);
  if (!templates) return refuse('template-not-pinned');
  const keys = trustedKeys(list);
  const statusLists = await openStatusLists(bundle.statusLists as Json[], { list, templates, publisher, primitives }); // JSON from the strict parser
  if (!statusLists) return refuse('status-list-not-authorised');
  const carriedLists = new Set<number>();
  const compromised = new Set(keys.filter(({ state }) => state === 'compromised').map(({ number }) => number));
  for (const [listNumber, before] of previous?.statusLists ?? []) {
    if (compromised.has(before.key)) continue; // a thief's bits must not outlive the thief's key
    const after = statusLists.get(listNumber);
    if (after && clearsBit(before.bits, after.bits)) return refuse('revocation-cleared');
    if (after) continue;
    statusLists.set(listNumber, before); // leaving a list out must not be a way to forget it
    carriedLists.add(listNumber);
  }

  const graceSeconds = Math.min(
    bundle.graceSeconds,
    list.maxGraceSeconds,
    context.stationGraceSeconds ?? Number.POSITIVE_INFINITY,
  );
  return {
    ok: true,
    trust: {
      text,
      bundle: { number: bundle.number, issuedAt: bundle.issuedAt, publisher: publisher.id },
      freshUntil: Math.min(bundle.nextUpdate, list.nextUpdate, publisher.notAfter) + graceSeconds,
      graceSeconds,
      root,
      list,
      listPayload: bundle.trustList.payload,
      meanings,
      newestBundles: new Map([...(previous?.newestBundles ?? []), [publisher.id, bundle.number]]),
      carriedLists,
      keysByNumber: new Map(keys.map((key) => [key.number, key])),
      keysByMethod: new Map(keys.map((key) => [key.issuer.verificationMethod, key])),
      issuerIds: new Set(list.issuers.map(({ id }) => id)),
      templates,
      statusLists,
      suspect: new Set([
        ...(bundle.suspect ?? []).filter((key) => serves(publisher, keys, key)),
        ...[...(previous?.suspect ?? [])].filter((key) => !serves(publisher, keys, key)),
      ]),
    },
  };
}

const refuse = (refusal: BundleRefusal): OpenResult => ({ ok: false, refusal });

type Publisher = TrustList['publishers'][number];

/** What a publisher says of a key counts only for its own issuers. */
const serves = ({ issuers }: Publisher, keys: readonly TrustedKey[], key: number): boolean =>
  keys.some(({ number, issuer }) => number === key && issuers.includes(issuer.issuerId));

/** The number space is per publisher, so the publisher is who signed, not who is named. */
async function signingPublisher(
  jws: GeneralJws,
  list: TrustList,
  primitives: Primitives,
): Promise<Publisher | undefined> {
  const kid = headerKid('xz-bundle+jws', jws.signatures[0]?.protected ?? '');
  const publisher = list.publishers.find(({ id }) => id === kid);
  if (!publisher) return undefined;
  const signers = await validSigners(
    'xz-bundle+jws',
    jws,
    [{ id: publisher.id, publicKey: publisher.publicKeyMultibase }],
    primitives,
  );
  return signers.size === 1 ? publisher : undefined;
}

/** Every artefact must be pinned; the bytes that the root pinned are what our compiler wrote, so their shape is known. */
async function pinnedTemplates(artefacts: readonly string[], list: TrustList, primitives: Primitives) {
  const templates = new Map<number, CompiledTemplate>();
  for (const artefact of artefacts) {
    const digest = hex(await primitives.sha256(utf8(artefact)));
    const pin = list.templates.find(({ sha256 }) => sha256 === digest);
    if (!pin) return undefined;
    const template = JSON.parse(artefact) as CompiledTemplate; // pinned by the root, see above
    if (template.number !== pin.number) return undefined;
    if (template.format === 1) templates.set(template.number, template); // a later format: its credentials are `unknown-template` here
  }
  return templates;
}

type ListContext = {
  list: TrustList;
  templates: ReadonlyMap<number, CompiledTemplate>;
  publisher: Publisher;
  primitives: Primitives;
};

async function openStatusLists(
  credentials: readonly Json[],
  { list, templates, publisher, primitives }: ListContext,
): Promise<Map<number, StatusList> | undefined> {
  const opened = new Map<number, StatusList>();
  const keys = trustedKeys(list).filter(({ issuer }) => publisher.issuers.includes(issuer.issuerId));
  for (const credential of credentials) {
    let found: StatusList | undefined;
    for (const pin of list.templates) {
      const template = templates.get(pin.number);
      if (template?.purpose !== 'status') continue;
      const authorised = keys.filter(({ issuer }) => pin.issuers.includes(issuer.issuerId));
      found ??= await openStatusList(credential, template, authorised, primitives);
    }
    if (!found || opened.has(found.number)) return undefined;
    opened.set(found.number, found);
  }
  return opened;
}

export type BundleDraft = {
  number: number;
  issuedAt: number;
  nextUpdate: number;
  graceSeconds: number;
  root: readonly GeneralJws[];
  trustList: GeneralJws;
  templates: readonly string[];
  statusLists: readonly JsonObject[];
  suspect?: readonly number[];
};

export const signBundle = (draft: BundleDraft, publisher: NamedSigner): Promise<string> =>
  signCompact(
    'xz-bundle+jws',
    JSON.parse(
      JSON.stringify({ ...draft, issuedAt: isoSeconds(draft.issuedAt), nextUpdate: isoSeconds(draft.nextUpdate) }),
    ),
    publisher,
  );
