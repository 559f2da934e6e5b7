/** The verbs of VC-API status (VCALM §3.2.2, Bitstring Status List 1.0): allocate entries, set one, make a list, and say what a list says now. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  addStatusList,
  findEntries,
  findStatusList,
  reserveEntries,
  type StatusPurpose,
  setIndexes,
  setStatus,
  type VcStatusEntry,
  type VcStatusList,
} from '../store/vc-api.ts';
import { STATUS_LIST_LENGTH } from '../vc/credential.ts';
import type { JsonObject } from '../vc/json.ts';
import { emptyBitstring, encodeBitstring, setBit } from '../vc/status/bitstring.ts';
import { isoSeconds } from '../vc/time.ts';
import type { CredentialIssuer } from './credential-issuer.ts';

export type BitstringStatusListEntry = {
  id: string;
  type: 'BitstringStatusListEntry';
  statusPurpose: StatusPurpose;
  statusListIndex: string;
  statusListCredential: string;
};

/** Lists are open until nine entries in ten are taken: then ten tries find a free index on average, and this many always. */
const MAX_TRIES = 1_000;

/** One entry of each purpose at a random index, in the order of `purposes`; a credential id that is issued again gets new ones. */
export async function allocateStatus(
  deps: Deps,
  issuer: CredentialIssuer,
  { credentialId, purposes }: { credentialId: string; purposes: readonly StatusPurpose[] },
): Promise<BitstringStatusListEntry[]> {
  const wanted = [...new Set(purposes)];
  const made: VcStatusEntry[] = [];
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const proposals = wanted
      .filter((purpose) => !made.some((entry) => entry.purpose === purpose))
      .map((purpose) => ({ index: deps.random.integer(STATUS_LIST_LENGTH), list: newList(deps, issuer, purpose) }));
    if (proposals.length === 0) break;
    made.push(...(await reserveEntries(deps.db, issuer.name, { credentialId, proposals }, deps.clock.now())));
  }
  return wanted.map((purpose) => {
    const entry = made.find((one) => one.purpose === purpose);
    if (entry) return statusListEntry(entry);
    throw new Error(`no free status entry was found for a credential of ${issuer.name}`);
  });
}

const statusListEntry = ({ purpose, listUrl, index }: VcStatusEntry): BitstringStatusListEntry => ({
  id: `${listUrl}#${index}`,
  type: 'BitstringStatusListEntry',
  statusPurpose: purpose,
  statusListIndex: String(index),
  statusListCredential: listUrl,
});

export type StatusUpdate = {
  credentialId: string;
  statusPurpose: StatusPurpose;
  status: boolean;
  /** Where they are given, only the entry that they name is set. */
  statusListIndex?: string;
  statusListCredential?: string;
  /** For the audit. */
  by: string;
};

/**
 * Sets every entry that the credential id has for the purpose, or the one that is named. A status that stands already is
 * set again without complaint; a revocation is never undone. In every later list when it returns.
 */
export async function updateStatus(deps: Deps, issuer: CredentialIssuer, update: StatusUpdate): Promise<void> {
  const {
    credentialId,
    statusPurpose: purpose,
    status,
    statusListIndex: index,
    statusListCredential: listUrl,
  } = update;
  const name = { credentialId, purpose, index, listUrl };
  if ((await findEntries(deps.db, issuer.name, name)).length === 0) {
    throw new AppError('not-found', {
      zh: '本签发方没有为该证书分配过这样的状态条目。',
      en: 'This issuer has allocated no such status entry to the credential.',
    });
  }
  const audit = { id: deps.random.uuid(), at: deps.clock.now(), actor: update.by };
  if (await setStatus(deps.db, issuer.name, { ...name, status }, audit)) return;
  throw new AppError('status-is-final', {
    zh: '撤销不可撤回;如系误撤销,请重新签发一张证书。',
    en: 'A revocation is final. If it was a mistake, issue a new credential.',
  });
}

/** A further list; entries go into it when the older ones are full. Returns its id and its URL. */
export async function createStatusList(
  deps: Deps,
  issuer: CredentialIssuer,
  { purpose }: { purpose: StatusPurpose },
): Promise<{ id: string; url: string }> {
  if (!issuer.status?.purposes.includes(purpose)) {
    throw new AppError(
      'invalid-field',
      { zh: `本签发方没有 ${purpose} 状态名单。`, en: `This issuer has no status lists for ${purpose}.` },
      'statusPurpose',
    );
  }
  const list = newList(deps, issuer, purpose);
  await addStatusList(deps.db, issuer.name, list, deps.clock.now());
  return { id: list.id, url: list.url };
}

function newList(deps: Deps, { name, status }: CredentialIssuer, purpose: StatusPurpose): VcStatusList {
  if (!status) throw new Error(`the issuer ${name} has no status lists`);
  const id = deps.random.uuid();
  return { id, purpose, url: `${status.base}${id}` };
}

/** A verifier that keeps a list longer than this may miss a revocation. */
const VALID_SECONDS = 3600;
/** When a new one should be asked for. */
const TTL_SECONDS = 300;
/** Verifiers' clocks may be behind ours, and not all of them allow for it. */
const BACKDATED_SECONDS = 300;

/** The list as it stands, unsigned, valid for an hour (§2.2). Undefined when the issuer has no such list. */
export async function statusListDocument(
  deps: Deps,
  issuer: CredentialIssuer,
  listId: string,
): Promise<JsonObject | undefined> {
  const list = await findStatusList(deps.db, issuer.name, listId);
  if (!list) return undefined;
  const now = deps.clock.now(); // before the bits are read: what is revoked from here on may be in it, what was before is
  const bits = emptyBitstring();
  for (const index of await setIndexes(deps.db, issuer.name, listId)) setBit(bits, index);
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: list.url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: issuer.did,
    validFrom: isoSeconds(now - BACKDATED_SECONDS),
    validUntil: isoSeconds(now + VALID_SECONDS),
    credentialSubject: {
      id: `${list.url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: list.purpose,
      encodedList: await encodeBitstring(bits),
      ttl: TTL_SECONDS * 1000,
    },
  };
}
