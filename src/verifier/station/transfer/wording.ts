/** What clerks read while data go from one station's screen to another's camera. */
import type { Wording } from '../../../vc/verify/wording.ts';
import type { CameraProblem } from '../../scan/camera.ts';

/** `seconds`: when no frame is missed. */
export const sendHow = (seconds: number): Wording => ({
  zh: `在另一台设备上点“从屏幕接收”，把它的摄像头对准此码，至少 ${seconds} 秒。`,
  en: `On the other device press “From a screen” and point its camera here, for at least ${seconds} s.`,
});
export const CODE_LABEL: Wording = { zh: '核验数据的动态码', en: 'Animated code of the data' };
export const TOO_LARGE: Wording = {
  zh: '数据太大，不能用屏幕传送。请停止，改用文件。',
  en: 'The data are too large for the screen. Stop, and use a file.',
};
export const TOO_OLD: Wording = {
  zh: '此浏览器太旧，不能显示动态码。请停止，改用文件。',
  en: 'This browser is too old to show the code. Stop, and use a file.',
};

export const RECEIVE_HOW: Wording = {
  zh: '在另一台设备上点“显示给另一台”，把本机摄像头对准它的动态码，让码占满画面。',
  en: 'On the other device press “Show to another”. Point this camera at its code, so that the code fills the picture.',
};
export const CAMERA_LABEL: Wording = { zh: '摄像头画面', en: 'Camera picture' };
export const PROGRESS_LABEL: Wording = { zh: '已接收', en: 'Received' };
export const JUDGING: Wording = { zh: '已收齐，正在验证……', en: 'All received. Verifying…' };
export const DONE: Wording = { zh: '完成', en: 'Done' };

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

export const CAMERA_TROUBLE: Readonly<Record<CameraProblem, Wording>> = {
  'no-camera': {
    zh: '这里没有可用的摄像头，不能从屏幕接收。请停止，改用文件。',
    en: 'No camera can be used here. Stop, and use a file.',
  },
  denied: {
    zh: '摄像头未获允许。请停止，在浏览器设置里允许本站使用摄像头，再试一次；或改用文件。',
    en: 'The camera was not allowed. Stop, allow it in the browser’s settings and try again, or use a file.',
  },
  busy: {
    zh: '摄像头正被其他程序占用。请停止，关闭那个程序，再试一次。',
    en: 'Another program is using the camera. Stop, close it, and try again.',
  },
  failed: {
    zh: '接收中断了。请停止，再试一次，或改用文件。',
    en: 'Receiving stopped working. Stop and try again, or use a file.',
  },
};
