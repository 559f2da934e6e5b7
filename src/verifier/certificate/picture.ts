/** The certificate as one picture for a phone's album: what the page says, drawn from the page itself, with the code in whole pixels. */

const WIDTH = 1080;
const MARGIN = 72;
const INNER = WIDTH - 2 * MARGIN;
const LEAST_PIXELS_PER_MODULE = 8;

const FONT =
  '"PingFang SC","HarmonyOS Sans SC","MiSans","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",system-ui,sans-serif';
const INK = '#17202a';
const MUTED = '#54606d';
const ACCENT = '#17497a';
const NOTED = '#8a4b00';

/** A part of the picture, from the top downwards. */
type Part = { readonly height: number; draw(context: CanvasRenderingContext2D, top: number): void };

type Style = { size: number; colour?: string; weight?: 400 | 600; space?: number };

/** PNG, as a canvas; undefined where the page has no code or the browser no canvas. */
export function drawPicture(page: ParentNode): HTMLCanvasElement | undefined {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  const code = symbolPart(page.querySelector('.code-picture svg'));
  if (!context || !code) return undefined;
  const line = (text: string, style: Style) => textPart(context, text, style);
  const says = (selector: string) => chinese(page.querySelector(selector));
  const both = (selector: string) => spaced(page.querySelector(selector)?.textContent ?? '');

  const parts: Part[] = [
    line(both('.certificate .eyebrow'), { size: 34, colour: MUTED, space: 36 }),
    line(says('.achievement bdi'), { size: 76, weight: 600 }),
    line(says('.achievement-rest'), { size: 56, weight: 600, colour: ACCENT, space: 32 }),
    line(both('.holder .label'), { size: 30, colour: MUTED }),
    line(says('.holder bdi'), { size: 50, weight: 600, space: 28 }),
    ...[...page.querySelectorAll('.paper-standing')].flatMap((one) => [
      line(chinese(one), { size: 38, weight: 600, colour: NOTED }),
      line(spaced(one.querySelector('.en')?.textContent ?? ''), { size: 28, colour: NOTED, space: 24 }),
    ]),
    code,
    line('核验请手动输入官方网址 Official check', { size: 30, colour: MUTED }),
    line(says('.host .address'), { size: 42, weight: 600, space: 36 }),
    ...[...page.querySelectorAll('.certificate .row')].map((row) =>
      line(`${spaced(row.querySelector('dt')?.textContent ?? '')}：${chinese(row.querySelector('dd'))}`, { size: 34 }),
    ),
    line(says('.paper-as-of'), { size: 28, colour: MUTED }),
    line(both('.paper-note .en'), { size: 22, colour: MUTED }),
  ].filter(({ height }) => height > 0);

  canvas.width = WIDTH;
  canvas.height = Math.ceil(parts.reduce((sum, { height }) => sum + height, 2 * MARGIN));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = ACCENT;
  context.fillRect(0, 0, canvas.width, 16);
  let top = MARGIN;
  for (const part of parts) {
    part.draw(context, Math.round(top));
    top += part.height;
  }
  return canvas;
}

/** Modules of a whole number of pixels: a code that was scaled is read less well. */
function symbolPart(svg: Element | null): Part | undefined {
  const side = Number(svg?.getAttribute('viewBox')?.split(' ')[2]);
  const modules = svg?.querySelector('path:last-of-type')?.getAttribute('d');
  if (!modules || !(side > 0)) return undefined;
  const scale = Math.max(LEAST_PIXELS_PER_MODULE, Math.floor((INNER - 40) / side));
  const size = side * scale;
  return {
    height: size + 12,
    draw(context, top) {
      context.save();
      context.translate(Math.floor((WIDTH - size) / 2), top);
      context.scale(scale, scale);
      context.fillStyle = '#000';
      context.fill(new Path2D(modules));
      context.restore();
    },
  };
}

function textPart(context: CanvasRenderingContext2D, text: string, style: Style): Part {
  const { size, colour = INK, weight = 400, space = 8 } = style;
  if (text === '') return { height: 0, draw: () => undefined };
  const font = `${weight} ${size}px ${FONT}`;
  context.font = font;
  const lines = wrapped(context, text);
  const leading = size * 1.35;
  return {
    height: lines.length * leading + space,
    draw(target, top) {
      target.font = font;
      target.fillStyle = colour;
      target.textAlign = 'center';
      target.textBaseline = 'middle';
      for (const [at, line] of lines.entries()) target.fillText(line, WIDTH / 2, top + leading * (at + 0.5));
    },
  };
}

/** Chinese breaks anywhere. */
function wrapped(context: CanvasRenderingContext2D, text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const character of text) {
    if (line !== '' && context.measureText(line + character).width > INNER) {
      lines.push(line);
      line = '';
    }
    line += character;
  }
  return [...lines, line];
}

/** The text without the English beside it. */
function chinese(node: Element | null): string {
  if (!node) return '';
  const parts = [...node.childNodes].map((child) => {
    if (!(child instanceof Element)) return child.textContent ?? '';
    return child.classList.contains('en') ? '' : chinese(child);
  });
  return spaced(parts.join(''));
}

const spaced = (text: string): string => text.replace(/\s+/g, ' ').trim();
