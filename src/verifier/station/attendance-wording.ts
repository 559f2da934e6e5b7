/** What the clerk reads of attendance: one sentence for each thing that happens. */
import type { Wording } from '../../vc/verify/wording.ts';
import type { Loaded, Taken } from './attendance-book.ts';

export const NOT_RECORDED: Wording = { zh: '没有记录', en: 'Not recorded' };
export const AGAIN: Wording = { zh: '已经记录过', en: 'Recorded already' };

export const recordedAs = (serial: number): Wording => ({
  zh: `已记录 第 ${serial} 号`,
  en: `Recorded, no. ${serial}`,
});
export const recordedBefore = (serial: number, time: string): Wording => ({
  zh: `第 ${serial} 号，${time}。不用再扫。`,
  en: `No. ${serial}, at ${time}. Nothing more to do.`,
});

export const TAKEN_WORDING: Readonly<Record<Exclude<Taken['kind'], 'recorded' | 'again'>, Wording>> = {
  'no-quota': {
    zh: '这是学员码，但本机没有签到配额。请先在“离线签到”中载入。',
    en: 'This is a learner code, but this device has no quota. Load one under “Attendance”.',
  },
  'not-yet': { zh: '活动还没有开始。', en: 'The activity has not begun yet.' },
  over: { zh: '活动已经结束。', en: 'The activity is over.' },
  'used-up': { zh: '配额已用完，请联系教育局。', en: 'The quota is used up. Ask the education bureau.' },
};
export const DAMAGED: Wording = { zh: '学员码不完整，请对准重扫。', en: 'Scan again: the code was read incompletely.' };
export const NOT_STORED: Wording = {
  zh: '本机没能保存这条记录，请再扫一次；仍不行请改用纸笔登记。',
  en: 'This device could not store it. Scan again; if that fails, write it on paper.',
};
export const NO_KEY: Wording = {
  zh: '此浏览器不能制作或保存设备密钥，无法离线签到。请换用较新的浏览器，且不要用无痕窗口。',
  en: 'This browser cannot make or keep a device key, so it cannot record attendance. Use a newer one, and no private window.',
};

export const LOADED_WORDING: Readonly<Record<Loaded, Wording>> = {
  taken: { zh: '已载入配额。', en: 'The quota is in use.' },
  known: { zh: '本机已有这份配额。', en: 'This device has the quota already.' },
  malformed: { zh: '这不是完整的配额文件。', en: 'This is no complete quota file.' },
  'other-device': {
    zh: '这份配额是发给另一台设备的。',
    en: 'The quota was given to another device.',
  },
  'too-late': { zh: '这份配额已过兑换截止时间。', en: 'The last day for redeeming this quota is past.' },
  'not-kept': {
    zh: '本机没能保存这份配额，请不要使用无痕窗口。',
    en: 'This device could not keep the quota. Do not use a private window.',
  },
};

export const SENT: Wording = { zh: '已全部上传并确认。', en: 'All slips are sent and confirmed.' };
export const NOTHING_TO_SEND: Wording = { zh: '没有待上传的凭条。', en: 'There are no slips to send.' };
export const SOME_REFUSED: Wording = {
  zh: '已上传，但有凭条未被兑换，原因见上；它们仍保存在本机。',
  en: 'Sent, but some slips were not redeemed, for the reasons above. They stay on this device.',
};
export const NOT_SENT: Wording = {
  zh: '现在无法上传；凭条仍保存在本机。',
  en: 'They cannot be sent now. The slips stay on this device.',
};
