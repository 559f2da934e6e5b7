/** Config + platform → Deps: the one place that picks implementations. Made per invocation; what is kept between them is immutable. */
import type { Client, Config as ClientConfig } from '@libsql/client';
import compiled from '../credentials/compiled.json' with { type: 'json' };
import type { Config, Secrets } from './config.ts';
import { StartError } from './errors.ts';
import type { Scheme } from './learning/scheme.ts';
import { parseScheme } from './learning/scheme-reader.ts';
import { type Db, openDb } from './store/client.ts';
import { latestDocument } from './store/documents.ts';
import { findIssuedSet } from './store/issued-sets.ts';
import { findSigningKey, listSigningKeys } from './store/keys.ts';
import { migrate } from './store/migrate.ts';
import { hasDevelopmentKeys } from './store/organisations.ts';
import type { CredentialFields } from './vc/credential.ts';
import { type Bytes, fromBase64url } from './vc/encoding.ts';
import type { Primitives } from './vc/primitives.ts';
import type { Signer } from './vc/proof/key.ts';
import type { SecretPrimitives } from './vc/secret-primitives.ts';
import type { Signing, SigningContext } from './vc/sign-credential.ts';
import type { CompiledTemplate } from './vc/template/compiled.ts';
import type { OpenResult, Trust } from './vc/trust/bundle.ts';
import { type IssuedSets, pinnedSets } from './vc/trust/issued-set.ts';

/** From here on other threads are worth the messages. */
const MANY_ROWS = 200;

export type Deps = {
  readonly config: Config;
  readonly db: Db;
  readonly primitives: Primitives;
  readonly secretPrimitives: SecretPrimitives;
  readonly clock: { /** Epoch seconds, whole. */ now(): number };
  readonly random: {
    uuid(): string;
    /** Begins with the second: what is made together stands together in an index. Tells no more of the time. */
    uuidOf(second: number): string;
    bytes(length: number): Bytes;
    /** In [0, below). */
    integer(below: number): number;
    /** So many of them, independent of each other. */
    integers(below: number, count: number): number[];
  };
  readonly schemes: ReadonlyMap<string, Scheme>;
  readonly templates: ReadonlyMap<number, CompiledTemplate>;
  /** The published trust, as any verifier would open it; undefined before anything is published. */
  trust(): Promise<Trust | undefined>;
  /** Of compromised keys, as far as the published trust pins them and they were made here. */
  issuedSets(): Promise<IssuedSets>;
  /** Opens a bundle as a verifier with our root would. */
  openBundle(text: string, context: { now: number; previous: Trust | undefined }): Promise<OpenResult>;
  /** Forgets the kept trust, after a publication of our own. */
  forgetTrust(): void;
  /** By key number, or by a publisher's id. Throws when the key is not held. */
  signer(key: number | string): Promise<Signer>;
  /** Steps 2 to 4 of issuing, in the order of the rows; many rows are signed on other threads, where there are any. Throws when the key is not held. */
  sign(job: SigningJob): Promise<Signing[]>;
  readonly sealingKey: Bytes;
  /** Keyed hash (HMAC-SHA-256, hex) of what must be recognised again but not read. */
  keyedHash(text: string): Promise<string>;
  /** Asks for pending work to be taken up soon, by whoever may. */
  wake(): Promise<void>;
  /** Records of one request whose credentials are issued before the answer. */
  readonly issueInline: number;
  /** A built file by its path, such as `/assets/site.css`. */
  readonly assets: (path: string) => Promise<Response | undefined>;
  log(entry: Readonly<Record<string, string | number>>): void;
};

/** Rows under one template and one key. */
export type SigningJob = Pick<SigningContext, 'template' | 'issuer' | 'codePrefix'> & {
  /** Number of the key. */
  readonly key: number;
  readonly rows: readonly CredentialFields[];
};
/** All that another thread needs: the key is opened there. */
export type SealedJob = Omit<SigningJob, 'key'> & { readonly sealed: string; readonly sealingKey: Bytes };
export type SignElsewhere = (job: SealedJob) => Promise<Signing[]>;

export type Platform = {
  createClient(config: ClientConfig): Client;
  primitives: Primitives;
  secretPrimitives: SecretPrimitives;
  /** Where there are threads. */
  signElsewhere?: SignElsewhere;
  wake(): Promise<void>;
  issueInline: number;
  assets: Deps['assets'];
};

export async function makeDeps(config: Config, secrets: Secrets, platform: Platform): Promise<Deps> {
  const client = platform.createClient({
    url: config.databaseUrl,
    ...(secrets.databaseAuthToken === undefined ? {} : { authToken: secrets.databaseAuthToken }),
    ...(config.databaseUrl.startsWith('file:') ? { concurrency: 1, timeout: 5000 } : {}),
  });
  const db = await openDb(client, config.databaseUrl);
  const sealingKey = secretBytes('SEALING_KEY', secrets.sealingKey);
  const personKey = secretBytes('PERSON_KEY', secrets.personKey);
  const personMac = platform.secretPrimitives.importMac(personKey);
  const kept = keptFor(config.databaseUrl);
  const clock = { now: () => Math.floor(Date.now() / 1000) };
  return {
    config,
    db,
    primitives: platform.primitives,
    secretPrimitives: platform.secretPrimitives,
    clock,
    random,
    schemes,
    templates,
    trust: () => currentTrust(kept, { db, config, primitives: platform.primitives, clock }),
    issuedSets: async () => {
      await currentTrust(kept, { db, config, primitives: platform.primitives, clock });
      return kept.issuedSets;
    },
    openBundle: (text, context) => openWithOurRoot(text, { ...context, config, primitives: platform.primitives }),
    forgetTrust: () => {
      kept.readAtMs = 0;
    },
    signer: (key) => heldSigner(kept, { db, key, sealingKey, secretPrimitives: platform.secretPrimitives }),
    sign: async ({ key, ...job }) => {
      if (platform.signElsewhere && job.rows.length >= MANY_ROWS)
        return platform.signElsewhere({ ...job, sealed: await sealedKey(db, key), sealingKey });
      const signer = await heldSigner(kept, { db, key, sealingKey, secretPrimitives: platform.secretPrimitives });
      const { signCredentials } = await import('./vc/sign-credential.ts');
      return signCredentials(job.rows, { ...job, signer, primitives: platform.primitives });
    },
    sealingKey,
    keyedHash: async (text) => (await personMac)(text),
    wake: platform.wake,
    issueInline: platform.issueInline,
    assets: platform.assets,
    log: (entry) => console.log(JSON.stringify({ at: new Date().toISOString(), ...entry })),
  };
}

/** Before anything else is done with a database: its schema is brought up to date, and development keys are refused in production. */
export async function prepareDatabase({ config, db }: Pick<Deps, 'config' | 'db'>): Promise<void> {
  await migrate(db);
  await refuseDevelopmentKeys(config, db);
}

/** Development keys are for trying things out: what they sign proves nothing. */
async function refuseDevelopmentKeys(config: Config, db: Db): Promise<void> {
  if (!config.production || !(await hasDevelopmentKeys(db))) return;
  throw new StartError(
    '生产环境不能使用开发密钥。请换一个空的 DATA_DIR 或 DATABASE_URL,并按 `npm run keygen -- --help` 制作正式密钥。\n' +
      'Production refuses development keys. Use an empty DATA_DIR or DATABASE_URL and make real keys: npm run keygen -- --help',
  );
}

const schemes: ReadonlyMap<string, Scheme> = new Map(
  compiled.schemes.map((source) => {
    const parsed = parseScheme(source);
    if (!parsed.ok) throw new StartError(`credentials/compiled.json: ${JSON.stringify(parsed.errors)}`);
    return [parsed.scheme.id, parsed.scheme];
  }),
);

const templates: ReadonlyMap<number, CompiledTemplate> = new Map(
  (compiled.templates as unknown as CompiledTemplate[]).map((template) => [template.number, template]), // written by our compiler, which a test repeats
);

const random: Deps['random'] = {
  uuid: () => crypto.randomUUID(),
  // RFC 9562 §5.7, version 7, without its milliseconds
  uuidOf: (second) => {
    const time = (second * 1000).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
  },
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  integer: (below) => randomIntegers(below, 1)[0] ?? 0,
  integers: randomIntegers,
};

/** Drawn together: a call for each would take longer than all else about it. */
function randomIntegers(below: number, count: number): number[] {
  const limit = Math.floor(2 ** 32 / below) * below; // no modulo bias
  const drawn: number[] = [];
  while (drawn.length < count) {
    const words = crypto.getRandomValues(new Uint32Array(Math.min(count - drawn.length, 16_384)));
    for (const word of words) if (word < limit) drawn.push(word % below);
  }
  return drawn;
}

function secretBytes(name: string, value: string | undefined): Bytes {
  const bytes = fromBase64url(value ?? '');
  if (bytes?.length === 32) return bytes;
  throw new StartError(
    `缺少 ${name}:应为 32 字节的 base64url。可用 npm run keygen -- secret 生成。\n` +
      `${name} is missing: 32 bytes in base64url. Make one with: npm run keygen -- secret`,
  );
}

/** Parsed immutable values, kept between invocations: the opened trust and the opened keys. */
type Kept = { trust: Trust | undefined; issuedSets: IssuedSets; readAtMs: number; signers: Map<string, Signer> };
const keptByDatabase = new Map<string, Kept>();

function keptFor(databaseUrl: string): Kept {
  const kept = keptByDatabase.get(databaseUrl) ?? {
    trust: undefined,
    issuedSets: new Map(),
    readAtMs: 0,
    signers: new Map(),
  };
  keptByDatabase.set(databaseUrl, kept);
  return kept;
}

/** Another process's publication is seen after at most this. */
const TRUST_KEPT_MS = 1_000;

type TrustSource = Pick<Deps, 'db' | 'config' | 'primitives' | 'clock'>;

async function currentTrust(kept: Kept, { db, config, primitives, clock }: TrustSource): Promise<Trust | undefined> {
  if (kept.trust && Date.now() - kept.readAtMs < TRUST_KEPT_MS) return kept.trust;
  const readAtMs = Date.now();
  const bundle = await latestDocument(db, 'bundle');
  if (!bundle) return undefined;
  if (bundle.text !== kept.trust?.text) {
    const opened = await openWithOurRoot(bundle.text, { now: clock.now(), previous: undefined, config, primitives });
    if (!opened.ok) throw new Error(`the published bundle ${bundle.number} does not open: ${opened.refusal}`);
    kept.issuedSets = await issuedSetsFor(opened.trust, db);
    kept.trust = opened.trust;
  }
  kept.readAtMs = readAtMs;
  return kept.trust;
}

async function issuedSetsFor(trust: Trust, db: Db): Promise<IssuedSets> {
  const sets = new Map<number, Bytes>();
  for (const [key, sha256] of pinnedSets(trust)) {
    const file = await findIssuedSet(db, sha256);
    if (file) sets.set(key, file);
  }
  return sets;
}

type OpenContext = { now: number; previous: Trust | undefined } & Pick<Deps, 'config' | 'primitives'>;

/** The readers of trust documents load when trust is first asked for. */
async function openWithOurRoot(text: string, { config, ...context }: OpenContext): Promise<OpenResult> {
  const { readRoot } = await import('./vc/trust/root.ts');
  const { openBundle } = await import('./vc/trust/bundle.ts');
  const pinnedRoot = config.trustRoot === undefined ? undefined : readRoot(parsedOrUndefined(config.trustRoot));
  if (pinnedRoot) return openBundle(text, { ...context, pinnedRoot });
  throw new StartError(
    'TRUST_ROOT 缺少或不是根文件;没有它就没有信任。 TRUST_ROOT is missing or no root document: without it nothing can be trusted.',
  );
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type HeldKey = Pick<Deps, 'db' | 'sealingKey' | 'secretPrimitives'> & { key: number | string };

async function heldSigner(kept: Kept, { db, key, sealingKey, secretPrimitives }: HeldKey): Promise<Signer> {
  const known = kept.signers.get(String(key));
  if (known) return known;
  const { openSealedKey } = await import('./vc/proof/sealed-key.ts');
  const signer = await openSealedKey(await sealedKey(db, key), sealingKey, secretPrimitives);
  kept.signers.set(String(key), signer);
  return signer;
}

async function sealedKey(db: Db, key: number | string): Promise<string> {
  const row =
    typeof key === 'string'
      ? await findSigningKey(db, key)
      : (await listSigningKeys(db)).find((one) => one.number === key);
  if (row) return row.sealed;
  throw new Error(`signing key ${key} is not held here`);
}
