/** `npm run trust`: drafts the trust list beside the database, signs it offline, installs what the root signed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepareDatabase } from '../deps.ts';
import { StartError } from '../errors.ts';
import { draftTrustList, installTrust, type KeyChange } from '../issuer/establish.ts';
import { makeIssuedSet } from '../issuer/issued-set.ts';
import { nodeDeps } from '../node-platform.ts';
import { isObject, parseJson } from '../vc/json.ts';
import { type GeneralJws, generalJws, signGeneral } from '../vc/trust/signed-document.ts';
import { readTrustList } from '../vc/trust/trust-list.ts';
import { command, UsageError } from './console/command.ts';
import { openRootKeyFile } from './console/root-key.ts';

const USAGE = `npm run trust -- <what>
  draft --out <file> [--retire <key number>…] [--compromised <key number>…] [--issued-set <key number>…]
                                            服务机器上:拟出下一份信任名单 Beside the database: the next trust list, unsigned
      --issued-set  此失窃密钥在本数据库中的证书仍然有效(须确信数据库未被改动)
                    certificates of this compromised key stay valid as this database has them (only if nobody else wrote into it)
  sign --draft <file> --key <root key file>… --out <file>
      离线机器上:核对后以根密钥签名(口令在 ROOT_PASSPHRASE) Offline, after reading it: sign with the root keys
  install --list <file>                     服务机器上:安装并发布(TRUST_ROOT 为 root.json) Beside the database: install and publish (TRUST_ROOT is root.json)`;

const OPTIONS = {
  out: { type: 'string' },
  draft: { type: 'string' },
  key: { type: 'string', multiple: true },
  list: { type: 'string' },
  retire: { type: 'string', multiple: true },
  compromised: { type: 'string', multiple: true },
  'issued-set': { type: 'string', multiple: true },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const ACTS: Readonly<Record<string, (values: Values) => Promise<void>>> = { draft, sign, install };

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const act = positionals.length === 1 ? ACTS[positionals[0] ?? ''] : undefined;
  if (!act) throw new UsageError('应给出 draft、sign 或 install。 Expected draft, sign or install.');
  await act(values);
  return 0;
});

async function draft({ out, retire = [], compromised = [], 'issued-set': sets = [] }: Values): Promise<void> {
  if (!out) throw new UsageError('缺少 --out。 --out is missing.');
  const changes = new Map<number, KeyChange>([
    ...retire.map((number) => [Number(number), { state: 'retired' }] as const),
    ...[...compromised, ...sets].map((number) => [Number(number), { state: 'compromised' }] as const),
  ]);
  const deps = await nodeDeps({ env: process.env });
  await prepareDatabase(deps);
  for (const number of sets.map(Number)) {
    const issuedSet = await makeIssuedSet(deps, number);
    changes.set(number, { state: 'compromised', issuedSet });
    console.log(
      `密钥 ${number} 的签发清单:${issuedSet.count} 张证书,SHA-256 ${issuedSet.sha256}。 Issued set of key ${number}: ${issuedSet.count} certificates.`,
    );
  }
  writeFileSync(out, `${JSON.stringify(await draftTrustList(deps, changes), null, 2)}\n`);
  deps.db.close();
  console.log(`${out} 已写好,请逐项核对后在离线机器上签名。 It is written: read every entry, then sign it offline.`);
}

async function sign({ draft: path, key, out }: Values): Promise<void> {
  if (!path || !key || !out) throw new UsageError('需要 --draft、--key、--out。 --draft, --key and --out are needed.');
  const list = readJson(path);
  if (!isObject(list) || !readTrustList(list)) throw new StartError(`${path} 不是信任名单。 It is no trust list.`);
  const signers = await Promise.all(key.map(openRootKeyFile));
  writeFileSync(out, JSON.stringify(await signGeneral('xz-trust+jws', list, signers)));
  console.log(`${out} 已签名(${signers.length} 把根密钥)。 Signed with ${signers.length} root keys.`);
}

async function install({ list: path }: Values): Promise<void> {
  if (!path) throw new UsageError('缺少 --list。 --list is missing.');
  const trustList = jwsFrom(readJson(path), path);
  const deps = await nodeDeps({ env: process.env });
  await prepareDatabase(deps);
  const root = jwsFrom(JSON.parse(deps.config.trustRoot ?? 'null'), 'TRUST_ROOT');
  const number = await installTrust(deps, { root, trustList });
  deps.db.close();
  console.log(
    `信任名单已安装,核验数据包 ${number} 已发布。 The trust list is installed; bundle ${number} is published.`,
  );
}

function readJson(path: string): unknown {
  if (!existsSync(path)) throw new UsageError(`${path}: 没有这个文件。 There is no such file.`);
  const parsed = parseJson(readFileSync(path, 'utf8'), { maxBytes: 8 * 1024 * 1024, maxDepth: 24 });
  if (parsed.ok) return parsed.value;
  throw new UsageError(`${path} 不是 JSON。 It is no JSON.`);
}

function jwsFrom(value: unknown, name: string): GeneralJws {
  const jws = generalJws.safeParse(value);
  if (jws.success) return jws.data;
  throw new StartError(`${name} 不是已签名的文件。 It is no signed document.`);
}
