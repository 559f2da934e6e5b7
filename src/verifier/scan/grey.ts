/** Grey pictures and what is done to one before it is decoded: cut, smoothed, levelled, enlarged. Pure: the benchmark runs exactly this. */

/** One byte a pixel, row by row. */
export type Grey = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> };

/** What a canvas gives and takes, without the browser's class. */
export type Rgba = Grey;

export const greyOf = (width: number, height: number): Grey => ({
  width,
  height,
  data: new Uint8ClampedArray(width * height),
});

/** The middle `share` of each side, in grey. */
export function fromRgba(picture: Rgba, share = 1): Grey {
  const grey = greyOf(Math.round(picture.width * share), Math.round(picture.height * share));
  const left = (picture.width - grey.width) >> 1;
  const top = (picture.height - grey.height) >> 1;
  const { data } = picture;
  for (let y = 0, to = 0; y < grey.height; y++)
    for (let from = ((top + y) * picture.width + left) * 4, end = to + grey.width; to < end; to++, from += 4)
      // In range: four bytes a pixel.
      grey.data[to] = ((data[from] ?? 0) * 306 + (data[from + 1] ?? 0) * 601 + (data[from + 2] ?? 0) * 117 + 512) >> 10;
  return grey;
}

export function toRgba({ width, height, data }: Grey): Rgba {
  const words = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) words[i] = 0xff000000 | ((data[i] ?? 0) * 0x010101);
  return { width, height, data: new Uint8ClampedArray(words.buffer) };
}

/**
 * `times` as wide and as high, by cubic convolution (Keys 1981). His parameter is -0.5 for the truest picture; edges
 * overshoot the more the lower it is.
 */
export function enlarge({ width, height, data }: Grey, times: number, parameter = -0.5): Grey {
  const phases = Array.from({ length: times }, (_, step) => phaseAt((step + 0.5) / times - 0.5, parameter));
  const wide = new Float32Array(width * times * height);
  for (const [step, { before, weights }] of phases.entries()) {
    const [a, b, c, d] = weights;
    for (let y = 0, to = step; y < height; y++) {
      const row = y * width;
      const pixel = (x: number): number => data[row + Math.min(width - 1, Math.max(0, x))] ?? 0;
      for (let x = 0, at = before; x < width; x++, at++, to += times)
        wide[to] = a * pixel(at) + b * pixel(at + 1) + c * pixel(at + 2) + d * pixel(at + 3);
    }
  }
  const large = greyOf(width * times, height * times);
  for (const [step, { before, weights }] of phases.entries()) {
    const [a, b, c, d] = weights;
    for (let y = 0; y < height; y++) {
      const line = (index: number): number => Math.min(height - 1, Math.max(0, y + before + index)) * large.width;
      let [first, second, third, fourth] = [line(0), line(1), line(2), line(3)];
      let to = (y * times + step) * large.width;
      for (const end = to + large.width; to < end; to++)
        large.data[to] =
          a * (wide[first++] ?? 0) + b * (wide[second++] ?? 0) + c * (wide[third++] ?? 0) + d * (wide[fourth++] ?? 0);
    }
  }
  return large;
}

/** The four pixels from `before` on, weighed for a point that lies `offset` pixels beside the middle of one. */
function phaseAt(offset: number, parameter: number) {
  const left = Math.floor(offset);
  const weight = (distance: number): number => {
    const t = Math.abs(distance);
    return t <= 1
      ? (parameter + 2) * t ** 3 - (parameter + 3) * t ** 2 + 1
      : parameter * (t ** 3 - 5 * t ** 2 + 8 * t - 4);
  };
  const at = (index: number): number => weight(offset - left - index);
  return { before: left - 1, weights: [at(-1), at(0), at(1), at(2)] as const };
}

/** Each pixel the mean of its 3 × 3; the outermost ones stay. */
export function smooth({ width, height, data }: Grey): Grey {
  const result = { width, height, data: data.slice() };
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const above = (data[i - width - 1] ?? 0) + (data[i - width] ?? 0) + (data[i - width + 1] ?? 0);
      const beside = (data[i - 1] ?? 0) + (data[i] ?? 0) + (data[i + 1] ?? 0);
      const below = (data[i + width - 1] ?? 0) + (data[i + width] ?? 0) + (data[i + width + 1] ?? 0);
      result.data[i] = (above + beside + below) / 9;
    }
  }
  return result;
}

/** Sides of the squares, in pixels, whose darkest and lightest pixel are taken for ink and paper, together with their neighbours'. */
const SQUARE = 8;
/** Where ink and paper lie no farther apart than this there is no print, only noise: it counts as paper. */
const FLAT = 30;
const PAPER_MARGIN = 20;

/**
 * Each pixel's distance from the middle between the ink and the paper around it (Bernsen 1986), with 128 for that
 * middle; and by `strength` farther from its neighbours, which undoes some of a lens's blur and makes noise worse.
 * Modules of one and a half pixels never get as dark as ink or as light as paper, so the mean of a neighbourhood
 * misjudges them; its middle does not.
 */
export function level(grey: Grey, strength: number): Grey {
  const { width, height, data } = grey;
  const means = smooth(grey).data;
  const { ink, paper, columns } = extremes(grey);
  const levelled = greyOf(width, height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor(y / SQUARE) * columns;
    for (let x = 0; x < width; x++, i++) {
      const square = row + Math.floor(x / SQUARE);
      const [darkest, lightest, value] = [ink[square] ?? 0, paper[square] ?? 255, data[i] ?? 0];
      const distance = lightest - darkest < FLAT ? PAPER_MARGIN : value - (darkest + lightest) / 2;
      levelled.data[i] = 128 + distance + strength * (value - (means[i] ?? 0));
    }
  }
  return levelled;
}

/** Darkest and lightest pixel of each square and the eight around it. */
function extremes({ width, height, data }: Grey) {
  const columns = Math.ceil(width / SQUARE);
  const rows = Math.ceil(height / SQUARE);
  const own = { ink: new Uint8Array(columns * rows).fill(255), paper: new Uint8Array(columns * rows) };
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const square = Math.floor(y / SQUARE) * columns + Math.floor(x / SQUARE);
      const value = data[i] ?? 0;
      if (value < (own.ink[square] ?? 0)) own.ink[square] = value;
      if (value > (own.paper[square] ?? 0)) own.paper[square] = value;
    }
  const around = { ink: own.ink.slice(), paper: own.paper.slice(), columns };
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const square = row * columns + column;
          around.ink[square] = Math.min(around.ink[square] ?? 0, own.ink[y * columns + x] ?? 0);
          around.paper[square] = Math.max(around.paper[square] ?? 0, own.paper[y * columns + x] ?? 0);
        }
  return around;
}
