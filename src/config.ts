/** env → Config and Secrets, read once; every setting with its default stands here and in the README. */
import { StartError } from './errors.ts';

export type HolderPolicy = 'full' | 'masked' | 'pseudonym';

export type Config = {
  /** `NODE_ENV=production`: development keys are refused. */
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  /** Links and the QR prefix only; without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** The pinned root document itself, as JSON text. */
  readonly trustRoot: string | undefined;
  readonly holderPolicy: HolderPolicy;
  readonly bundleHours: number;
  readonly bundleGraceDays: number;
  readonly selfCheckEvery: number;
  /** One credential in so many is also verified through the full JSON-LD path before it is recorded. */
  readonly canaryEvery: number;
  /** On Node: threads that sign large batches; 0 for none. */
  readonly signingThreads: number;
  /** POST /verify requests a minute from one address; 0 turns the limit off. */
  readonly verifyLimitPerMinute: number;
};

export type Secrets = {
  readonly databaseAuthToken: string | undefined;
  /** 32 bytes, base64url: opens the sealed signing keys. */
  readonly sealingKey: string | undefined;
  /** 32 bytes, base64url: the key of the keyed hashes of person ids. It must never change. */
  readonly personKey: string | undefined;
};

export type Env = Readonly<Record<string, string | undefined>>;

export function readConfig(env: Env): { config: Config; secrets: Secrets } {
  const port = whole(env, 'PORT', 8787, 1, 65_535);
  const dataDir = env.DATA_DIR || './data';
  const config: Config = {
    production: env.NODE_ENV === 'production',
    port,
    host: env.HOST || '127.0.0.1',
    publicUrl: publicUrl(env.PUBLIC_URL || `http://localhost:${port}`),
    dataDir,
    databaseUrl: env.DATABASE_URL || `file:${dataDir}/xingzheng.db`,
    trustRoot: env.TRUST_ROOT || undefined,
    holderPolicy: oneOf(env, 'HOLDER_POLICY', ['masked', 'full', 'pseudonym']),
    bundleHours: whole(env, 'BUNDLE_HOURS', 24, 1, 24 * 90),
    bundleGraceDays: whole(env, 'BUNDLE_GRACE_DAYS', 30, 0, 365),
    selfCheckEvery: whole(env, 'SELF_CHECK_EVERY', 64, 1, 1_000_000),
    canaryEvery: whole(env, 'CANARY_EVERY', 1_000, 1, 1_000_000),
    signingThreads: whole(env, 'SIGNING_THREADS', 2, 0, 64),
    verifyLimitPerMinute: whole(env, 'VERIFY_LIMIT_PER_MINUTE', 150_000, 0, 10_000_000),
  };
  return {
    config,
    secrets: {
      databaseAuthToken: env.DATABASE_AUTH_TOKEN || undefined,
      sealingKey: env.SEALING_KEY || undefined,
      personKey: env.PERSON_KEY || undefined,
    },
  };
}

function whole(env: Env, name: string, fallback: number, least: number, most: number): number {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new StartError(
    `${name}=${text}: 应为 ${least} 到 ${most} 的整数。 Expected a whole number from ${least} to ${most}.`,
  );
}

function oneOf<T extends string>(env: Env, name: string, values: readonly [T, ...T[]]): T {
  const text = env[name] || values[0];
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  throw new StartError(`${name}=${text}: 应为其一 expected one of ${values.join(', ')}`);
}

function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (plain) return url.origin;
  throw new StartError(
    `PUBLIC_URL=${text}: 应为 http(s) 网址,只到域名和端口为止。 Expected an http(s) origin: no path, query or fragment.`,
  );
}
