/** A thread that signs beside the one that talks to the database: jobs in, packed credentials out. Node only. */
import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { nodePrimitives, nodeSecretPrimitives } from './node-primitives.ts';
import type { ThreadJob } from './signing-threads.ts';
import type { Signer } from './vc/proof/key.ts';
import { openSealedKey } from './vc/proof/sealed-key.ts';
import { signCredentials } from './vc/sign-credential.ts';

/** Opened once, for as long as the thread lives. */
const signers = new Map<string, Signer>();
/** The first of equal objects: forms are kept for a template and an issuer that stay the same. */
const seen = new Map<string, unknown>();

function first<T>(value: T): T {
  const text = JSON.stringify(value);
  const known = seen.get(text) ?? value;
  seen.set(text, known);
  return known as T; // of the same text, so of the same type
}

parentPort?.on('message', async ({ id, sealed, sealingKey, template, issuer, codePrefix, rows }: ThreadJob) => {
  const signer = signers.get(sealed) ?? (await openSealedKey(sealed, sealingKey, nodeSecretPrimitives));
  signers.set(sealed, signer);
  const context = { template: first(template), issuer: first(issuer), signer, primitives: nodePrimitives, codePrefix };
  parentPort?.postMessage({ id, signings: await signCredentials(rows, context) });
});

/** Where both want a processor, the thread that answers requests and writes has it. Only Linux knows priorities of threads. */
function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority;
    setPriority(thread, Math.min(getPriority(thread) + PRIORITY_BELOW_NORMAL, PRIORITY_LOW));
  } catch {
    // Without /proc, or forbidden: then all are equal.
  }
}
giveWay();
