/** The verbs that set up who may sign: issuers and their keys, the publisher, the trust list's draft, and its installation. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  addDocument,
  allDocuments,
  type DocumentKind,
  findDocument,
  latestDocument,
  withdrawDocument,
} from '../store/documents.ts';
import {
  addSigningKey,
  addStatusLists,
  listSigningKeys,
  nextKeyNumber,
  type SigningKeyRow,
  updateKeyEntries,
} from '../store/keys.ts';
import { createOrganisation, findOrganisation, listOrganisations, type Organisation } from '../store/organisations.ts';
import { statusLists } from '../store/status-lists.ts';
import { hex, utf8 } from '../vc/encoding.ts';
import { isObject, type JsonObject } from '../vc/json.ts';
import { makeSealedKey } from '../vc/proof/sealed-key.ts';
import { artefactText } from '../vc/template/compiled.ts';
import { isoSeconds } from '../vc/time.ts';
import { readRoot, signedByRoot } from '../vc/trust/root.ts';
import { type GeneralJws, payloadOf, splitCompact } from '../vc/trust/signed-document.ts';
import { keepMeanings, type Meanings, readTrustList, type TrustList } from '../vc/trust/trust-list.ts';
import { makeIssuedSet } from './issued-set.ts';
import { publish } from './publish.ts';

const DAY = 86_400;
/** Lists of 131,072 entries that an issuer gets at a time. */
const STATUS_LISTS = 4;

/** Frozen from here on: the DID, the credential base and the status base are never derived from a setting again. */
export function issuerAt(publicUrl: string, { id, name }: { id: string; name: string }): Organisation {
  const did = `did:web:${encodeURIComponent(new URL(publicUrl).host)}:issuers:${id}`;
  return {
    id,
    name,
    issuerId: did,
    credentialBase: `${publicUrl}/credentials/`,
    statusBase: `${publicUrl}/status-lists/`,
  };
}

export type KeyDays = { milestone: number; status: number; jwt: number; publisher: number; general: number };
export const KEY_DAYS: KeyDays = { milestone: 92, status: 400, jwt: 400, publisher: 400, general: 92 };

/** What the keys of an issuer in the trust list are for. */
export const ISSUER_PURPOSES = ['milestone', 'status', 'jwt'] as const;
export type IssuerPurpose = (typeof ISSUER_PURPOSES)[number];

export type IssuerOptions = {
  development: boolean;
  /** Schemes whose certificates it may sign; absent: all that are compiled here. */
  schemes?: readonly string[];
};

/**
 * The organisation with status lists and one key for each purpose: whatever of them is missing is made, so that a
 * set-up that was broken off can be repeated. Returns how many keys were made.
 */
export async function createIssuer(deps: Deps, organisation: Organisation, options: IssuerOptions): Promise<number> {
  await createOrganisation(deps.db, organisation, deps.clock.now());
  const standing = await organisationOrThrow(deps, organisation.id);
  if ((await statusLists(deps.db, standing.id)).length === 0) await addStatusLists(deps.db, standing.id, STATUS_LISTS);
  const held = (await listSigningKeys(deps.db)).filter((key) => key.organisation === standing.id);
  const missing = ISSUER_PURPOSES.filter((purpose) => !held.some((key) => key.purpose === purpose));
  for (const purpose of missing) await createKey(deps, standing, { ...options, purpose });
  return missing.length;
}

/** A further key for an issuer: it signs once a trust list that names it is installed. Returns its verification method. */
export async function createKey(
  deps: Deps,
  organisation: Organisation,
  { purpose, development, schemes }: IssuerOptions & { purpose: IssuerPurpose },
): Promise<string> {
  const number = await nextKeyNumber(deps.db);
  const id = `${organisation.issuerId}#key-${number}`;
  const now = deps.clock.now();
  const templates = [...deps.templates.values()]
    .filter((template) => template.purpose === (purpose === 'status' ? 'status' : 'milestone'))
    .filter(({ scheme }) => scheme === undefined || schemes === undefined || schemes.includes(scheme))
    .map((template) => template.number);
  const notBefore = purpose === 'jwt' ? await firstCertificates(deps, organisation) : undefined;
  const dates = { notBefore: notBefore ?? isoSeconds(now), notAfter: isoSeconds(now + KEY_DAYS[purpose] * DAY) };
  await keepNewKey(deps, { number, purpose, organisation: organisation.id, development }, (publicKeyMultibase) => ({
    number,
    id,
    publicKeyMultibase,
    purpose,
    templates,
    ...dates,
    state: 'active',
  }));
  return id;
}

/** A token's only date is its certificate's `validFrom`, so a jwt key's period begins with that of the first milestone key. */
async function firstCertificates(deps: Deps, { id }: Organisation): Promise<string | undefined> {
  const held = await listSigningKeys(deps.db);
  const starts = held
    .filter(({ organisation, purpose }) => organisation === id && purpose === 'milestone')
    .map(({ entry }) => String(JSON.parse(entry).notBefore)); // createKey wrote it
  return starts.sort().at(0);
}

/**
 * A key for what an organisation issues by request over the VC-API: of a DID apart from that of its certificates, and in no
 * trust list. Returns its verification method.
 */
export async function createGeneralKey(
  deps: Deps,
  organisation: Organisation,
  { development }: { development: boolean },
): Promise<string> {
  const number = await nextKeyNumber(deps.db);
  const did = `${organisation.issuerId}:general`;
  const now = deps.clock.now();
  const kept = { number, purpose: 'general' as const, organisation: organisation.id, development };
  return keepNewKey(deps, kept, (publicKeyMultibase) => ({
    id: `${did}#key-${number}`,
    publicKeyMultibase,
    did,
    statusBase: `${deps.config.publicUrl}/issuers/${organisation.id}/status-lists/`,
    notBefore: isoSeconds(now),
    notAfter: isoSeconds(now + KEY_DAYS.general * DAY),
  }));
}

/** The key that signs bundles; returns its id. */
export async function createPublisher(deps: Deps, { development }: { development: boolean }): Promise<string> {
  const notAfter = isoSeconds(deps.clock.now() + KEY_DAYS.publisher * DAY);
  const kept = { number: null, purpose: 'publisher' as const, organisation: null, development };
  return keepNewKey(deps, kept, (publicKeyMultibase) => ({
    id: `${development ? 'development-' : ''}publisher-${publicKeyMultibase.slice(-8)}`,
    publicKeyMultibase,
    notAfter,
  }));
}

type NewKey = Pick<SigningKeyRow, 'number' | 'purpose' | 'organisation' | 'development'>;

/** Makes a key, seals it and keeps it with what the trust list is to say of it. Returns the id in that entry. */
async function keepNewKey(
  deps: Deps,
  key: NewKey,
  entryFor: (publicKeyMultibase: string) => JsonObject & { id: string },
): Promise<string> {
  const made = await makeSealedKey(deps.sealingKey);
  const entry = entryFor(made.publicKeyMultibase);
  const row = { ...key, ...made, id: entry.id, entry: JSON.stringify(entry) };
  await addSigningKey(deps.db, row, deps.random.uuid(), deps.clock.now());
  return entry.id;
}

export type KeyState = 'active' | 'retired' | 'compromised';

/** What a draft says anew of a key. */
export type KeyChange = { state: KeyState; issuedSet?: { sha256: string; count: number } };

/**
 * The next trust list as this database would have it: public, unsigned, for the offline root to look at and sign.
 * `changes` says something else of keys, by number. What the installed list says of keys and hosts goes on.
 */
export async function draftTrustList(
  deps: Deps,
  changes: ReadonlyMap<number, KeyChange> = new Map(),
): Promise<JsonObject> {
  const now = deps.clock.now();
  const organisations = await listOrganisations(deps.db);
  const keys = await listSigningKeys(deps.db);
  const lists = await statusLists(deps.db);
  const issuerIds = organisations.map(({ issuerId }) => issuerId);
  const stranger = [...changes.keys()].find((number) => !keys.some((key) => key.number === number));
  if (stranger !== undefined) throw refused(`there is no key ${stranger}`);
  const entriesOf = (organisation: string): JsonObject[] =>
    keys
      .filter((key) => key.organisation === organisation && key.purpose !== 'general') // of another DID, which no station trusts
      .map(({ entry, number }) => changed(JSON.parse(entry), changes.get(number ?? 0)));
  const signs = (organisation: string, template: number) =>
    entriesOf(organisation).some((entry) => Array.isArray(entry.templates) && entry.templates.includes(template));
  const templates = await Promise.all(
    [...deps.templates.values()].map(async (template) => ({
      number: template.number,
      issuers: organisations.filter(({ id }) => signs(id, template.number)).map(({ issuerId }) => issuerId),
      sha256: hex(await deps.primitives.sha256(utf8(artefactText(template)))),
    })),
  );
  const installed = await latestDocument(deps.db, 'trust-list');
  const before = installed && readTrustList(payloadOf(JSON.parse(installed.text)));
  const listed = new Set(before?.publishers.map(({ id }) => id));
  return {
    number: (installed?.number ?? 0) + 1,
    issuedAt: isoSeconds(now),
    nextUpdate: isoSeconds(now + 366 * DAY),
    maxGraceSeconds: 30 * DAY,
    hosts: [...new Set([...(before?.hosts ?? []), new URL(deps.config.publicUrl).host])],
    issuers: organisations.map(({ id, issuerId, name, credentialBase, statusBase }) => ({
      id: issuerId,
      name,
      credentialBase,
      statusBase,
      statusLists: lists.filter(({ organisation }) => organisation === id).map(({ number }) => number),
      keys: entriesOf(id),
    })),
    publishers: keys
      .filter(({ purpose }) => purpose === 'publisher')
      // One that the root left out of its last list does not come back by itself.
      .filter(({ id, createdAt }) => !before || listed.has(id) || createdAt >= before.issuedAt)
      .map(({ entry }) => ({ ...JSON.parse(entry), issuers: issuerIds })),
    templates: templates.filter(({ issuers }) => issuers.length > 0), // each is some 3 kB in every station's bundle
  };
}

/** A set that the change does not repeat goes: the operator may have learnt that it holds forgeries. */
function changed(entry: JsonObject, change: KeyChange | undefined): JsonObject {
  if (!change) return entry;
  const { issuedSet: _, ...rest } = entry;
  return { ...rest, ...change };
}

/**
 * Installs what the root signed and publishes the first bundle under it. Refuses a list that the pinned root did not
 * sign, that goes back, or that gives an old number another meaning. Returns the bundle's number.
 */
export async function installTrust(
  deps: Deps,
  { root, trustList }: { root: GeneralJws; trustList: GeneralJws },
): Promise<number> {
  const opened = readRoot(root);
  const pinned = readRoot(JSON.parse(deps.config.trustRoot ?? 'null'));
  if (!opened || pinned?.jws.payload !== opened.jws.payload)
    throw refused('the root document is not the one in TRUST_ROOT');
  if (!(await signedByRoot(opened, 'xz-trust+jws', trustList, deps.primitives)))
    throw refused('the root did not sign the trust list');
  const list = readTrustList(payloadOf(trustList));
  if (!list) throw refused('the trust list is malformed');
  const installed = (await allDocuments(deps.db, 'trust-list')).map(({ text }) =>
    readTrustList(payloadOf(JSON.parse(text))),
  );
  let meanings: Meanings | undefined = new Map();
  for (const one of [...installed, list]) meanings = one && meanings && keepMeanings(meanings, one);
  if (!meanings) throw refused('it gives an old number another meaning');
  if (installed.some((one) => one && one.number > list.number)) throw refused('it is older than the installed one');
  await refuseOutgrownSets(deps, list, installed.at(-1));
  const now = deps.clock.now();
  const documents = [
    { kind: 'root' as const, number: opened.version, text: JSON.stringify(root), publishedAt: now },
    { kind: 'trust-list' as const, number: list.number, text: JSON.stringify(trustList), publishedAt: now },
  ];
  const added: typeof documents = [];
  for (const document of documents) {
    const before = await findDocument(deps.db, document.kind, document.number);
    if (before && before.text !== document.text) throw refused(`another ${document.kind} stands under its number`);
    if (before) continue;
    await addDocument(deps.db, document.kind, document, deps.random.uuid());
    added.push(document);
  }
  const bundle = await publishOrWithdraw(deps, trustList, added);
  await keepEntries(deps, trustList);
  return bundle;
}

/** A key that went on signing while its set lay with the root has certificates that the set would call forged. */
async function refuseOutgrownSets(deps: Deps, list: TrustList, before: TrustList | undefined): Promise<void> {
  const pinsOf = (one: TrustList | undefined) =>
    new Map(
      one?.issuers.flatMap(({ keys }) => keys.map(({ number, issuedSet }) => [number, issuedSet?.sha256] as const)),
    );
  const [known, held] = [pinsOf(before), new Set((await listSigningKeys(deps.db)).map(({ number }) => number))];
  for (const [number, pin] of pinsOf(list)) {
    if (pin === undefined || pin === known.get(number) || !held.has(number)) continue;
    if ((await makeIssuedSet(deps, number)).sha256 !== pin)
      throw refused(`key ${number} has signed since its issued set was made; draft the list again`);
  }
}

/** Documents under which nothing can be published must not stand in the way of those before; what was published stays. */
async function publishOrWithdraw(
  deps: Deps,
  trustList: GeneralJws,
  added: readonly { kind: DocumentKind; number: number }[],
): Promise<number> {
  try {
    return await publish(deps);
  } catch (error) {
    const standing = await latestDocument(deps.db, 'bundle');
    const jws = standing && splitCompact(standing.text);
    const bundle = jws && payloadOf(jws);
    const inside = isObject(bundle) && isObject(bundle.trustList) && bundle.trustList.payload === trustList.payload;
    if (standing && inside) return standing.number; // another process was faster: the list is out
    for (const { kind, number } of added)
      await withdrawDocument(deps.db, kind, number, deps.random.uuid(), deps.clock.now());
    throw error;
  }
}

/** The root's word is final: what it says of a key is what the next draft starts from. */
async function keepEntries(deps: Deps, trustList: GeneralJws): Promise<void> {
  const payload = payloadOf(trustList) as { issuers: { keys: JsonObject[] }[]; publishers: JsonObject[] }; // readTrustList has accepted it
  const publishers = payload.publishers.map(({ issuers: _, ...entry }) => entry);
  const entries = [...payload.issuers.flatMap(({ keys }) => keys), ...publishers];
  await updateKeyEntries(
    deps.db,
    entries.map((entry) => ({ id: String(entry.id), entry: JSON.stringify(entry) })),
  );
}

/** More status lists of 131,072 entries: in use once a trust list that names them is installed. */
export async function addLists(deps: Deps, organisation: Organisation): Promise<void> {
  await addStatusLists(deps.db, organisation.id, STATUS_LISTS);
}

const refused = (reason: string) =>
  new AppError('invalid-field', { zh: `信任名单未安装:${reason}`, en: `The trust list was not installed: ${reason}.` });

export async function organisationOrThrow(deps: Deps, id: string): Promise<Organisation> {
  const organisation = await findOrganisation(deps.db, id);
  if (organisation) return organisation;
  throw new AppError('not-found', { zh: `没有单位 ${id}。`, en: `There is no organisation ${id}.` });
}
