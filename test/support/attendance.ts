/** Offline attendance as a bureau and a station see it: keys that sign quotas and slips, and the fields of one of each. */
import { hex } from '../../src/vc/encoding.ts';
import { learnerCode } from '../../src/vc/slip/learner-code.ts';
import type { Quota } from '../../src/vc/slip/quota.ts';
import { type Slip, signSlip } from '../../src/vc/slip/slip.ts';
import { DAY, type DevKey, devKey, NOW } from './authority.ts';

export const device = await devKey('xingzheng test key device');
export const otherDevice = await devKey('xingzheng test key another device');
export const quotaKey = await devKey('xingzheng test key quota');

export const QUOTA_ID = '0190b7a2-6c1e-4f4a-9d3b-5e8f00aabbcc';

/** An afternoon at a community station. */
export const quotaOf = (changes: Partial<Quota> = {}): Quota => ({
  id: QUOTA_ID,
  issuer: 'did:web:edu.shangcheng.gov.cn',
  issuerName: '杭州市上城区教育局',
  title: '社区驿站家长沙龙',
  device: device.publicKey,
  record: {
    scheme: 'shangcheng-star-licence',
    stage: '4-6',
    activity: 'station:salon-1',
    category: 'offline',
    verb: 'attended',
  },
  from: NOW - 3_600,
  until: NOW + 3_600,
  serials: 50,
  redeemBy: NOW + 7 * DAY,
  ...changes,
});

/** A code for each name, always the same. */
export const codeOf = (name: string): string => {
  const bytes = new TextEncoder().encode(name.padEnd(10, '·')).slice(0, 10);
  return learnerCode(new Uint8Array(bytes));
};

export const slipOf = (changes: Partial<Slip> = {}): Slip => ({
  quota: QUOTA_ID,
  serial: 1,
  learner: codeOf('first'),
  activity: 'station:salon-1',
  time: NOW,
  bundle: 41,
  ...changes,
});

export const signedSlip = (changes: Partial<Slip> = {}, by: DevKey = device): Promise<string> =>
  signSlip(slipOf(changes), by.publicKey, by.signer);

export const quotaSigner = { kid: `quota-${hex(quotaKey.publicKey).slice(-8)}`, signer: quotaKey.signer };
