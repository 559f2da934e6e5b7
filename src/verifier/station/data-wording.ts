/** Why a bundle was refused, and what is wrong with the station's storage, as the clerk reads it. */
import type { BundleRefusal } from '../../vc/trust/bundle.ts';
import type { Wording } from '../../vc/verify/wording.ts';
import type { Trouble } from './shelf.ts';

const FORGED: Wording = {
  zh: '数据文件未通过签名验证，未采用。请向教育局重新索取，并报告此事。',
  en: 'The data did not verify and were not taken. Get them again from the education bureau, and report it.',
};
const OLDER: Wording = {
  zh: '这份数据比本机已有的旧，未采用。',
  en: 'These data are older than what this device has, and were not taken.',
};
const CONTRADICTING: Wording = {
  zh: '这份数据与本机已知的内容矛盾，未采用。请报告教育局。',
  en: 'These data contradict what this device knows, and were not taken. Report it to the education bureau.',
};

export const REFUSAL_WORDING: Readonly<Record<BundleRefusal, Wording>> = {
  'bundle-malformed': {
    zh: '这不是完整的核验数据文件，请重新下载。',
    en: 'This is no complete data file. Download it again.',
  },
  'root-chain-broken': FORGED,
  'trust-list-not-signed': FORGED,
  'trust-list-malformed': FORGED,
  'publisher-not-authorised': FORGED,
  'publisher-expired': FORGED,
  'issued-in-the-future': {
    zh: '数据的时间晚于本机时间。请校准本机时间后再试。',
    en: 'The data are dated after this device’s clock. Set the clock, then try again.',
  },
  'trust-list-rollback': OLDER,
  'trust-list-changes-number': CONTRADICTING,
  'bundle-rollback': OLDER,
  'bundle-number-reused': CONTRADICTING,
  'template-not-pinned': FORGED,
  'status-list-not-authorised': FORGED,
  'revocation-cleared': CONTRADICTING,
};

/** Of the lists by which the certificates of a stolen key are told from forgeries. */
export const SET_WORDING: Readonly<Record<'missing' | 'taken' | 'unknown', Wording>> = {
  missing: { zh: '缺签发清单的密钥', en: 'Keys without their issued set' },
  unknown: {
    zh: '这不是核验数据，也不是本机数据所要的签发清单。若是签发清单，请先载入新的核验数据。',
    en: 'This is neither a data file nor an issued set that the data on this device ask for. If it is an issued set, load newer data first.',
  },
  taken: { zh: '已收下签发清单。', en: 'The issued set is in use.' },
};

/** As its buttons say. */
export const SEND_TITLE: Wording = { zh: '显示给另一台', en: 'Show to another' };
export const RECEIVE_TITLE: Wording = { zh: '从屏幕接收', en: 'From a screen' };
export const NOT_OPENED: Wording = {
  zh: '这一功能没有打开。请停止，再试一次，或改用文件。',
  en: 'This did not open. Stop and try again, or use a file.',
};

export const TROUBLE_WORDING: Readonly<Record<Trouble, Wording>> = {
  corrupt: {
    zh: '本机保存的核验数据已损坏，现在不能核验。请联网更新，或载入数据文件。',
    en: 'The data kept on this device are damaged, so nothing can be checked. Go online, or load a data file.',
  },
  evicted: {
    zh: '浏览器清除了本机的核验数据，现在不能核验。请联网更新，或载入数据文件。',
    en: 'The browser has thrown this device’s data away, so nothing can be checked. Go online, or load a data file.',
  },
  'other-root': {
    zh: '本应用换了另一个信任根，与本机已有的数据不符，现在不能核验。若教育局确认更换过，请在“本应用”中重新开始。',
    en: 'This app has another trust root than the data on this device, so nothing can be checked. If the education bureau confirms the change, start over under “This app”.',
  },
  'not-kept': {
    zh: '浏览器不允许保存数据，关闭本页后需要重新载入。请不要使用无痕窗口。',
    en: 'The browser keeps nothing, so the data go when this page closes. Do not use a private window.',
  },
};
