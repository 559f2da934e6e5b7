/** `npm run keygen`: real keys. The root's on a machine without a network; issuers' and publishers' beside the database, sealed. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Deps, prepareDatabase } from '../deps.ts';
import { StartError } from '../errors.ts';
import {
  addLists,
  createGeneralKey,
  createIssuer,
  createKey,
  createPublisher,
  ISSUER_PURPOSES,
  issuerAt,
  organisationOrThrow,
} from '../issuer/establish.ts';
import { nodeDeps } from '../node-platform.ts';
import { signGeneral } from '../vc/trust/signed-document.ts';
import { command, UsageError } from './console/command.ts';
import { makeRootKeyFile, openRootKeyFile } from './console/root-key.ts';

const USAGE = `npm run keygen -- <what>
制作正式密钥。顺序 Real keys, in this order:
  secret                                    生成 SEALING_KEY 或 PERSON_KEY 的值 a value for SEALING_KEY or PERSON_KEY
  root --out <dir> [--count n] [--threshold m]
      离线机器上:根密钥与 root.json(口令在 ROOT_PASSPHRASE) On an offline machine: root keys and root.json (passphrase in ROOT_PASSPHRASE)
  issuer --id <id> --name <name> [--scheme <id>…]
      服务机器上:单位及其签发、状态、jwt 密钥(已有单位补齐缺的);名称写进每张证书,以后不能改 Beside the database: a bureau with its milestone, status and jwt keys (what it lacks is made); the name goes into every certificate and cannot change
  key --org <id> --purpose milestone|status|jwt|general [--scheme <id>…]
      换发密钥(签发密钥默认 92 天);jwt 供证书导出为 vc+jwt;general 供 VC-API 签发,另有 DID,不进信任名单
      A further key (a milestone key lasts 92 days); jwt is for certificates as vc+jwt; general is for issuing over the VC-API under a DID of its own, in no trust list
  lists --org <id>                          增加四份状态名单 four more status lists of 131,072 entries
  publisher                                 发布密钥 the key that signs bundles
然后 Then: npm run trust -- --help
issuer、key、publisher 需要 need: SEALING_KEY, PERSON_KEY, PUBLIC_URL (https), DATA_DIR / DATABASE_URL`;

const OPTIONS = {
  out: { type: 'string' },
  count: { type: 'string', default: '1' },
  threshold: { type: 'string', default: '1' },
  id: { type: 'string' },
  name: { type: 'string' },
  org: { type: 'string' },
  purpose: { type: 'string' },
  scheme: { type: 'string', multiple: true },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const KINDS: Readonly<Record<string, (values: Values) => Promise<void>>> = {
  secret: async () => console.log(randomBytes(32).toString('base64url')),
  root: makeRoot,
  issuer: (values) => withDatabase((deps) => makeIssuer(deps, values)),
  key: (values) => withDatabase((deps) => makeKey(deps, values)),
  lists: (values) => withDatabase((deps) => makeLists(deps, values)),
  publisher: (values) => withDatabase((deps) => makePublisher(deps, values)),
};

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const kind = positionals.length === 1 ? KINDS[positionals[0] ?? ''] : undefined;
  if (!kind)
    throw new UsageError(
      '应给出 secret、root、issuer、key、lists 或 publisher。 Expected secret, root, issuer, key, lists or publisher.',
    );
  await kind(values);
  return 0;
});

async function makeRoot({ out, count, threshold }: Values): Promise<void> {
  const [keys, least] = [Number(count), Number(threshold)];
  if (!out) throw new UsageError('缺少 --out。 --out is missing.');
  if (!(Number.isInteger(keys) && keys >= 1 && keys <= 16 && Number.isInteger(least) && least >= 1 && least <= keys)) {
    throw new UsageError('应为 1 ≤ threshold ≤ count ≤ 16。 Expected 1 ≤ threshold ≤ count ≤ 16.');
  }
  mkdirSync(out, { recursive: true });
  const files = Array.from({ length: keys }, (_, index) => join(out, `root-${index + 1}.key.json`));
  const made = [];
  for (const [index, file] of files.entries()) made.push(await makeRootKeyFile(`root-1-${index + 1}`, file));
  const payload = {
    version: 1,
    keys: made.map(({ kid, publicKeyMultibase }) => ({ id: kid, publicKeyMultibase })),
    threshold: least,
  };
  const signers = await Promise.all(files.map(openRootKeyFile));
  writeFileSync(join(out, 'root.json'), JSON.stringify(await signGeneral('xz-root+jws', payload, signers)));
  console.log(`${files.join('\n')}\n${join(out, 'root.json')}
密钥文件请分人离线保管;root.json 是公开的,设为服务的 TRUST_ROOT。
Keep the key files apart and offline; root.json is public: make it the service's TRUST_ROOT.`);
}

/** Real keys are sealed under given secrets only, never under those of a development set-up. */
async function withDatabase(work: (deps: Deps) => Promise<void>): Promise<void> {
  const deps = await nodeDeps({ env: { ...process.env, NODE_ENV: 'production' } });
  try {
    await prepareDatabase(deps);
    await work(deps);
  } finally {
    deps.db.close();
  }
}

async function makeIssuer(deps: Deps, { id, name, scheme }: Values): Promise<void> {
  if (!id || !/^[a-z0-9-]{1,64}$/.test(id) || !name)
    throw new UsageError(
      '--id 应为小写字母、数字或 -,并需 --name。 --id takes lower-case letters, digits and -; --name is needed too.',
    );
  if (!deps.config.publicUrl.startsWith('https://')) {
    throw new StartError(
      'PUBLIC_URL 应为 https 网址:它会写进 DID 和每张证书,以后不能更改。 PUBLIC_URL must be https: it goes into the DID and every certificate and cannot change later.',
    );
  }
  const organisation = issuerAt(deps.config.publicUrl, { id, name });
  const made = await createIssuer(deps, organisation, { development: false, ...known(deps, scheme) });
  console.log(
    made === 0
      ? `${id} 已存在,没有变化。 It exists: nothing changed.`
      : `${organisation.issuerId}:已制作 ${made} 把密钥。 ${made} keys made. 下一步 next: npm run trust -- draft`,
  );
}

async function makeKey(deps: Deps, { org, purpose, scheme }: Values): Promise<void> {
  const listed = ISSUER_PURPOSES.find((one) => one === purpose);
  if (!org || (!listed && purpose !== 'general'))
    throw new UsageError(
      '需要 --org 和 --purpose milestone|status|jwt|general。 --org and --purpose milestone|status|jwt|general are needed.',
    );
  const organisation = await organisationOrThrow(deps, org);
  if (!listed) return console.log(await createGeneralKey(deps, organisation, { development: false }));
  const id = await createKey(deps, organisation, { purpose: listed, development: false, ...known(deps, scheme) });
  console.log(`${id}\n下一步 next: npm run trust -- draft`);
}

async function makeLists(deps: Deps, { org }: Values): Promise<void> {
  if (!org) throw new UsageError('缺少 --org。 --org is missing.');
  await addLists(deps, await organisationOrThrow(deps, org));
  console.log('已增加 added。下一步 next: npm run trust -- draft');
}

async function makePublisher(deps: Deps, _values: Values): Promise<void> {
  console.log(`${await createPublisher(deps, { development: false })}\n下一步 next: npm run trust -- draft`);
}

function known(deps: Deps, schemes: string[] | undefined): { schemes?: string[] } {
  const stranger = schemes?.find((id) => !deps.schemes.has(id));
  if (stranger !== undefined) throw new UsageError(`没有方案 ${stranger}。 There is no scheme ${stranger}.`);
  return schemes ? { schemes } : {};
}
