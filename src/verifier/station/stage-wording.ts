/** The short sentences where no verdict stands. */
import type { Wording } from '../../vc/verify/wording.ts';

export const BROKEN_APP: Wording = {
  zh: '本应用的文件不完整，不能核验。请联网重新打开。',
  en: 'This app’s files are not complete, so nothing can be checked. Open it again with a connection.',
};
export const NOT_JUDGED: Wording = {
  zh: '核验没有完成，请再扫一次。不能仅凭此结果受理。',
  en: 'The check did not finish. Scan again; do not accept on this alone.',
};
export const READY: Wording = { zh: '请出示二维码', en: 'Show the code' };
export const CHECKING: Wording = { zh: '正在核验…', en: 'Checking…' };
