/** Verifying one credential, from JSON text and from the digits of its code, with dates, key and status: against a bare verification and against others. */
import { sign, verify as verifyBare } from 'node:crypto';
import { compactVerify } from 'jose';
import { nodePrimitives } from '../../src/node-primitives.ts';
import type { Presented } from '../../src/vc/verify/read.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { type Issued, NOW } from '../support/authority.ts';
import { libraryVerifier, verifiesAll } from './libraries.ts';
import { rateOf, ratioOf, takeTurns } from './measure.ts';
import type { Group } from './row.ts';
import { makeStage, type Stage } from './stage.ts';

/** Different ones, so that nothing is known from the last time. */
const CREDENTIALS = 500;

export const run: Group = async () => {
  const stage = await makeStage();
  const issued: Issued[] = [];
  for (let n = 0; n < CREDENTIALS; n++) issued.push(await stage.authority.issue(stage.fields(n)));
  const texts = issued.map(({ json }) => json);
  const library = libraryVerifier('digitalbazaar', stage);
  const token = (await stage.authority.issueJwt(stage.fields(0))).token;
  const ours = {
    name: 'json',
    run: (times: number) => verifyAll(stage, issued, times, ({ json }) => ({ credential: json })),
  };
  const rates = await takeTurns([
    ours,
    { name: 'qr', run: (times) => verifyAll(stage, issued, times, ({ url }) => ({ qr: url })) },
    { name: 'bare', run: bareContestant(stage) },
    verifiesAll('library', library, texts),
    { name: 'jose', run: (times) => joseVerifies(stage, token, times) },
  ]);
  // The peers load only now: didkit's WebAssembly is compiled beside whatever runs.
  const { verifyPeerRows } = await import('./verify-peers.ts');
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
    ...(await verifyPeerRows(stage, { ours, issued })),
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

async function joseVerifies({ authority }: Stage, token: string, times: number): Promise<void> {
  const key = await crypto.subtle.importKey('raw', authority.key('a-jwt').publicKey, 'Ed25519', false, ['verify']);
  for (let i = 0; i < times; i++) await compactVerify(token, key);
}
