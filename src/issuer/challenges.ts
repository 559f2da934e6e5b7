/** The verbs of a verifier's challenges (VCALM §3.3.3): random, good once and for ten minutes, kept hashed. */
import type { Deps } from '../deps.ts';
import { addChallenge, takeChallenge } from '../store/vc-api.ts';
import { base64url } from '../vc/encoding.ts';
import { tokenHash } from './api-key.ts';

const CHALLENGE_SECONDS = 600;
/** 192 bits; in base64url exactly 32 characters. */
const NONCE_BYTES = 24;
const NONCE_LENGTH = 32;
/** Hex digits of the keyed hash that make a challenge known as ours after its row is gone. */
const MARK_LENGTH = 32;

export async function createChallenge(deps: Deps, verifier: string): Promise<string> {
  const nonce = base64url(deps.random.bytes(NONCE_BYTES));
  const challenge = `${nonce}${await mark(deps, nonce)}`;
  const now = deps.clock.now();
  const hash = await tokenHash(deps, challenge);
  await addChallenge(deps.db, verifier, { hash, expiresAt: now + CHALLENGE_SECONDS }, now);
  return challenge;
}

/**
 * `fresh` for exactly one caller, while it lasts. `spent`: made here, and used, expired or another verifier's: for ever, so
 * that nothing is replayed once its row is swept. `foreign`: not made here; the caller knows whether it is good.
 */
export async function useChallenge(
  deps: Deps,
  verifier: string,
  challenge: string,
): Promise<'fresh' | 'spent' | 'foreign'> {
  const nonce = challenge.slice(0, NONCE_LENGTH);
  if (challenge !== `${nonce}${await mark(deps, nonce)}`) return 'foreign';
  const taken = await takeChallenge(deps.db, verifier, await tokenHash(deps, challenge), deps.clock.now());
  return taken ? 'fresh' : 'spent';
}

const mark = async (deps: Deps, nonce: string): Promise<string> =>
  (await deps.keyedHash(`challenge\n${nonce}`)).slice(0, MARK_LENGTH);
