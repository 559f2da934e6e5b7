/** What the contestants work on: fields of one district's certificates, and the same key in the form that each of them takes. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { nodePrimitives, nodeSecretPrimitives } from '../../src/node-primitives.ts';
import { type CredentialFields, STATUS_LIST_LENGTH, slotTexts } from '../../src/vc/credential.ts';
import { fromHex, multibase58 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { codePrefix } from '../../src/vc/qr/payload.ts';
import type { SigningContext } from '../../src/vc/sign-credential.ts';
import { fillDocument } from '../../src/vc/template/fill.ts';
import type { Trust } from '../../src/vc/trust/bundle.ts';
import {
  type Authority,
  createAuthority,
  DAY,
  issuerTexts,
  MILESTONE_TEMPLATE,
  NOW,
  PUBLIC_URL,
} from '../support/authority.ts';

export type Stage = {
  readonly authority: Authority;
  readonly trust: Trust;
  readonly signing: SigningContext;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As the libraries take it. */
  readonly multikey: Multikey;
  /** A parent's certificate, another one for each number. */
  fields(n: number): CredentialFields;
  unsigned(fields: CredentialFields): JsonObject;
};

/** Controlled Identifiers 1.0 §2.2.2, with its secret. */
export type Multikey = Readonly<
  Record<'type' | 'id' | 'controller' | 'publicKeyMultibase' | 'secretKeyMultibase', string>
>;

const KEY = 'a-milestone';
const PKCS8_ED25519 = fromHex('302e020100300506032b657004220420') ?? new Uint8Array();
const GIVEN = ['小明', '晓月', '建国', '丽', '子涵', '欣怡', '伟', '雨桐'];

export async function makeStage(): Promise<Stage> {
  const authority = await createAuthority(nodePrimitives);
  const seed = createHash('sha256').update(`xingzheng test key ${KEY}`).digest(); // as the authority makes it
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  const issuer = issuerTexts('a', KEY);
  const template = authority.template(MILESTONE_TEMPLATE);
  return {
    authority,
    trust: await authority.trust(),
    signing: {
      template,
      issuer,
      signer: await nodeSecretPrimitives.importSigner(privateKey.export({ format: 'jwk' })),
      primitives: nodePrimitives,
      codePrefix: codePrefix(PUBLIC_URL),
    },
    privateKey,
    publicKey: createPublicKey(privateKey),
    multikey: {
      type: 'Multikey',
      id: issuer.verificationMethod,
      controller: issuer.issuerId,
      publicKeyMultibase: authority.key(KEY).multibase,
      secretKeyMultibase: secretMultibase(seed),
    },
    fields: (n) => ({
      template: MILESTONE_TEMPLATE,
      key: 1,
      uuid: uuidOf(n),
      validFrom: NOW - 10 * DAY,
      validUntil: NOW + 1000 * DAY,
      created: NOW - 10 * DAY,
      points: 100 * (1 + (n % 5)),
      statusIndex: STATUS_LIST_LENGTH + (n % STATUS_LIST_LENGTH),
      holder: { name: `王${GIVEN[n % GIVEN.length]}` },
      own: [n % 3, n % 5],
    }),
    unsigned: (fields) => fillDocument(template, slotTexts(template, issuer, fields)),
  };
}

const uuidOf = (n: number): string => `0190b7a2-6c1e-7f4a-9d3b-${n.toString(16).padStart(12, '0')}`;

/** multicodec ed25519-priv, varint 0x8026 (Controlled Identifiers 1.0 §2.2.2). */
const secretMultibase = (seed: Buffer): string => multibase58(Buffer.concat([Buffer.of(0x80, 0x26), seed]));
