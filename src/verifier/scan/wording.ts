/** What people read when no code could be scanned, in Chinese and English. */
import type { Wording } from '../../vc/verify/wording.ts';
import type { CameraProblem } from './camera.ts';
import { otherCode } from './other-codes.ts';

export const CAMERA_WORDING: Readonly<Record<CameraProblem, Wording>> = {
  'no-camera': {
    zh: '这里没有可用的摄像头，请选择图片或粘贴内容。',
    en: 'No camera can be used here. Choose a picture, or paste the code.',
  },
  denied: {
    zh: '摄像头未获允许。请在浏览器设置里允许本站使用摄像头，或选择图片、粘贴内容。',
    en: 'The camera was not allowed. Allow it for this site in the browser’s settings, choose a picture, or paste the code.',
  },
  busy: {
    zh: '摄像头正被其他程序占用。请关闭那个程序再试，或选择图片、粘贴内容。',
    en: 'Another program is using the camera. Close it and try again, choose a picture, or paste the code.',
  },
  failed: {
    zh: '摄像头扫码中断了。请再试一次，或选择图片、粘贴内容。',
    en: 'Scanning by camera stopped working. Try again, choose a picture, or paste the code.',
  },
};

export const PICTURE_WORDING: Readonly<Record<'no-code' | 'failed', Wording>> = {
  'no-code': {
    zh: '图片里没有找到二维码。请把二维码裁剪出来，或换一张清晰的图片。',
    en: 'No QR code was found in the picture. Crop it to the code, or take a sharper one.',
  },
  failed: {
    zh: '此浏览器无法读取图片里的二维码，请粘贴内容。',
    en: 'This browser cannot read codes from pictures. Paste the code.',
  },
};

const NOT_OURS: Wording = {
  zh: '这不是证书的二维码。',
  en: 'This is not the code of a certificate.',
};

/** Why a scanned text can be no code of a certificate; undefined where it may be one, damaged or not. */
export function notOurs(text: string): Wording | undefined {
  return otherCode(text) ?? (/\d{40}/.test(text) ? undefined : NOT_OURS);
}
