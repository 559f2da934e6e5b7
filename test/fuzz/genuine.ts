/** What the mutations start from: credentials and bundles of the development authority, each with the answer that it deserves. */
import { STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import type { Trust } from '../../src/vc/trust/bundle.ts';
import type { Reason } from '../../src/vc/verify/verdict.ts';
import { type Authority, createAuthority, DAY, type Issued, NOW } from '../support/authority.ts';

/** One thing to present: a credential in its JSON and its code, or a token. */
export type Start<T> = {
  readonly name: string;
  readonly issued: T;
  readonly answer: 'accepted' | { readonly refused: Reason };
  /** Signed by the key that it names, which may sign it: only then may a verdict show it. */
  readonly proven: boolean;
};

export type Genuine = {
  readonly authority: Authority;
  readonly credentials: readonly Start<Issued>[];
  readonly tokens: readonly Start<string>[];
  /** Today's bundle, as text and opened. */
  readonly bundle: string;
  readonly trust: Trust;
  /** Of an older trust list, from before the revocation. */
  readonly olderBundle: string;
  /** Its trust list is newer, and signed by nobody whom the root knows. */
  readonly strangeBundle: string;
};

const start = <T>(name: string, issued: T, reason?: Reason): Start<T> => ({
  name,
  issued,
  answer: reason === undefined ? 'accepted' : { refused: reason },
  proven: reason === undefined || reason === 'revoked' || reason === 'expired',
});

/** A uuid and a status entry of its own. */
const entry = (n: number) => ({
  uuid: `0190b7a2-6c1e-7f4a-9d3b-${String(n).padStart(12, '0')}`,
  statusIndex: STATUS_LIST_LENGTH + n,
});

const FIVE_STARS = { ...entry(2), own: [2, 4], points: 500, holder: { name: '王小明' } };
const WITHOUT_END = { ...entry(3), validUntil: null };
const PSEUDONYM = { ...entry(5), holder: { pseudonym: Uint8Array.from({ length: 16 }, (_, i) => 17 * i) } };
const HOSTILE_NAME = { ...entry(6), holder: { name: 'e\u0301"\\\u0000\u202e{uuid}Å😀' } };
const REVOKED = entry(9);
const EXPIRED = { ...entry(10), validUntil: NOW - DAY };
const FORGED = { ...entry(11), points: 500 };

export async function makeGenuine(): Promise<Genuine> {
  const authority = await createAuthority();
  const { issue } = authority;
  const token = async (...options: Parameters<Authority['issueJwt']>) => (await authority.issueJwt(...options)).token;
  const revoked = await issue(REVOKED);
  const credentials = [
    start('plain', await issue(entry(1))),
    start('five stars', await issue(FIVE_STARS)),
    start('without end', await issue(WITHOUT_END)),
    start('masked', await issue({ ...entry(4), holder: { name: '欧*月' } })),
    start('pseudonym', await issue(PSEUDONYM)),
    start('hostile name', await issue(HOSTILE_NAME)),
    start('other district', await issue({ uuid: entry(7).uuid }, { by: 'b-milestone' })),
    start('retired key', await issue(entry(8), { by: 'a-retired' })),
    start('revoked', revoked, 'revoked'),
    start('expired', await issue(EXPIRED), 'expired'),
    start('forged', await issue(FORGED, { signWith: 'b-milestone' }), 'bad-signature'),
    start('compromised key', await issue(entry(12), { by: 'a-compromised' }), 'issued-set-unavailable'),
    start('not authorised key', await issue(entry(13), { by: 'a-general' }), 'key-not-authorised'),
  ];
  const tokens = [
    start('plain', await token(entry(1))),
    start('five stars', await token(FIVE_STARS)),
    start('without end', await token(WITHOUT_END)),
    start('pseudonym', await token(PSEUDONYM)),
    start('hostile name', await token(HOSTILE_NAME)),
    start('revoked', await token(REVOKED), 'revoked'),
    start('expired', await token(EXPIRED), 'expired'),
    start('forged', await token(FORGED, { signWith: 'a-milestone' }), 'bad-signature'),
    start('milestone key', await token(entry(1), { by: 'a-milestone' }), 'key-not-authorised'),
  ];

  const step = (by: number) => (list: { number: number }) => {
    list.number += by;
  };
  const olderBundle = await authority.publish({ number: 40, list: step(-1) });
  authority.revoke(revoked);
  const bundle = await authority.publish();
  const strangeBundle = await authority.publish({ number: 42, list: step(1), rootSigners: ['stranger'] });
  const opened = await authority.open(bundle);
  if (!opened.ok) throw new Error(`the fuzzer's own bundle is refused: ${opened.refusal}`);
  return { authority, credentials, tokens, bundle, trust: opened.trust, olderBundle, strangeBundle };
}
