/** Why a slip was not redeemed: a closed list, with what people read. */
import type { Wording } from '../verify/wording.ts';

export const SLIP_REFUSALS = {
  'too-large': { zh: '内容太长，不是凭条。', en: 'Too long to be a slip.' },
  malformed: { zh: '不是完整的凭条。', en: 'This is no complete slip.' },
  'not-canonical': {
    zh: '凭条的写法不规范，可能被改动过。',
    en: 'The slip is not written in its one form: it may have been changed.',
  },
  'unknown-quota': { zh: '没有发放过这份配额。', en: 'No such quota was given out.' },
  'bad-signature': {
    zh: '签名不符：不是这台设备签的，或内容被改动过。',
    en: 'The signature does not fit: another device signed it, or it was changed.',
  },
  'other-activity': { zh: '配额不是为这项活动发放的。', en: 'The quota is for another activity.' },
  'over-quota': { zh: '序号超出配额。', en: 'The serial is beyond the quota.' },
  'outside-window': { zh: '记录时间不在活动时段内。', en: 'It was recorded outside the time of the activity.' },
  'in-the-future': {
    zh: '记录时间在将来，请核对设备时钟。',
    en: 'It was recorded in the future: check the device’s clock.',
  },
  'clock-behind-bundle': {
    zh: '记录时间早于设备当时已有的核验数据，时钟被拨回过。',
    en: 'It was recorded before the data that the device held were made: its clock had gone back.',
  },
  'too-late': { zh: '已过兑换截止时间。', en: 'It came after the last day for redeeming.' },
  'unknown-learner': { zh: '没有发放过这个学员码。', en: 'No such learner code was given out.' },
  'serial-reused': {
    zh: '同一序号有两种内容；配额已暂停，待人工复核。',
    en: 'One serial, two contents: the quota is suspended until somebody has looked at it.',
  },
  'quota-suspended': {
    zh: '配额已暂停，待人工复核后再兑换。',
    en: 'The quota is suspended. Redeem again after its review.',
  },
  'already-redeemed': { zh: '这张凭条已经兑换过，只计一次。', en: 'This slip was redeemed before; it counts once.' },
  'already-attended': {
    zh: '该学员这项活动已有记录，只计一次。',
    en: 'This learner’s attendance of the activity is recorded already; it counts once.',
  },
  'not-in-scheme': {
    zh: '积分方案现在没有这项活动的规则，请联系教育局。',
    en: 'The scheme has no rule for this activity now. Ask the education bureau.',
  },
} as const satisfies Record<string, Wording>;

export type SlipRefusal = keyof typeof SLIP_REFUSALS;
