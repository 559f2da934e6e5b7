/** A development authority: two districts with keys, a root, publishers and status lists, that can be asked to issue, revoke and publish. All of it is deterministic. */
import { compileCredentials } from '../../src/cli/templates.ts';
import {
  type CredentialFields,
  type IssuerTexts,
  listBit,
  listNumber,
  type SignedFields,
  STATUS_LIST_LENGTH,
  signedTexts,
  slotTexts,
} from '../../src/vc/credential.ts';
import { type Bytes, concat, fromBase64url, fromHex, hex, utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { type Primitives, webPrimitives } from '../../src/vc/primitives.ts';
import { hashData } from '../../src/vc/proof/data-integrity.ts';
import { signEnvelope } from '../../src/vc/proof/jose.ts';
import { ed25519Multibase, type Signer } from '../../src/vc/proof/key.ts';
import { codePrefix, emitPayload } from '../../src/vc/qr/payload.ts';
import { emptyBitstring, setBit } from '../../src/vc/status/bitstring.ts';
import { signStatusList } from '../../src/vc/status/status-list.ts';
import { artefactText, type CompiledTemplate } from '../../src/vc/template/compiled.ts';
import { canonicalForms, fillCredential, fillDocument } from '../../src/vc/template/fill.ts';
import { fromIsoSeconds, isoSeconds } from '../../src/vc/time.ts';
import {
  type BundleDraft,
  type OpenContext,
  type OpenResult,
  openBundle,
  type Remembered,
  signBundle,
  type Trust,
} from '../../src/vc/trust/bundle.ts';
import { tagOf } from '../../src/vc/trust/issued-set.ts';
import { type Root, readRoot } from '../../src/vc/trust/root.ts';
import { type GeneralJws, type NamedSigner, signGeneral } from '../../src/vc/trust/signed-document.ts';

export const at = (iso: string): number => {
  const epoch = fromIsoSeconds(iso);
  if (epoch === undefined) throw new Error(`${iso} is no date`);
  return epoch;
};

export const DAY = 86_400;
/** When the tests happen. */
export const NOW = at('2026-11-24T08:00:00Z');
export const PUBLIC_URL = 'https://xz.hzedu.gov.cn';
export const MILESTONE_TEMPLATE = 2;
export const STATUS_TEMPLATE = 1;

export type DevKey = { readonly signer: Signer; readonly multibase: string; readonly publicKey: Bytes };

const PKCS8_ED25519 = fromHex('302e020100300506032b657004220420') ?? new Uint8Array();

/** The private key is the 32-byte seed SHA-256(`name`): public knowledge, for tests and examples only. */
export async function devKey(name: string): Promise<DevKey> {
  const pkcs8 = concat(PKCS8_ED25519, await webPrimitives.sha256(utf8(name)));
  const readable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const publicKey = fromBase64url((await crypto.subtle.exportKey('jwk', readable)).x ?? '') ?? new Uint8Array();
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  const signer = { sign: async (data: Bytes) => new Uint8Array(await crypto.subtle.sign('Ed25519', key, data)) };
  return { signer, publicKey, multibase: ed25519Multibase(publicKey) };
}

export type District = 'a' | 'b';

const DISTRICTS = {
  a: { host: 'edu.shangcheng.gov.cn', name: '杭州市上城区教育局', lists: [1, 2] },
  b: { host: 'edu.gongshu.gov.cn', name: '杭州市拱墅区教育局', lists: [3] },
} as const;

/** One row per key; the number is the trust list's. */
const KEYS = {
  'a-milestone': { number: 1, purpose: 'milestone', state: 'active' },
  'a-status': { number: 2, purpose: 'status', state: 'active' },
  'b-milestone': { number: 3, purpose: 'milestone', state: 'active' },
  'b-status': { number: 4, purpose: 'status', state: 'active' },
  'a-retired': { number: 5, purpose: 'milestone', state: 'retired' },
  'a-compromised': { number: 6, purpose: 'milestone', state: 'compromised' },
  'a-general': { number: 7, purpose: 'general', state: 'active' },
  'a-jwt': { number: 8, purpose: 'jwt', state: 'active' },
} as const;
export type KeyName = keyof typeof KEYS;
const KEY_NAMES = Object.keys(KEYS) as KeyName[];

type KeyEntry = {
  number: number;
  id: string;
  publicKeyMultibase: string;
  purpose: string;
  templates: number[];
  notBefore: string;
  notAfter: string;
  state: string;
  issuedSet?: { sha256: string; count: number };
};
type IssuerEntry = {
  id: string;
  name: string;
  credentialBase: string;
  statusBase: string;
  statusLists: number[];
  keys: KeyEntry[];
};
/** The trust list as it is before signing: what an edit may change. */
export type ListDraft = {
  number: number;
  issuedAt: string;
  nextUpdate: string;
  maxGraceSeconds: number;
  hosts: string[];
  issuers: IssuerEntry[];
  publishers: { id: string; publicKeyMultibase: string; notAfter: string; issuers: string[] }[];
  templates: { number: number; issuers: string[]; sha256: string }[];
};

export type RootDraft = { version: number; keys: string[]; threshold: number; signers?: string[] };

export type Publication = Partial<BundleDraft> & {
  /** Edits the trust list before the root signs it. */
  list?: (list: ListDraft) => void;
  /** Names of the root keys that sign the trust list. */
  rootSigners?: readonly string[];
  publisher?: NamedSigner;
};

export type IssueOptions = {
  by?: KeyName;
  /** Signs in place of the key that the credential names. */
  signWith?: KeyName;
  /** What the credential says of its issuer, where that differs from the key's entry. */
  says?: Partial<IssuerTexts>;
  /** Slot texts that fields cannot hold. */
  texts?: Record<string, string | null>;
};

export type Issued = {
  readonly fields: SignedFields;
  readonly credential: JsonObject;
  readonly json: string;
  readonly bytes: Bytes;
  readonly digits: string;
  readonly url: string;
  /** 80 bits, for a compromised key's issued set. */
  readonly tag: Bytes;
};

export const issuerTexts = (district: District, key: KeyName): IssuerTexts => {
  const { host, name } = DISTRICTS[district];
  return {
    issuerId: `did:web:${host}`,
    issuerName: name,
    credentialBase: `https://${host}/credentials/`,
    statusBase: `https://${host}/status-lists/`,
    verificationMethod: `did:web:${host}#${key}`,
  };
};

const districtOf = (key: KeyName): District => (key.startsWith('a-') ? 'a' : 'b');

export type Authority = Awaited<ReturnType<typeof createAuthority>>;

export async function createAuthority(primitives: Primitives = webPrimitives) {
  const { templates } = JSON.parse(await compileCredentials('.')) as { templates: CompiledTemplate[] }; // our own compiler's output
  const template = (number: number): CompiledTemplate => {
    const found = templates.find((one) => one.number === number);
    if (!found) throw new Error(`no template ${number} under credentials/`);
    return found;
  };
  const keys = new Map<string, DevKey>();
  for (const name of [...KEY_NAMES, 'root-1', 'root-2', 'root-3', 'publisher', 'publisher-b', 'stranger'])
    keys.set(name, await devKey(`xingzheng test key ${name}`));
  const key = (name: string): DevKey => {
    const found = keys.get(name);
    if (!found) throw new Error(`no key ${name}`);
    return found;
  };
  const named = (name: string): NamedSigner => ({ kid: name, signer: key(name).signer });

  async function rootDocument({ version, keys: ids, threshold, signers = ids }: RootDraft): Promise<GeneralJws> {
    const entries = ids.map((id) => ({ id, publicKeyMultibase: key(id).multibase }));
    return signGeneral('xz-root+jws', { version, keys: entries, threshold }, signers.map(named));
  }
  const rootJws = await rootDocument({ version: 1, keys: ['root-1'], threshold: 1 });
  const pinnedRoot = rootOrThrow(rootJws);

  const lists = new Map<number, Bytes>([1, 3].map((number) => [number, emptyBitstring()]));
  const issuedByCompromisedKey: Bytes[] = [];
  /** The file of an issued set: its tags, one after the other. */
  const issuedSet = (): Bytes => concat(...issuedByCompromisedKey);

  const fieldsBy = (by: KeyName, fields: Partial<CredentialFields>): CredentialFields => ({
    template: MILESTONE_TEMPLATE,
    key: KEYS[by].number,
    uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233',
    validFrom: NOW - 10 * DAY,
    validUntil: NOW + 1000 * DAY,
    created: NOW - 10 * DAY,
    points: 300,
    statusIndex: (districtOf(by) === 'a' ? 1 : 3) * STATUS_LIST_LENGTH + 4711,
    holder: { name: '欧阳晓明月' },
    own: [1, 2],
    ...fields,
  });

  async function issue(fields: Partial<CredentialFields> = {}, options: IssueOptions = {}): Promise<Issued> {
    const { by = 'a-milestone', signWith = by, says = {}, texts = {} } = options;
    const whole = fieldsBy(by, fields);
    const issuer = { ...issuerTexts(districtOf(by), by), ...says };
    const milestone = template(whole.template);
    const data = await hashData(
      canonicalForms(milestone, { ...slotTexts(milestone, issuer, whole), ...texts }),
      primitives,
    );
    const signed: SignedFields = { ...whole, proofValue: await key(signWith).signer.sign(data) };
    const credential = fillCredential(milestone, { ...signedTexts(milestone, issuer, signed), ...texts });
    const { bytes, digits } = emitPayload(signed);
    const tag = await tagOf(data, primitives);
    const url = codePrefix(PUBLIC_URL) + digits;
    return { fields: signed, credential, json: JSON.stringify(credential), bytes, digits, url, tag };
  }

  /** The same claims as a vc+jwt; `beside` are claims beside the credential. */
  async function issueJwt(
    fields: Partial<CredentialFields> = {},
    { by = 'a-jwt', signWith = by, says = {}, texts = {}, beside = {} }: IssueOptions & { beside?: JsonObject } = {},
  ): Promise<{ token: string; payload: JsonObject; tag: Bytes }> {
    const issuer = { ...issuerTexts(districtOf(by), by), ...says };
    const whole = fieldsBy(by, fields);
    const milestone = template(whole.template);
    const payload = { ...fillDocument(milestone, { ...slotTexts(milestone, issuer, whole), ...texts }), ...beside };
    const { signer } = key(signWith);
    const token = await signEnvelope(payload, { kind: 'vc', kid: issuer.verificationMethod, alg: 'EdDSA', signer });
    const signed = utf8(token.slice(0, token.lastIndexOf('.')));
    return { token, payload, tag: await tagOf(signed, primitives) };
  }

  function revoke({ fields: { statusIndex } }: Pick<Issued, 'fields'>): void {
    setBit(lists.get(listNumber(statusIndex)) ?? emptyBitstring(), listBit(statusIndex));
  }

  /** A signed status list, as the district of `by` publishes it. */
  const statusList = (
    number: number,
    {
      by = number === 3 ? 'b-status' : 'a-status',
      bits = lists.get(number) ?? emptyBitstring(),
      validFrom = NOW - 3600,
      validUntil = NOW + DAY,
      says = {},
      signWith = by,
    }: {
      by?: KeyName;
      bits?: Bytes;
      validFrom?: number;
      validUntil?: number;
      says?: Partial<IssuerTexts>;
      signWith?: KeyName;
    } = {},
  ): Promise<JsonObject> =>
    signStatusList(
      template(STATUS_TEMPLATE),
      { ...issuerTexts(districtOf(by), by), ...says },
      { number, bits, validFrom, validUntil },
      key(signWith).signer,
      primitives,
    );

  async function listDraft(): Promise<ListDraft> {
    const ids = (['a', 'b'] as const).map((district) => issuerTexts(district, 'a-status').issuerId);
    const set = issuedSet();
    const issued = { sha256: hex(await primitives.sha256(set)), count: issuedByCompromisedKey.length };
    return {
      number: 7,
      issuedAt: isoSeconds(NOW - 5 * DAY),
      nextUpdate: isoSeconds(NOW + 30 * DAY),
      maxGraceSeconds: 7 * DAY,
      hosts: [new URL(PUBLIC_URL).host],
      issuers: (['a', 'b'] as const).map((district) => {
        const { issuerId, issuerName, credentialBase, statusBase } = issuerTexts(district, 'a-status');
        return {
          id: issuerId,
          name: issuerName,
          credentialBase,
          statusBase,
          statusLists: [...DISTRICTS[district].lists],
          keys: KEY_NAMES.filter((name) => districtOf(name) === district).map((name) => ({
            ...KEYS[name],
            id: issuerTexts(district, name).verificationMethod,
            publicKeyMultibase: key(name).multibase,
            templates: templates
              .filter(({ purpose }) => (purpose === 'status') === (KEYS[name].purpose === 'status'))
              .map(({ number }) => number),
            notBefore: isoSeconds(NOW - 60 * DAY),
            notAfter: isoSeconds(NOW + 32 * DAY),
            ...(KEYS[name].state === 'compromised' && issued.count > 0 ? { issuedSet: issued } : {}),
          })),
        };
      }),
      publishers: ['publisher', 'publisher-b'].map((id) => ({
        id,
        publicKeyMultibase: key(id).multibase,
        notAfter: isoSeconds(NOW + 300 * DAY),
        issuers: id === 'publisher' ? ids : ids.slice(1),
      })),
      templates: await Promise.all(
        templates.map(async (one) => ({
          number: one.number,
          issuers: ids,
          sha256: hex(await primitives.sha256(utf8(artefactText(one)))),
        })),
      ),
    };
  }

  async function publish({ list, rootSigners = ['root-1'], publisher, ...bundle }: Publication = {}): Promise<string> {
    const draft = await listDraft();
    list?.(draft);
    return signBundle(
      {
        number: 41,
        issuedAt: NOW - 1800,
        nextUpdate: NOW + DAY,
        graceSeconds: 3 * DAY,
        root: [rootJws],
        trustList: await signGeneral('xz-trust+jws', draft, rootSigners.map(named)),
        templates: templates.map(artefactText),
        statusLists: bundle.statusLists ?? [await statusList(1), await statusList(3)],
        ...bundle,
      },
      publisher ?? named('publisher'),
    );
  }

  const open = (text: string, previous?: Remembered, context: Partial<OpenContext> = {}): Promise<OpenResult> =>
    openBundle(text, { pinnedRoot, now: NOW, primitives, previous, ...context });

  /** Publishes and opens; for bundles that must open. */
  async function trust(publication?: Publication, previous?: Trust, context?: Partial<OpenContext>): Promise<Trust> {
    const opened = await open(await publish(publication), previous, context);
    if (!opened.ok) throw new Error(`refused: ${opened.refusal}`);
    return opened.trust;
  }

  return {
    templates,
    template,
    key,
    named,
    pinnedRoot,
    rootJws,
    rootDocument,
    issue,
    issueJwt,
    revoke,
    statusList,
    issuedByCompromisedKey,
    issuedSet,
    listDraft,
    publish,
    open,
    trust,
  };
}

export function rootOrThrow(jws: unknown): Root {
  const root = readRoot(jws);
  if (!root) throw new Error('not a root document');
  return root;
}

/** The entry of one key in a draft, to edit it. */
export function entryOf(list: ListDraft, name: KeyName): KeyEntry {
  const found = list.issuers.flatMap((issuer) => issuer.keys).find(({ number }) => number === KEYS[name].number);
  if (!found) throw new Error(`no key ${name}`);
  return found;
}
