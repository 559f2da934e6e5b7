/** Verifying one credential, from JSON text and from the digits of its code, with dates, key and status: against a bare verification and against others. */
import { sign, verify as verifyBare } from 'node:crypto';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { verifyCredential } from '@digitalbazaar/vc';
import { compactVerify } from 'jose';
import { nodePrimitives } from '../../src/node-primitives.ts';
import { loadContext } from '../../src/vc/contexts.ts';
import type { Presented } from '../../src/vc/verify/read.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { type Issued, issuerTexts, NOW } from '../support/authority.ts';
import { rateOf, ratioOf, takeTurns } from './measure.ts';
import type { Group } from './row.ts';
import { makeStage, type Stage } from './stage.ts';

/** Different ones, so that nothing is known from the last time. */
const CREDENTIALS = 500;

export const run: Group = async () => {
  const stage = await makeStage();
  const issued: Issued[] = [];
  for (let n = 0; n < CREDENTIALS; n++) issued.push(await stage.authority.issue(stage.fields(n)));
  const token = (await stage.authority.issueJwt(stage.fields(0))).token;
  const rates = await takeTurns([
    { name: 'json', run: (times) => verifyAll(stage, issued, times, ({ json }) => ({ credential: json })) },
    { name: 'qr', run: (times) => verifyAll(stage, issued, times, ({ url }) => ({ qr: url })) },
    { name: 'bare', run: bareContestant(stage) },
    { name: 'library', run: libraryContestant(stage, issued) },
    { name: 'jose', run: (times) => joseVerifies(stage, token, times) },
  ]);
  return [
    {
      key: 'verify_per_s',
      what: 'verify a QR code, per core-second',
      value: rateOf(rates, 'qr'),
    },
    {
      key: 'verify_json_vs_bare',
      what: 'verify JSON text, against a bare Ed25519 verification',
      value: ratioOf(rates, 'json', 'bare'),
      goal: { atLeast: 0.7 },
    },
    {
      key: 'verify_qr_vs_bare',
      what: 'verify the digits of a QR code, against a bare Ed25519 verification',
      value: ratioOf(rates, 'qr', 'bare'),
      goal: { atLeast: 0.7 },
    },
    {
      key: 'verify_vs_library',
      what: 'verify JSON text, against `verifyCredential` of @digitalbazaar/vc',
      value: ratioOf(rates, 'json', 'library'),
      goal: { atLeast: 15 },
    },
    {
      key: 'verify_vs_jose',
      what: 'verify JSON text, against `compactVerify` of jose over the same claims as a token (no dates, trust or status)',
      value: ratioOf(rates, 'json', 'jose'),
    },
  ];
};

async function verifyAll(
  { trust }: Stage,
  issued: readonly Issued[],
  times: number,
  presented: (one: Issued) => Presented,
): Promise<void> {
  const context = { trust, now: NOW, primitives: nodePrimitives };
  for (let i = 0; i < times; i++) {
    const one = issued[i % issued.length];
    const verdict = one && (await verify(presented(one), context));
    if (verdict?.outcome !== 'valid') throw new Error(JSON.stringify(verdict));
  }
}

function bareContestant({ privateKey, publicKey }: Stage): (times: number) => void {
  const pairs = Array.from({ length: CREDENTIALS }, (_, n) => {
    const data = Buffer.alloc(64, n);
    return { data, signature: sign(null, data, privateKey) };
  });
  return (times) => {
    for (let i = 0; i < times; i++) {
      const pair = pairs[i % pairs.length];
      if (!pair || !verifyBare(null, pair.data, publicKey, pair.signature)) throw new Error('not verified');
    }
  };
}

/** As its README uses it: static documents, a suite for each credential. */
function libraryContestant({ authority }: Stage, issued: readonly Issued[]): (times: number) => Promise<void> {
  const { issuerId, verificationMethod } = issuerTexts('a', 'a-milestone');
  const publicKeyMultibase = authority.key('a-milestone').multibase;
  const method = { id: verificationMethod, type: 'Multikey', controller: issuerId, publicKeyMultibase };
  const context = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'];
  const documents = new Map<string, unknown>([
    [
      issuerId,
      { '@context': context, id: issuerId, verificationMethod: [method], assertionMethod: [verificationMethod] },
    ],
    [verificationMethod, { '@context': context[1], ...method }],
  ]);
  return async (times) => {
    for (let i = 0; i < times; i++) {
      const result = await verifyCredential({
        credential: JSON.parse(issued[i % issued.length]?.json ?? ''),
        suite: new DataIntegrityProof({ cryptosuite }),
        now: new Date(NOW * 1000),
        documentLoader: async (url) => {
          const document = documents.get(url);
          return document ? { contextUrl: null, documentUrl: url, document } : loadContext(url);
        },
        checkStatus: async () => ({ verified: true }),
      });
      if (!result.verified) throw new Error('the library does not verify it');
    }
  };
}

async function joseVerifies({ authority }: Stage, token: string, times: number): Promise<void> {
  const key = await crypto.subtle.importKey('raw', authority.key('a-jwt').publicKey, 'Ed25519', false, ['verify']);
  for (let i = 0; i < times; i++) await compactVerify(token, key);
}
