/** The QR symbol (ISO/IEC 18004): its version from lengths alone, and its matrix as one SVG path. */
import { create } from 'qrcode';
import type { CredentialFields } from '../credential.ts';
import { packPayload, toDigits } from './payload.ts';

/** Data bits of versions 1 to 10 at error correction level M. */
const CAPACITY_M = [128, 224, 352, 512, 688, 864, 992, 1232, 1456, 1728] as const;

export const MAX_VERSION = 10;

/** Version of `prefix` (byte mode) followed by `digits` (numeric mode) at level M; undefined above version 10. */
export function symbolVersion(prefix: string, digits: string): number | undefined {
  const bytes = new TextEncoder().encode(prefix).length;
  const tail = [0, 4, 7][digits.length % 3] ?? 0;
  const data = bytes * 8 + Math.floor(digits.length / 3) * 10 + tail;
  for (const [index, capacity] of CAPACITY_M.entries()) {
    const version = index + 1;
    const header = 4 + (version < 10 ? 8 : 16) + 4 + (version < 10 ? 10 : 12);
    if (header + data <= capacity) return version;
  }
  return undefined;
}

/** Whether the credential, once signed, fits the largest symbol: a signature has the same length whatever its bytes. */
export const fitsSymbol = (prefix: string, fields: CredentialFields): boolean =>
  symbolVersion(prefix, toDigits(packPayload({ ...fields, proofValue: new Uint8Array(64) }))) !== undefined;

const QUIET_ZONE = 4;

const symbol = (prefix: string, digits: string) =>
  create(
    [
      { data: new TextEncoder().encode(prefix), mode: 'byte' },
      { data: digits, mode: 'numeric' },
    ],
    { errorCorrectionLevel: 'M' },
  );

/** Whole modules, four modules of quiet zone, one path, black on white. `label` is read out in place of the picture. */
export function symbolSvg(prefix: string, digits: string, label: string): string {
  const { modules, version } = symbol(prefix, digits);
  const { size } = modules;
  const side = size + 2 * QUIET_ZONE;
  let path = '';
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let run = 0;
      while (column + run < size && modules.get(row, column + run)) run++;
      if (run === 0) continue;
      path += `M${column + QUIET_ZONE} ${row + QUIET_ZONE}h${run}v1h-${run}z`;
      column += run;
    }
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" role="img" ` +
    `aria-label="${escapeXml(label)}" data-version="${version}">` +
    `<path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/><path fill="#000" d="${path}"/></svg>`
  );
}

const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** For a terminal: two modules a character, black on white by ANSI colours, with its quiet zone. */
export function symbolText(prefix: string, digits: string): string {
  const { modules } = symbol(prefix, digits);
  const { size } = modules;
  const dark = (row: number, column: number): boolean =>
    row >= 0 && column >= 0 && row < size && column < size && modules.get(row, column) === 1;
  const lines: string[] = [];
  for (let row = -QUIET_ZONE; row < size + QUIET_ZONE; row += 2) {
    let line = '';
    for (let column = -QUIET_ZONE; column < size + QUIET_ZONE; column++) {
      line += dark(row, column) ? (dark(row + 1, column) ? '█' : '▀') : dark(row + 1, column) ? '▄' : ' ';
    }
    lines.push(`\x1b[30;107m${line}\x1b[0m`);
  }
  return lines.join('\n');
}
