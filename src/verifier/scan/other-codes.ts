/** Codes that are made for a scanner, and are no certificate's: how they begin, and what to say of them. */
import type { Wording } from '../../vc/verify/wording.ts';

/** A frame of the animated code between two stations: station/transfer/frame.ts. */
export const FRAME_PREFIX = 'XZB1-';

/** A whole credential as CBOR-LD, for the systems of other bodies. */
const BARCODE_PREFIX = 'VC1-';

const OTHER_CODES: readonly (readonly [prefix: string, Wording])[] = [
  [
    FRAME_PREFIX,
    {
      zh: '这是核验站之间传送数据的动态码，不是证书。要接收，请在核验站的“核验数据”里点“从屏幕接收”。',
      en: 'This animated code carries data between check stations. To take them, press “From a screen” on the station.',
    },
  ],
  [
    BARCODE_PREFIX,
    {
      zh: '这是 VC 条码，供其他机构的系统读取。请扫证书页面上的证书二维码。',
      en: 'This is a VC barcode, for the systems of other bodies. Scan the certificate’s own code.',
    },
  ],
];

/** Of one of those codes: what it is, and what to do. */
export const otherCode = (text: string): Wording | undefined =>
  OTHER_CODES.find(([prefix]) => text.trimStart().startsWith(prefix))?.[1];
