/** One signed credential before the template path and the full path: genuine, with each slot changed, and mutated. */
import fc from 'fast-check';
import { nodePrimitives } from '../../src/node-primitives.ts';
import {
  type CredentialFields,
  type IssuerTexts,
  issuerTexts,
  type SignedFields,
  STATUS_LIST_LENGTH,
  signedTexts,
} from '../../src/vc/credential.ts';
import { issuerDocument } from '../../src/vc/did-document.ts';
import { fromHex, fromMultibase58, hex, multibase58 } from '../../src/vc/encoding.ts';
import { type Json, type JsonObject, parseJson } from '../../src/vc/json.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import { isUrl } from '../../src/vc/model/identifier.ts';
import { verifyCredential } from '../../src/vc/protocol/verify-credential.ts';
import { codePrefix, packPayload, toDigits } from '../../src/vc/qr/payload.ts';
import { emptyBitstring, setBit } from '../../src/vc/status/bitstring.ts';
import { openStatusList } from '../../src/vc/status/status-list.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import { ownIndexes } from '../../src/vc/template/fill.ts';
import { matchTemplate } from '../../src/vc/template/match.ts';
import { OPTIONAL_SLOTS, type SlotTexts } from '../../src/vc/template/slot.ts';
import { fromIsoSeconds, isoSeconds, MAX_EPOCH } from '../../src/vc/time.ts';
import type { Trust } from '../../src/vc/trust/bundle.ts';
import type { Presented } from '../../src/vc/verify/read.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { type Authority, DAY, type KeyName, type ListDraft, NOW, PUBLIC_URL } from '../support/authority.ts';
import { plainFill, usedSlots } from '../support/plain-fill.ts';
import { fullPathVerifies } from '../vc/oracle.ts';
import { slotTextsOf } from '../vc/template/hostile.ts';
import { jsonLdEdits } from './json-ld-mutators.ts';
import { jsonMutations, treeEdits } from './json-mutators.ts';
import { flipBit, textOf } from './mutators.ts';

/** What a template's path says: `noticed` is a refusal for what the credential says or its proof, whatever the dates. */
export type Ruling = 'accepted' | 'noticed' | 'refused';

/** Genuine: signed by the key that it names, which the trust has, and valid now. */
export type Signed = {
  readonly template: CompiledTemplate;
  readonly texts: SlotTexts;
  readonly credential: JsonObject;
  readonly byTemplate: (presented: Presented) => Promise<Ruling>;
  /** Both judges: @digitalbazaar/vc, and the protocol verifier. */
  readonly byFullPath: (credential: Json) => Promise<{ readonly library: boolean; readonly protocol: boolean }>;
  /** The same in other forms, such as its code. */
  readonly otherForms: readonly Presented[];
  /** Other forms with one thing changed; and what each then says as JSON, if anything. */
  readonly tamperedForms: readonly {
    readonly what: string;
    readonly presented: Presented;
    readonly says?: JsonObject;
  }[];
};

/** What a signed credential is made of, and tampered with. */
export type Sample = {
  readonly texts: SlotTexts;
  readonly others: readonly [SlotTexts, SlotTexts];
  readonly mutationSeed: number;
};

export const MUTATIONS = 20;

/** Issuers are as strange as a trust list and a URL may be; holders as strange as what is ever signed. */
export const samplesOf = (template: CompiledTemplate): fc.Arbitrary<Sample> =>
  fc.record({
    texts: slotTextsOf(template).filter(
      ({ credentialBase, statusBase, ...texts }) =>
        [credentialBase, statusBase, texts.issuerId].every((text) => (text ?? '').length <= LIMITS.issuerTextLength) &&
        isUrl(`${credentialBase}${texts.uuid}`) &&
        isUrl(`${statusBase}1`) &&
        !texts.holder?.startsWith('\ufeff'),
    ),
    others: fc.tuple(slotTextsOf(template), slotTextsOf(template)),
    mutationSeed: fc.integer(),
  });

/** With the sample's issuer on the trust list, and its dates moved to where they are valid now. */
export const signSample = (authority: Authority, template: CompiledTemplate, { texts }: Sample): Promise<Signed> =>
  template.purpose === 'status' ? signedList(authority, template, texts) : signedMilestone(authority, template, texts);

export type Count = { tamperings: number; mutations: number; accepted: number };

/** Throws where a judge accepts what nobody signed, or the template path what the full path refuses; or refuses what is genuine. */
export async function judgeSigned(signed: Signed, { others, mutationSeed }: Omit<Sample, 'texts'>): Promise<Count> {
  const { credential, byTemplate, byFullPath } = signed;
  for (const presented of [
    { credential: JSON.stringify(credential) },
    { document: credential },
    ...signed.otherForms,
  ]) {
    const ruling = await byTemplate(presented);
    if (ruling !== 'accepted') throw new Error(`genuine, and ${ruling} as ${Object.keys(presented)[0]}`);
  }
  await expectAll('genuine', credential, byFullPath, true);

  let tamperings = 0;
  const refusedByAll = async (what: string, presented: Presented, says: JsonObject | undefined): Promise<void> => {
    const ruling = await byTemplate(presented);
    if (ruling !== 'noticed') throw new Error(`${what}: ${ruling} by the template path`);
    if (says) await expectAll(what, says, byFullPath, false);
    tamperings++;
  };
  for (const { slot, text } of tamperingsOf(signed, others)) {
    const says = plainFill(signed.template, { ...signed.texts, [slot]: text });
    await refusedByAll(`${slot} → ${JSON.stringify(text)}`, { credential: JSON.stringify(says) }, says);
  }
  for (const { what, presented, says } of signed.tamperedForms) await refusedByAll(what, presented, says);

  let accepted = 0;
  const edits = fc.oneof(treeEdits, jsonLdEdits);
  const mutations = jsonMutations([{ name: 'genuine', value: credential }], edits);
  for (const { how, input } of fc.sample(mutations, { seed: mutationSeed, numRuns: MUTATIONS })) {
    const text = textOf(input);
    if (text === undefined || (await byTemplate({ credential: text })) !== 'accepted') continue;
    await expectAll(`after ${how.join(', ')}: ${text}`, JSON.parse(text), byFullPath, true);
    accepted++;
  }
  return { tamperings, mutations: MUTATIONS, accepted };
}

async function expectAll(what: string, credential: Json, byFullPath: Signed['byFullPath'], verified: boolean) {
  for (const [judge, answer] of Object.entries(await byFullPath(credential)))
    if (answer !== verified) throw new Error(`${what}: ${answer ? 'verified' : 'refused'} by ${judge}`);
}

/** Every slot with another text, and with one that is as near as can be. */
function* tamperingsOf(
  { template, texts }: Signed,
  others: readonly SlotTexts[],
): Generator<{ slot: string; text: string | null }> {
  for (const slot of usedSlots(template)) {
    const now = texts[slot] ?? null;
    const own = template.enums.find((one) => one.slot === slot);
    const next = own?.entries[(own.entries.findIndex(({ id }) => id === now) + 1) % own.entries.length]?.id;
    const near = next === undefined ? nearTexts(slot, now, template) : [next];
    const tampered = new Set([...others.map((other) => other[slot] ?? null), ...near]);
    for (const text of tampered) {
      if (text === now || (text === null && !isOptional(slot, template))) continue;
      yield { slot, text };
    }
  }
}

const isOptional = (slot: string, { purpose }: CompiledTemplate): boolean =>
  purpose === 'milestone' && OPTIONAL_SLOTS.has(slot);

/** Admitted by the slot, and none of them would be refused for its date. */
function nearTexts(slot: string, text: string | null, template: CompiledTemplate): (string | null)[] {
  if (text === null) return [isoSeconds(MAX_EPOCH)];
  switch (slot) {
    case 'validFrom':
    case 'created':
      return [isoSeconds((fromIsoSeconds(text) ?? 0) - 1)];
    case 'validUntil':
      return [isoSeconds((fromIsoSeconds(text) ?? 0) - 1), ...(isOptional(slot, template) ? [null] : [])];
    case 'points':
    case 'statusBit':
    case 'statusList':
      return [String(Number(text) === 1 ? 2 : Number(text) - 1 || 1)];
    case 'uuid':
      return [text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')];
    case 'holderType':
      return [text === 'name' ? 'identifier' : 'name'];
    case 'proofValue':
      return [multibase58(flipBit(fromMultibase58(text, 90) ?? new Uint8Array(64), 0, 0))];
    case 'encodedList':
      return [text.slice(0, -1) + (text.endsWith('A') ? 'Q' : 'A')];
    case 'issuerName':
    case 'holder':
      return [`${text}\u200b`, text.normalize('NFC'), text.normalize('NFD'), `${text} `].filter(
        (near) => near.length <= 400,
      );
    case 'credentialBase':
    case 'statusBase':
      return [`${text}x/`];
    default:
      return [`${text}x`];
  }
}

async function signedMilestone(authority: Authority, template: CompiledTemplate, drawn: SlotTexts): Promise<Signed> {
  const by = 'a-milestone';
  const issuer = issuerTexts(drawn);
  const { trust, lists } = await trustIn(authority, issuer, by);
  const epoch = (slot: string): number => fromIsoSeconds(drawn[slot] ?? '') ?? 0;
  const { holder = '' } = drawn;
  const fields: Partial<CredentialFields> = {
    template: template.number,
    uuid: drawn.uuid ?? '',
    validFrom: epoch('validFrom') % (NOW + 1),
    validUntil: drawn.validUntil === null ? null : NOW + 1 + (epoch('validUntil') % (MAX_EPOCH - NOW)),
    created: NOW - (epoch('created') % (59 * DAY)),
    points: Number(drawn.points),
    statusIndex: (1 + (Number(drawn.statusList) % 2)) * STATUS_LIST_LENGTH + Number(drawn.statusBit),
    holder:
      drawn.holderType === 'identifier'
        ? { pseudonym: fromHex(holder ?? '') ?? new Uint8Array(16) }
        : { name: holder ?? '' },
    own: ownIndexes(template, drawn),
  };
  const issued = await authority.issue(fields, { by, says: issuer });
  const texts = signedTexts(template, issuer, issued.fields);
  return {
    template,
    texts,
    credential: plainFill(template, texts),
    byTemplate: async (presented) => {
      const { outcome, checks, credential } = await verify(presented, { trust, now: NOW, primitives: nodePrimitives });
      if (outcome === 'valid' || outcome === 'stale') return 'accepted';
      const noticed = checks.some((one) => 'reason' in one && (one.check === 'format' || one.check === 'proof'));
      return noticed && credential === null ? 'noticed' : 'refused';
    },
    byFullPath: fullPath(authority, { by, issuer, trust, lists }),
    otherForms: [{ qr: issued.url }, { qr: issued.digits }],
    tamperedForms: [...tamperedCodes(template, issued.fields, trust)],
  };
}

function* tamperedCodes(
  template: CompiledTemplate,
  fields: SignedFields,
  trust: Trust,
): Generator<Signed['tamperedForms'][number]> {
  const { holder, own, validUntil } = fields;
  const otherOwn = own.map((index, at) => own.with(at, (index + 1) % (template.enums[at]?.entries.length ?? 1)));
  const changes: Partial<SignedFields>[] = [
    { template: 1 },
    { template: 99 },
    ...[...trust.keysByNumber.keys(), 99].filter((key) => key !== fields.key).map((key) => ({ key })),
    { uuid: fields.uuid.slice(0, -1) + (fields.uuid.endsWith('0') ? '1' : '0') },
    { validFrom: Math.max(0, fields.validFrom - 1) === fields.validFrom ? 1 : fields.validFrom - 1 },
    { validUntil: validUntil === null ? MAX_EPOCH : null },
    ...(validUntil === null ? [] : [{ validUntil: validUntil === MAX_EPOCH ? NOW + 1 : validUntil + 1 }]),
    { created: fields.created - 1 },
    { points: fields.points + 1 },
    { statusIndex: fields.statusIndex ^ 1 },
    { statusIndex: STATUS_LIST_LENGTH * 3 - 1 - (fields.statusIndex % STATUS_LIST_LENGTH) },
    { holder: 'name' in holder ? { name: `${holder.name}\u0301` } : { pseudonym: flipBit(holder.pseudonym, 7, 3) } },
    { holder: 'name' in holder ? { pseudonym: new Uint8Array(16) } : { name: hex(holder.pseudonym) } },
    ...otherOwn.map((changed) => ({ own: changed })),
    { proofValue: flipBit(fields.proofValue, 63, 0) },
    { proofValue: flipBit(fields.proofValue, 0, 7) },
  ];
  for (const change of changes) {
    const changed = { ...fields, ...change };
    const key = trust.keysByNumber.get(changed.key);
    const says =
      key && changed.template === template.number
        ? plainFill(template, signedTexts(template, key.issuer, changed))
        : undefined;
    const qr = codePrefix(PUBLIC_URL) + toDigits(packPayload(changed));
    if (JSON.stringify(changed) === JSON.stringify(fields)) continue;
    yield { what: `in the code: ${JSON.stringify(change)}`, presented: { qr }, ...(says ? { says } : {}) };
  }
}

async function signedList(authority: Authority, template: CompiledTemplate, drawn: SlotTexts): Promise<Signed> {
  const by = 'a-status';
  const issuer = issuerTexts(drawn);
  const { trust, lists } = await trustIn(authority, issuer, by);
  const bits = emptyBitstring();
  setBit(bits, Number(drawn.statusBit));
  const epoch = (slot: string): number => fromIsoSeconds(drawn[slot] ?? '') ?? 0;
  const credential = await authority.statusList(1 + (Number(drawn.statusList) % 2), {
    by,
    says: issuer,
    bits,
    validFrom: NOW - (epoch('validFrom') % (59 * DAY)),
    validUntil: NOW + 1 + (epoch('validUntil') % (MAX_EPOCH - NOW)),
  });
  const texts = matchTemplate(template, credential);
  if (!texts) throw new Error('the list is no fill of its template');
  return {
    template,
    texts,
    credential,
    byTemplate: async (presented) => {
      const limits = { maxBytes: LIMITS.documentBytes, maxDepth: LIMITS.documentDepth };
      const parsed = 'credential' in presented ? parseJson(presented.credential, limits) : undefined;
      const document = 'document' in presented ? presented.document : parsed?.ok ? parsed.value : null;
      const opened = await openStatusList(document, template, [...trust.keysByNumber.values()], nodePrimitives);
      return opened ? 'accepted' : 'noticed'; // it looks at no date but the key's
    },
    byFullPath: fullPath(authority, { by, issuer, trust, lists }),
    otherForms: [],
    tamperedForms: [],
  };
}

type Background = {
  readonly by: KeyName;
  readonly issuer: IssuerTexts;
  readonly trust: Trust;
  readonly lists: ReadonlyMap<string, JsonObject>;
};

function fullPath(authority: Authority, { by, issuer, trust, lists }: Background): Signed['byFullPath'] {
  const documents = async (id: string): Promise<Json | undefined> =>
    trust.issuerIds.has(id) ? issuerDocument(trust, id) : lists.get(id);
  const context = { documents, nowMs: NOW * 1000, primitives: nodePrimitives };
  return async (credential) => ({
    library: (await fullPathVerifies(credential, authority.key(by).multibase, { issuer })).verified,
    protocol: (await verifyCredential(credential, context)).verified,
  });
}

/** A trust in which the district is this issuer, with its status lists by their URLs. */
async function trustIn(
  authority: Authority,
  issuer: IssuerTexts,
  by: KeyName,
): Promise<Pick<Background, 'trust' | 'lists'>> {
  const says = { ...issuer, verificationMethod: methodOf('a-status', issuer, by) };
  const lists = [await authority.statusList(1, { says }), await authority.statusList(2, { by: 'a-status', says })];
  const trust = await authority.trust({
    list: (list) => renameDistrict(list, issuer, by),
    statusLists: [...lists, await authority.statusList(3)],
  });
  return { trust, lists: new Map(lists.map((list) => [String(list.id), list])) };
}

const methodOf = (name: string, { issuerId, verificationMethod }: IssuerTexts, by: KeyName): string =>
  name === by ? verificationMethod : `${issuerId}#${name}`;

function renameDistrict({ issuers, publishers, templates }: ListDraft, issuer: IssuerTexts, by: KeyName): void {
  const [district] = issuers;
  if (!district) throw new Error('no district to rename');
  const before = district.id;
  for (const named of [...publishers, ...templates])
    named.issuers = named.issuers.map((id) => (id === before ? issuer.issuerId : id));
  for (const key of district.keys) key.id = methodOf(key.id.slice(before.length + 1), issuer, by);
  Object.assign(district, {
    id: issuer.issuerId,
    name: issuer.issuerName,
    credentialBase: issuer.credentialBase,
    statusBase: issuer.statusBase,
  });
}
