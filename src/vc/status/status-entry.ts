/** The status entries of a credential against the lists that the caller brought (Bitstring Status List 1.0 §2 and §3.2): the protocol verifier's check. */
import { STATUS_LIST_LENGTH } from '../credential.ts';
import type { Bytes } from '../encoding.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { LIMITS } from '../limits.ts';
import type { ValidCredential } from '../model/credential.ts';
import { isUrl } from '../model/identifier.ts';
import type { Primitives } from '../primitives.ts';
import type { Documents } from '../protocol/documents.ts';
import { type Fault, type FaultReason, fault, type Outcome } from '../protocol/fault.ts';
import { CLOCK_TOLERANCE } from '../trust/bundle.ts';
import { packedBitstring, statusAt } from './bitstring.ts';

export type StatusContext = {
  /** The issuer of the credential: a list of anybody else says nothing about it. */
  readonly issuer: string;
  /** Where lists are looked up by URL, as JSON-LD credential or EnvelopedVerifiableCredential; nothing is fetched. */
  readonly documents: Documents;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  readonly primitives: Primitives;
  /** Full verification of the list: model, proof, dates, and that its issuer holds the key. It never comes back here: a list may name itself. */
  readonly verifyList: (list: JsonObject) => Promise<Outcome<ValidCredential>>;
};

export type EntryStatus =
  | {
      readonly purpose: string;
      /** 0 is unset; up to 2^statusSize − 1. */
      readonly status: number;
      readonly index: number;
      /** URL of the list. */
      readonly list: string;
      /** Purpose `message` only: what the issuer calls this status. */
      readonly message?: string;
    }
  /** An entry of a type that this verifier does not know, and that does not say of itself that it ends validity: nobody looked. */
  | { readonly unchecked: string };

export type StatusesResult = { readonly faults: readonly Fault[]; readonly statuses: readonly EntryStatus[] };

/** Every entry is checked and every fault reported, each at its entry. Never throws for bad input. */
export async function checkStatusEntries(
  entries: readonly JsonObject[],
  context: StatusContext,
): Promise<StatusesResult> {
  if (entries.length > LIMITS.items) {
    const detail = `at most ${LIMITS.items} status entries are read, and there are ${entries.length}`;
    return { faults: [fault('too-large', detail, '/credentialStatus')], statuses: [] };
  }
  const known: Known = { lists: new Map(), bits: new Map() };
  const faults: Fault[] = [];
  const statuses: EntryStatus[] = [];
  for (const [index, entry] of entries.entries()) {
    const checked = await checkEntry(entry, known, context);
    if (checked.status) statuses.push(checked.status);
    const at = entries.length === 1 ? '/credentialStatus' : `/credentialStatus/${index}`;
    if (checked.wrong) faults.push(fault(checked.wrong.reason, checked.wrong.detail, at));
  }
  return { faults, statuses };
}

type Wrong = { readonly reason: FaultReason; readonly detail: string };
type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly wrong: Wrong };

const done = <T>(value: T): Step<T> => ({ ok: true, value });
const wrong = (reason: FaultReason, detail: string): { ok: false; wrong: Wrong } => ({
  ok: false,
  wrong: { reason, detail },
});

/** Several entries often name one list: it is verified once, by its URL, and unpacked once, by its subject. */
type Known = {
  readonly lists: Map<string, Outcome<ValidCredential>>;
  readonly bits: Map<JsonObject, Step<Bytes>>;
};

async function checkEntry(
  entry: JsonObject,
  known: Known,
  context: StatusContext,
): Promise<{ readonly status?: EntryStatus; readonly wrong?: Wrong }> {
  const types = textsOf(entry.type);
  if (!types) return wrong('malformed', 'expected a text or texts as the type of a status entry');
  if (!types.includes(ENTRY_TYPE)) return checkOtherType(entry, types);
  const read = readEntry(entry);
  if (!read.ok) return read;
  const list = await verifiedList(read.value.list, known, context);
  if (!list.ok) return list;
  const subject = listSubject(list.value, read.value, context);
  if (!subject.ok) return subject;
  const bits = known.bits.get(subject.value) ?? (await unpack(subject.value, context.primitives));
  known.bits.set(subject.value, bits);
  if (!bits.ok) return bits;
  const length = Math.floor((bits.value.length * 8) / read.value.size);
  if (length < STATUS_LIST_LENGTH)
    return wrong('status-list-too-short', `the status list has ${length} entries of at least ${STATUS_LIST_LENGTH}`);
  const status = statusAt(bits.value, read.value);
  if (status === undefined)
    return wrong('status-index-out-of-range', `the status list has no entry ${read.value.index}`);
  return judge(read.value, status);
}

const ENTRY_TYPE = 'BitstringStatusListEntry';
const LIST_TYPE = 'BitstringStatusListCredential';
const SUBJECT_TYPE = 'BitstringStatusList';
/** The same terms written as IRIs (§5.1): the graph is the same, and a reader of JSON would pass over them. */
const VOCABULARY = 'https://www.w3.org/ns/credentials/status#';
/** StatusList2021Entry, RevocationList2020Status, TerseBitstringStatusListEntry and whatever else says so in its name. */
const SAYS_IT_ENDS_VALIDITY = /revocation|suspension|StatusList\w*Entry/i;
const ENDS_VALIDITY: ReadonlyMap<string, 'revoked' | 'suspended'> = new Map([
  ['revocation', 'revoked'],
  ['suspension', 'suspended'],
]);

/**
 * VC Data Model 2.0 §4.10 leaves the meaning of a status to its type, and §7.1 does not ask for unknown ones: an unknown
 * type is reported and no fault. One that says of itself that it revokes or suspends is an answer that exists and is not
 * here, the same as a list that was not brought. Its purpose must be plain text: in an object it is the same graph, and
 * whoever holds the credential may write it so.
 */
function checkOtherType(entry: JsonObject, types: readonly string[]) {
  const name = shortened(types.join(', '));
  if (types.some((type) => type.startsWith(VOCABULARY)))
    return wrong('malformed', `expected the type as the term ${ENTRY_TYPE}, found ${name}`);
  const purposes = entry.statusPurpose === undefined ? [] : textsOf(entry.statusPurpose);
  if (!purposes) return wrong('malformed', 'expected a text or texts as statusPurpose');
  if (purposes.some((purpose) => ENDS_VALIDITY.has(purpose)) || types.some((type) => SAYS_IT_ENDS_VALIDITY.test(type)))
    return wrong('status-list-unavailable', `a status of type ${name} cannot be checked here, ${ENTRY_TYPE} can`);
  return { status: { unchecked: name } };
}

type Entry = {
  readonly purpose: string;
  readonly index: number;
  /** Bits of one entry. */
  readonly size: number;
  readonly list: string;
  /** Status → message, by the issuer. */
  readonly messages?: ReadonlyMap<number, string>;
};

const CANONICAL_INDEX = /^(?:0|[1-9]\d*)$/;

/** §2.1, every member that it has a MUST for. */
function readEntry(entry: JsonObject): Step<Entry> {
  const { id, statusPurpose, statusListIndex, statusListCredential, statusSize = 1, statusReference } = entry;
  if (typeof statusPurpose !== 'string') return wrong('malformed', 'expected a text as statusPurpose');
  if (typeof statusListIndex !== 'string' || !CANONICAL_INDEX.test(statusListIndex))
    return wrong('malformed', 'expected statusListIndex as a text of decimal digits, such as "94567"');
  if (!isUrlText(statusListCredential)) return wrong('malformed', 'expected an absolute URL as statusListCredential');
  if (id !== undefined && (!isUrlText(id) || id === statusListCredential))
    return wrong('malformed', 'expected the id of a status entry to be a URL, and not that of the list');
  if (
    statusReference !== undefined &&
    !(isUrlText(statusReference) || (Array.isArray(statusReference) && statusReference.every(isUrlText)))
  )
    return wrong('malformed', 'expected a URL or URLs as statusReference');
  if (typeof statusSize !== 'number' || !Number.isInteger(statusSize) || statusSize < 1)
    return wrong('malformed', 'expected a whole number above zero as statusSize');
  if (statusSize > LIMITS.statusSize)
    return wrong('malformed', `entries of up to ${LIMITS.statusSize} bits are read, not of ${statusSize}`);
  const messages = readMessages(entry.statusMessage, statusSize);
  if (!messages.ok) return messages;
  const index = Number(statusListIndex); // beyond 2^53 it is another number, and beyond every list all the same
  return done({ purpose: statusPurpose, index, size: statusSize, list: statusListCredential, ...messages.value });
}

/** One message for each possible status, each status once. */
function readMessages(value: Json | undefined, size: number): Step<Pick<Entry, 'messages'>> {
  const count = 2 ** size;
  if (value === undefined)
    return size === 1 ? done({}) : wrong('malformed', 'expected a statusMessage where statusSize is above 1');
  if (!Array.isArray(value) || value.length !== count)
    return wrong('malformed', `expected an array of ${count} as statusMessage: one for each status of ${size} bits`);
  const messages = new Map<number, string>();
  for (const one of value) {
    if (
      !isObject(one) ||
      typeof one.status !== 'string' ||
      !/^0x[0-9a-f]{1,8}$/i.test(one.status) ||
      typeof one.message !== 'string'
    )
      return wrong('malformed', 'expected a status such as "0x1" and a message in each statusMessage, both as text');
    messages.set(Number(one.status), one.message);
  }
  return messages.size === count && [...messages.keys()].every((status) => status < count)
    ? done({ messages })
    : wrong('malformed', `expected one statusMessage for each status from 0x0 to 0x${(count - 1).toString(16)}`);
}

async function verifiedList(
  url: string,
  { lists }: Known,
  { documents, verifyList }: StatusContext,
): Promise<Step<ValidCredential>> {
  let outcome = lists.get(url);
  if (!outcome) {
    const document = await documents(url);
    if (document === undefined)
      return wrong(
        'status-list-unavailable',
        `the list ${shortened(url)} is not among the documents at hand, and nothing is fetched`,
      );
    if (!isObject(document))
      return wrong('status-list-invalid', `the document at hand for ${shortened(url)} is no credential`);
    outcome = await verifyList(document);
    lists.set(url, outcome);
  }
  if (outcome.ok) return done(outcome.value);
  const first = outcome.faults[0];
  const because = first ? `: ${first.reason}, ${first.detail}` : '';
  return wrong('status-list-invalid', `the status list does not verify${because}`);
}

/** §2.2 and steps 4 and 5 of §3.2: the right list, in force, for the entry's purpose. Another issuer's is refused though §2.2 allows it: whom it should be trusted for, nothing says. */
function listSubject(list: ValidCredential, entry: Entry, { issuer, nowMs }: StatusContext): Step<JsonObject> {
  if (!list.types.includes(LIST_TYPE)) return wrong('malformed', `expected a status list of type ${LIST_TYPE}`);
  if (list.id !== undefined && list.id !== entry.list)
    return wrong('status-list-mismatch', `the list at ${shortened(entry.list)} calls itself ${shortened(list.id)}`);
  if (list.issuer !== issuer) return wrong('status-issuer-mismatch', 'the status list is by another issuer');
  if (list.validFromMs !== undefined && nowMs + CLOCK_TOLERANCE * 1000 < list.validFromMs)
    return wrong('status-list-expired', 'the status list is not valid yet');
  if (list.validUntilMs !== undefined && nowMs > list.validUntilMs)
    return wrong('status-list-expired', 'the status list has expired');
  const { credentialSubject } = list.document;
  const [subject, ...more] = Array.isArray(credentialSubject) ? credentialSubject : [credentialSubject];
  if (!isObject(subject) || more.length > 0 || !textsOf(subject.type)?.includes(SUBJECT_TYPE))
    return wrong('malformed', `expected one subject of type ${SUBJECT_TYPE} in the status list`);
  const purposes = textsOf(subject.statusPurpose);
  if (!purposes) return wrong('malformed', 'expected a text or texts as statusPurpose of the status list');
  if (purposes.includes(entry.purpose)) return done(subject);
  const theirs = shortened(purposes.join(', '));
  return wrong(
    'status-purpose-mismatch',
    `the status list is for ${theirs}, the entry for ${shortened(entry.purpose)}`,
  );
}

/** §3.4 and steps 8 and 9 of §3.2. */
async function unpack({ encodedList }: JsonObject, primitives: Primitives): Promise<Step<Bytes>> {
  const maxBytes = LIMITS.statusListBytes;
  if (typeof encodedList === 'string' && encodedList.length > maxBytes)
    return wrong('status-list-too-large', `the status list has more than ${maxBytes} characters`);
  const packed = typeof encodedList === 'string' ? packedBitstring(encodedList) : undefined;
  if (!packed)
    return wrong('malformed', 'expected the multibase prefix u and base64url without padding as encodedList');
  const bits = await primitives.gunzip(packed, maxBytes);
  if (bits === 'too-large')
    return wrong('status-list-too-large', `the status list unpacks to more than ${maxBytes} bytes`);
  return bits ? done(bits) : wrong('malformed', 'expected GZIP as encodedList');
}

/** Any set status of a purpose that ends validity is fatal; what other purposes mean is for the reader to say. */
function judge(entry: Entry, status: number) {
  const { purpose, index, list, messages } = entry;
  const message = purpose === 'message' ? (messages?.get(status) ?? ['unset', 'set'][status]) : undefined;
  const found = { status: { purpose, status, index, list, ...(message === undefined ? {} : { message }) } };
  const reason = ENDS_VALIDITY.get(purpose);
  if (status === 0 || !reason) return found;
  return { ...found, ...wrong(reason, `its issuer has ${reason} the credential`) };
}

const isUrlText = (value: Json | undefined): value is string => typeof value === 'string' && isUrl(value);

/** A text, or at least one text in a list. */
function textsOf(value: Json | undefined): readonly string[] | undefined {
  const texts = Array.isArray(value) ? value : [value];
  return texts.length > 0 && texts.every((text) => typeof text === 'string') ? texts : undefined;
}

/** Names from the input, kept to a few words. */
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
