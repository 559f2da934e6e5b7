/** The QR symbol (ISO/IEC 18004): its matrix, bare, as one SVG path, or as text for a terminal. */
import { create, type QRCode } from 'qrcode';
import { utf8 } from '../encoding.ts';

export const QUIET_ZONE = 4;

const symbol = (prefix: string, digits: string, level: 'L' | 'M' = 'M'): QRCode =>
  create(
    [
      { data: utf8(prefix), mode: 'byte' },
      { data: digits, mode: 'numeric' },
    ],
    { errorCorrectionLevel: level },
  );

/** Modules of level L, for a screen that shows more of them: row by row, 1 is dark; without the quiet zone. */
export function screenSymbol(prefix: string, digits: string): { size: number; data: Uint8Array } {
  const { size, data } = symbol(prefix, digits, 'L').modules;
  return { size, data };
}

/** Whole modules, four modules of quiet zone, one path, black on white. `label` is read out in place of the picture. */
export const symbolSvg = (prefix: string, digits: string, label: string): string =>
  drawnAsSvg(symbol(prefix, digits), label);

/**
 * The same of a text in the alphabet of the alphanumeric mode, for the long ones that a CBOR-LD credential gives. Level L: at that
 * length larger modules serve a camera more than more correction. Tried once in the optics of bench:scan, 60 mm wide and
 * blurred, M was never read.
 */
export const alphanumericSvg = (text: string, label: string): string =>
  drawnAsSvg(create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'L' }), label);

function drawnAsSvg({ modules, version }: QRCode, label: string): string {
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
