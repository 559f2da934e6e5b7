import { create } from 'qrcode';
import { expect, test } from 'vitest';
import { utf8 } from '../../../src/vc/encoding.ts';
import { codePrefix, emitPayload } from '../../../src/vc/qr/payload.ts';
import { symbolSvg } from '../../../src/vc/qr/symbol.ts';
import { MAX_VERSION, symbolVersion } from '../../../src/vc/qr/version.ts';

const versionOf = (prefix: string, digits: string): number =>
  create(
    [
      { data: utf8(prefix), mode: 'byte' },
      { data: digits, mode: 'numeric' },
    ],
    { errorCorrectionLevel: 'M' },
  ).version;

test('the computed version is the encoder’s, for many lengths', () => {
  for (const prefixLength of [1, 7, 12, 29, 40, 61, 120]) {
    const prefix = `https://${'a'.repeat(120)}`.slice(0, prefixLength);
    for (let length = 1; length < 500; length += 3 + (length % 5)) {
      const digits = '8'.repeat(length);
      const expected = versionOf(prefix, digits);
      expect(symbolVersion(prefix, digits.length)).toBe(expected <= MAX_VERSION ? expected : undefined);
    }
  }
});

const fields = (name: string) => ({
  template: 2,
  key: 12,
  uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233',
  validFrom: 1795507200,
  validUntil: 1890143999,
  created: 1795507200,
  points: 300,
  statusIndex: 135_783,
  holder: { name },
  own: [1, 2],
  proofValue: new Uint8Array(64).fill(0xa7),
});
const PREFIX_29 = codePrefix('https://xz.hangzhou.gov.cn');

test('budget: five Chinese characters and a prefix of 29 fit 136 bytes and version 9', () => {
  expect(codePrefix('https://xz.hzjy.gov.cn/zs')).toHaveLength(29);
  const { bytes, digits } = emitPayload(fields('欧阳晓明月'));
  expect(bytes.length).toBeLessThanOrEqual(136);
  expect(symbolVersion(codePrefix('https://xz.hzjy.gov.cn/zs'), digits.length)).toBeLessThanOrEqual(9);
});

test('the longest names: 29 Latin letters fit version 10, 29 Chinese characters are reported as too much', () => {
  const { digits } = emitPayload(fields('Maximiliana Alexandra-Charlot'));
  expect(symbolVersion(PREFIX_29, digits.length)).toBeLessThanOrEqual(10);
  expect(symbolVersion(PREFIX_29, emitPayload(fields('欧'.repeat(29))).digits.length)).toBeUndefined();
});

test('the picture draws exactly the matrix, with four modules around it', () => {
  const { digits } = emitPayload(fields('王小明'));
  const svg = symbolSvg(PREFIX_29, digits, '<证书> "二维码"');
  const { modules, version } = create(
    [
      { data: utf8(PREFIX_29), mode: 'byte' },
      { data: digits, mode: 'numeric' },
    ],
    { errorCorrectionLevel: 'M' },
  );
  const side = modules.size + 8;
  const drawn = new Set<number>();
  for (const [, x, y, run] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let i = 0; i < Number(run); i++) drawn.add(Number(y) * side + Number(x) + i);
  }
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = x >= 4 && y >= 4 && x < side - 4 && y < side - 4;
      expect(drawn.has(y * side + x)).toBe(inside && Boolean(modules.get(y - 4, x - 4)));
    }
  }
  expect(svg).toContain(`viewBox="0 0 ${side} ${side}"`);
  expect(svg).toContain(`data-version="${version}"`);
  expect(svg).toContain('aria-label="&#60;证书&#62; &#34;二维码&#34;"');
});
