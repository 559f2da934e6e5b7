/** This device's own key for slips: made here by WebCrypto, not extractable, kept with the station's records. */
import type { Bytes } from '../../vc/encoding.ts';
import type { Signer } from '../../vc/proof/key.ts';
import { exchangeRecord, readRecord } from './database.ts';

export type DeviceKey = { readonly publicKey: Bytes; readonly signer: Signer };

/** Undefined before it is made. */
export async function heldDeviceKey(): Promise<DeviceKey | undefined> {
  const pair = await readRecord<CryptoKeyPair>('device-key').catch(() => undefined);
  return pair && opened(pair);
}

/** The one that is held, or a new one. Undefined in a browser that has no Ed25519 or stores no keys. */
export async function makeDeviceKey(): Promise<DeviceKey | undefined> {
  try {
    const made = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair; // an asymmetric algorithm
    const kept = await exchangeRecord<CryptoKeyPair>('device-key', (held) => (held ? undefined : made));
    return await opened(kept ?? made);
  } catch {
    return undefined;
  }
}

async function opened({ publicKey, privateKey }: CryptoKeyPair): Promise<DeviceKey> {
  return {
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)),
    signer: { sign: async (data) => new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, data)) },
  };
}
