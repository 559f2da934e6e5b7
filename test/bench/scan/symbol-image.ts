/** A QR symbol as it lies on paper or stands on a screen: whole dots, read from the very SVG path that we print. */

export type SymbolImage = {
  /** Modules a side, without the quiet zone. */
  readonly modules: number;
  /** Dots a side, without the quiet zone; beyond it is paper. */
  readonly dots: number;
  /** Row by row: 1 is ink. */
  readonly ink: Uint8Array;
};

/** Its dots are `dotMm` large; a module's edges fall on the nearest dots, as a printer puts them. */
export function symbolImage(svg: string, { sideMm, dotMm }: { sideMm: number; dotMm: number }): SymbolImage {
  const dark = darkModules(svg);
  const modules = dark.length;
  const dots = Math.round(sideMm / dotMm);
  const moduleOf = new Int32Array(dots);
  for (let module = 0; module < modules; module++)
    moduleOf.fill(module, Math.round((module * dots) / modules), Math.round(((module + 1) * dots) / modules));
  const ink = new Uint8Array(dots * dots);
  for (let y = 0; y < dots; y++)
    for (let x = 0; x < dots; x++) ink[y * dots + x] = dark[moduleOf[y] ?? 0]?.[moduleOf[x] ?? 0] ? 1 : 0;
  return { modules, dots, ink };
}

/** The path's runs: `M<column> <row>h<length>v1…`, counted with a quiet zone of four. */
function darkModules(svg: string): boolean[][] {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) - 8;
  const dark = Array.from({ length: side }, () => new Array<boolean>(side).fill(false));
  for (const [, column, row, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g))
    for (let i = 0; i < Number(length); i++) (dark[Number(row) - 4] ?? [])[Number(column) - 4 + i] = true;
  return dark;
}
