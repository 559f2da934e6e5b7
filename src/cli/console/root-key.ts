/** Root keys as files for an offline machine: each sealed under a passphrase by scrypt; nothing of them enters the database. */
import { randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { StartError } from '../../errors.ts';
import { makeSealedKey, openSealedKey } from '../../vc/proof/sealed-key.ts';
import { webSecretPrimitives } from '../../vc/secret-primitives.ts';
import type { NamedSigner } from '../../vc/trust/signed-document.ts';
import { UsageError } from './command.ts';

const rootKeyFile = z.strictObject({
  kid: z.string(),
  publicKeyMultibase: z.string(),
  salt: z.string(),
  sealed: z.string(),
});
export type RootKeyFile = z.infer<typeof rootKeyFile>;

/** scrypt as OWASP asks for it: 128 MiB, about half a second. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const MIN_PASSPHRASE = 16;

export async function makeRootKeyFile(kid: string, path: string): Promise<RootKeyFile> {
  if (existsSync(path)) throw new StartError(`${path} 已存在,不会覆盖。 It exists and is not overwritten.`);
  const salt = randomBytes(16).toString('base64url');
  const file = { kid, salt, ...(await makeSealedKey(sealingKey(salt))) };
  writeFileSync(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  return file;
}

export async function openRootKeyFile(path: string): Promise<NamedSigner> {
  if (!existsSync(path)) throw new UsageError(`${path}: 没有这个文件。 There is no such file.`);
  const file = rootKeyFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!file.success) throw new UsageError(`${path} 不是根密钥文件。 It is no root key file.`);
  const { kid, salt, sealed } = file.data;
  try {
    return { kid, signer: await openSealedKey(sealed, sealingKey(salt), webSecretPrimitives) };
  } catch {
    throw new StartError(`${path}: 口令不对。 The passphrase does not open it.`);
  }
}

/** From ROOT_PASSPHRASE, never from the command line, where others could read it. */
function sealingKey(salt: string): Uint8Array<ArrayBuffer> {
  const passphrase = process.env.ROOT_PASSPHRASE ?? '';
  if (passphrase.length < MIN_PASSPHRASE) {
    throw new StartError(
      `请用环境变量 ROOT_PASSPHRASE 给出至少 ${MIN_PASSPHRASE} 个字符的口令。 Give a passphrase of at least ${MIN_PASSPHRASE} characters in ROOT_PASSPHRASE.`,
    );
  }
  return new Uint8Array(scryptSync(passphrase, Buffer.from(salt, 'base64url'), 32, COST));
}
