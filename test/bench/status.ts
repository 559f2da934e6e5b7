/** Status lists at the scale of ten million parents: signing, the bundle that carries them, opening it, and the look-up of an entry. */
import { gzipSync } from 'node:zlib';
import { nodePrimitives } from '../../src/node-primitives.ts';
import { STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { bitAt, emptyBitstring, setBit } from '../../src/vc/status/bitstring.ts';
import { type Authority, createAuthority } from '../support/authority.ts';
import type { Row } from './row.ts';

const CREDENTIALS = 10_000_000;
const REVOKED = 0.01;
const LOOK_UPS = 1_000_000;

export async function statusRows(): Promise<Row[]> {
  const authority = await createAuthority(nodePrimitives);

  const started = performance.now();
  const { numbers, lists } = await signLists(authority, CREDENTIALS);
  const built = performance.now();
  const bundle = await publishLists(authority, { numbers, lists });
  const published = performance.now();
  const opened = await authority.open(bundle);
  const open = performance.now();
  if (!opened.ok) throw new Error(opened.refusal);

  let set = 0;
  for (let i = 0; i < LOOK_UPS; i++) {
    const list = opened.trust.statusLists.get(numbers[i % numbers.length] ?? 0);
    set += (list && bitAt(list.bits, (i * 7919) % STATUS_LIST_LENGTH)) || 0;
  }
  const looked = performance.now();
  if (set < (LOOK_UPS * REVOKED) / 2) throw new Error(`${set} of ${LOOK_UPS} are revoked`);
  return [
    {
      key: 'status_build_ms',
      what: 'status lists of 10 million credentials, 1 % revoked: signed, ms',
      value: built - started,
    },
    { key: 'status_publish_ms', what: 'a bundle that carries them: signed, ms', value: published - built },
    {
      key: 'status_open_ms',
      what: 'the bundle verified wholly and opened, as a station does, ms',
      value: open - published,
    },
    { key: 'status_lookup_ns', what: 'one entry looked up, ns', value: ((looked - open) * 1e6) / LOOK_UPS },
    {
      key: 'status_bundle_kib',
      what: 'the bundle, gzip, KiB',
      value: gzipSync(bundle).length / 1024,
      goal: { atMost: 250 },
    },
  ];
}

type Lists = { readonly numbers: number[]; readonly lists: JsonObject[] };

/** The status lists of so many credentials, 1 % of them revoked at random. */
export async function signLists(authority: Authority, credentials: number): Promise<Lists> {
  const numbers = Array.from({ length: Math.ceil(credentials / STATUS_LIST_LENGTH) }, (_, n) => 10 + n);
  const lists: JsonObject[] = [];
  for (const [n, number] of numbers.entries()) {
    const entries = Math.min(STATUS_LIST_LENGTH, credentials - n * STATUS_LIST_LENGTH);
    lists.push(await authority.statusList(number, { by: 'a-status', bits: revokedAtRandom(entries) }));
  }
  return { numbers, lists };
}

/** A bundle that carries them. */
export const publishLists = (authority: Authority, { numbers, lists }: Lists): Promise<string> =>
  authority.publish({
    statusLists: lists,
    list: ({ issuers: [a] }) => {
      if (a) a.statusLists = numbers;
    },
  });

function revokedAtRandom(entries: number): ReturnType<typeof emptyBitstring> {
  const bits = emptyBitstring();
  for (let i = 0; i < entries * REVOKED; i++) setBit(bits, Math.floor(Math.random() * entries));
  return bits;
}
