/** The W3C test vectors of vc-di-eddsa and vc-di-ecdsa, read from outside the project (SHARED_DIR), and their published keys. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { p256, p384 } from '@noble/curves/nist.js';
import { type Bytes, concat, fromHex, fromMultibase58 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import type { KeyType } from '../../src/vc/proof/cryptosuite.ts';
import { VECTORS } from '../support/vectors.ts';

export const vectorsAbsent = !existsSync(VECTORS);

/** `name` under the vectors' folder. */
export const readText = (name: string): string => readFileSync(join(VECTORS, name), 'utf8');

/** A published JSON file; its shape is the test's own knowledge. */
export const readJson = <T = JsonObject>(name: string): T => JSON.parse(readText(name));

export type Secured = { readonly document: JsonObject; readonly proofs: readonly JsonObject[] };

/** A signed document, divided as the verifier wants it; empty where there are no vectors, for the tests that are skipped then. */
export function readSecured(name: string): Secured {
  if (vectorsAbsent) return { document: {}, proofs: [] };
  const { proof, ...document } = readJson<JsonObject & { proof: JsonObject | JsonObject[] }>(name);
  return { document, proofs: [proof].flat() };
}

/** RFC 8410 PKCS #8 of an Ed25519 seed. */
const PKCS8 = fromHex('302e020100300506032b657004220420') ?? new Uint8Array();

/** `secretKey`: a Multikey (Controlled Identifiers 1.0 §2.2.2). ECDSA by RFC 6979, as the vectors were made. */
export async function signWith(secretKey: string, type: KeyType, data: Bytes): Promise<Bytes> {
  const secret = fromMultibase58(secretKey, 100)?.slice(2) ?? new Uint8Array();
  if (type === 'P-256') return new Uint8Array(p256.sign(data, secret, { prehash: true, lowS: false }));
  if (type === 'P-384') return new Uint8Array(p384.sign(data, secret, { prehash: true, lowS: false }));
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, secret), 'Ed25519', false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key, data));
}
