/** Grey pictures and what is done to one before it is decoded: enlarged, cut, smoothed. Pure: the benchmark runs exactly this. */

/** One byte a pixel, row by row. */
export type Grey = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> };

/** What a canvas gives and takes, without the browser's class. */
export type Rgba = Grey;

export const greyOf = (width: number, height: number): Grey => ({
  width,
  height,
  data: new Uint8ClampedArray(width * height),
});

export function fromRgba({ width, height, data }: Rgba): Grey {
  const grey = greyOf(width, height);
  for (let to = 0, from = 0; to < grey.data.length; to++, from += 4)
    // In range: four bytes a pixel.
    grey.data[to] = ((data[from] ?? 0) * 306 + (data[from + 1] ?? 0) * 601 + (data[from + 2] ?? 0) * 117 + 512) >> 10;
  return grey;
}

export function toRgba({ width, height, data }: Grey): Rgba {
  const words = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) words[i] = 0xff000000 | ((data[i] ?? 0) * 0x010101);
  return { width, height, data: new Uint8ClampedArray(words.buffer) };
}

/** The middle `share` of each side. */
export function centre(grey: Grey, share: number): Grey {
  const width = Math.round(grey.width * share);
  const height = Math.round(grey.height * share);
  const left = (grey.width - width) >> 1;
  const top = (grey.height - height) >> 1;
  const cut = greyOf(width, height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * grey.width + left;
    cut.data.set(grey.data.subarray(from, from + width), y * width);
  }
  return cut;
}

/** `times` as wide and as high, bilinear. */
export function enlarge(grey: Grey, times: number): Grey {
  const large = greyOf(grey.width * times, grey.height * times);
  const steps = Array.from({ length: times }, (_, step) => (step + 0.5) / times - 0.5);
  const columns = Float32Array.from({ length: large.width }, (_, x) => {
    const at = Math.floor(x / times) + (steps[x % times] ?? 0);
    return Math.min(grey.width - 1, Math.max(0, at));
  });
  for (let y = 0; y < large.height; y++) {
    const at = Math.min(grey.height - 1, Math.max(0, Math.floor(y / times) + (steps[y % times] ?? 0)));
    const above = Math.floor(at);
    const below = Math.min(grey.height - 1, above + 1);
    const down = at - above;
    const upper = grey.data.subarray(above * grey.width, (above + 1) * grey.width);
    const lower = grey.data.subarray(below * grey.width, (below + 1) * grey.width);
    const row = y * large.width;
    for (let x = 0; x < large.width; x++) {
      const column = columns[x] ?? 0;
      const left = column | 0;
      const right = left + 1 < grey.width ? left + 1 : left;
      const across = column - left;
      const top = (upper[left] ?? 0) * (1 - across) + (upper[right] ?? 0) * across;
      const bottom = (lower[left] ?? 0) * (1 - across) + (lower[right] ?? 0) * across;
      large.data[row + x] = top * (1 - down) + bottom * down;
    }
  }
  return large;
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
