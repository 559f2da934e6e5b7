/** One certificate as the pages get it. */
import type { CredentialPageProps } from '../../src/pages/credential.tsx';
import { symbolSvg } from '../../src/vc/qr/symbol.ts';

export const UUID = '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233';

export const sampleProps = (changes: Partial<CredentialPageProps> = {}): CredentialPageProps => ({
  credential: {
    id: `https://edu.shangcheng.gov.cn/credentials/${UUID}`,
    issuer: { id: 'did:web:edu.shangcheng.gov.cn', name: '杭州市上城区教育局' },
    scheme: 'shangcheng-star-licence',
    stage: '4-6',
    level: '3',
    achievement: { name: '星级家长执照 · 4–6岁 · 三星' },
    holder: '欧*明',
    holderMatch: 'masked',
    points: 300,
    validFrom: '2026-11-14T08:00:00Z',
    validUntil: '2029-11-14T15:59:59Z',
  },
  stage: { zh: '4–6岁', en: 'ages 4–6' },
  level: { zh: '三星', en: 'three stars' },
  state: 'current',
  svg: symbolSvg('https://xz.hzedu.gov.cn/c/#', '1'.repeat(328), '证书二维码 Certificate code'),
  officialHost: 'xz.hzedu.gov.cn',
  uuid: UUID,
  asOf: '2026-11-27T01:30:00Z',
  ...changes,
});
