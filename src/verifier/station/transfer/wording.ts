/** What clerks read while data go from one station's screen to another's camera. */
import type { Wording } from '../../../vc/verify/wording.ts';

export const SEND_TITLE: Wording = { zh: '显示给另一台', en: 'Show to another' };
export const sendHow = (seconds: number): Wording => ({
  zh: `在另一台设备上点“从屏幕接收”，把它的摄像头对准此码，约 ${seconds} 秒。`,
  en: `On the other device press “From a screen” and point its camera here. It takes some ${seconds} s.`,
});
export const CODE_LABEL: Wording = { zh: '核验数据的动态码', en: 'Animated code of the data' };

export const RECEIVE_TITLE: Wording = { zh: '从屏幕接收', en: 'Receive from a screen' };
export const RECEIVE_HOW: Wording = {
  zh: '在另一台设备上点“显示给另一台”，把本机摄像头对准它的动态码，让码占满画面。',
  en: 'On the other device press “Show to another”. Point this camera at its code, so that the code fills the picture.',
};
export const CAMERA_LABEL: Wording = { zh: '摄像头画面', en: 'Camera picture' };
export const PROGRESS_LABEL: Wording = { zh: '已接收', en: 'Received' };
export const JUDGING: Wording = { zh: '已收齐，正在验证……', en: 'All received. Verifying…' };

/** While frames are expected. */
export const RECEPTION_WORDING: Readonly<Record<'no-frame' | 'other-session' | 'damaged', Wording>> = {
  'no-frame': {
    zh: '这不是核验数据的动态码。现在只接收数据，要核验证书请先停止。',
    en: 'This is not the animated code of data. To check a certificate, stop first.',
  },
  'other-session': {
    zh: '画面里还有另一份数据的动态码，请只对准一个屏幕。',
    en: 'There is the code of other data too. Point the camera at one screen only.',
  },
  damaged: { zh: '收到的数据有误，正在重新接收。', en: 'What was received is damaged; it starts again.' },
};

export const TOO_LARGE: Wording = {
  zh: '数据太大，不能用屏幕传送，请用文件。',
  en: 'The data are too large for the screen. Use a file.',
};
export const TOO_OLD: Wording = {
  zh: '此浏览器太旧，不能显示动态码，请用文件。',
  en: 'This browser is too old to show the code. Use a file.',
};
export const END: Wording = { zh: '停止', en: 'Stop' };
export const DONE: Wording = { zh: '完成', en: 'Done' };
