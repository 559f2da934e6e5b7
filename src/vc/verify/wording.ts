/** What people read: for each outcome what it means and what to do, for each reason one sentence, in Chinese and English. */
import type { HolderMatch } from '../credential.ts';
import type { Outcome, Reason, Verdict } from './verdict.ts';

export type Wording = { readonly zh: string; readonly en: string };

export const OUTCOME_WORDING: Readonly<Record<Outcome, { word: Wording; next: Wording }>> = {
  valid: {
    word: { zh: '有效', en: 'Valid' },
    next: { zh: '请核对持证人身份，然后办理。', en: 'Compare the holder with an identity document, then go ahead.' },
  },
  stale: {
    word: { zh: '数据过期', en: 'Out-of-date data' },
    next: {
      zh: '证书签名无误，但本机的核验数据太旧。请先更新数据再核验。',
      en: 'The certificate is genuine, but this device’s data are too old. Update them, then check again.',
    },
  },
  unknown: {
    word: { zh: '未能确认', en: 'Not confirmed' },
    next: { zh: '不能仅凭此结果受理。', en: 'Do not accept on this alone.' },
  },
  invalid: {
    word: { zh: '无效', en: 'Not valid' },
    next: { zh: '请不要受理；如有疑问，请联系签发单位。', en: 'Do not accept it. In doubt, ask the issuing office.' },
  },
};

export const REASON_WORDING: Readonly<Record<Reason, Wording>> = {
  'damaged-scan': { zh: '二维码不完整，请对准重扫。', en: 'Scan again: the code was read incompletely.' },
  'unknown-format': {
    zh: '这种格式本机还不认识，请更新核验程序。',
    en: 'This device does not know the format yet. Update the app.',
  },
  'unknown-template': {
    zh: '不是已登记的证书样式，无法确认其含义。',
    en: 'This is not a registered kind of certificate, so its meaning cannot be confirmed.',
  },
  'unknown-key': {
    zh: '本机数据里没有这把签名密钥，请更新数据后再核验。',
    en: 'The signing key is not in this device’s data. Update them, then check again.',
  },
  'trust-unavailable': {
    zh: '本机还没有核验数据，请先联网或导入数据文件。',
    en: 'This device has no trust data yet. Go online once, or load a bundle file.',
  },
  'status-list-unavailable': {
    zh: '缺少该证书的状态名单，无法确认是否已撤销。',
    en: 'The status list is missing: whether it was revoked cannot be told.',
  },
  'status-list-invalid': {
    zh: '状态名单未通过验证，无法确认是否已撤销。',
    en: 'The status list did not verify: whether it was revoked cannot be told.',
  },
  'clock-behind': {
    zh: '本机时间不对，请校准时间后再核验。',
    en: 'This device’s clock is behind. Set the clock, then check again.',
  },
  'key-suspect': {
    zh: '签名密钥正在调查，请联系签发单位。',
    en: 'The signing key is under investigation. Ask the issuing office.',
  },
  'issued-set-unavailable': {
    zh: '该密钥已停用，本机没有它的签发清单。',
    en: 'The key was withdrawn, and its list of issued certificates is not on this device.',
  },
  'trust-stale': { zh: '本机核验数据太旧，请更新。', en: 'This device’s trust data are too old. Update them.' },
  'status-stale': { zh: '状态名单太旧，请更新。', en: 'The status list is too old. Update the data.' },
  malformed: { zh: '内容不是合格的凭证数据。', en: 'The content is not well-formed credential data.' },
  'too-large': { zh: '内容超过允许的大小。', en: 'The content is larger than allowed.' },
  'not-canonical': {
    zh: '二维码内容不是规范写法，不是本系统签发的码。',
    en: 'The code is not in canonical form; no issuer of ours wrote it.',
  },
  'bad-signature': { zh: '签名不符：内容被改动或系伪造。', en: 'The signature does not fit: changed or forged.' },
  'wrong-proof-purpose': { zh: '签名的用途不是签发证书。', en: 'The proof was made for another purpose.' },
  'proof-expired': { zh: '签名已过期。', en: 'The proof has expired.' },
  'unknown-issuer': { zh: '签发单位不在信任名单中。', en: 'The issuer is not on the trust list.' },
  'untrusted-key': {
    zh: '签名密钥不属于信任名单中的单位。',
    en: 'The signing key does not belong to a trusted issuer.',
  },
  'key-not-authorised': { zh: '该密钥无权签发这种证书。', en: 'The key may not sign this kind of certificate.' },
  'key-out-of-window': {
    zh: '签发日期不在密钥的使用期内。',
    en: 'The issue date lies outside the key’s period of use.',
  },
  'key-compromised': {
    zh: '签名密钥已泄露，且此证书不在签发清单中。',
    en: 'The key was compromised, and this certificate is not among those it is known to have signed.',
  },
  'issuer-mismatch': {
    zh: '签名单位与证书上的签发单位不一致。',
    en: 'The signer is not the issuer that the certificate names.',
  },
  'not-yet-valid': { zh: '证书尚未生效。', en: 'Not valid yet.' },
  expired: { zh: '证书已过有效期。', en: 'The certificate has expired.' },
  revoked: { zh: '证书已被撤销。', en: 'The certificate was revoked.' },
  suspended: { zh: '证书已被暂停。', en: 'The certificate is suspended.' },
  'status-index-out-of-range': { zh: '状态序号超出名单范围。', en: 'The status index lies outside the list.' },
  'status-list-mismatch': { zh: '状态名单不属于该签发单位。', en: 'The status list does not belong to this issuer.' },
  'holder-mismatch': { zh: '持有人不符。', en: 'The holder does not match.' },
  'challenge-mismatch': { zh: '质询值不符。', en: 'The challenge does not match.' },
  'domain-mismatch': { zh: '域名不符。', en: 'The domain does not match.' },
};

/** What the name proves of the person: said only of a certificate that is genuine and current as far as is known. */
export const holderWordings = ({ outcome, credential }: Verdict): Wording[] =>
  credential && (outcome === 'valid' || outcome === 'stale') ? [HOLDER_WORDING[credential.holderMatch]] : [];

const HOLDER_WORDING: Readonly<Record<HolderMatch, Wording>> = {
  full: { zh: '请与身份证件核对姓名。', en: 'Compare the name with an identity document.' },
  masked: {
    zh: '证书属实；姓名已隐去部分，不能证明持证人就是本人。',
    en: 'Genuine certificate; the name is partly hidden, so it is not proof that this person holds it.',
  },
  none: {
    zh: '证书属实；未写姓名，不能证明持证人就是本人。',
    en: 'Genuine certificate; it carries no name, so it is not proof that this person holds it.',
  },
};

export const FOREIGN_LINK_WORDING: Wording = {
  zh: '此码写的网址不是官方网址；内容以签名为准。',
  en: 'The code names a host that is not an official one; only the signed content counts.',
};
