/** Pixels of what the browser can draw: a frame of the camera, a picture file at the sizes worth trying. */
import type { Rgba } from './grey.ts';

type Size = { readonly width: number; readonly height: number };

export function drawn(canvas: HTMLCanvasElement, source: CanvasImageSource, { width, height }: Size): Rgba {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('this browser has no canvas');
  context.fillStyle = '#fff'; // under a picture that is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { width, height, data };
}

/** Longest sides in pixels. A photograph is read quicker, and often better, smaller than it was taken. */
const SIDES = [1280, 3000] as const;

/** Each when it is asked for. None when the file is no picture that this browser can show. */
export async function pictureSizes(file: Blob): Promise<(() => Rgba)[]> {
  const image = new Image();
  // A data: address, because the pages' policy has no blob: and an SVG is a picture too.
  image.src = await dataUrl(file);
  try {
    await image.decode();
  } catch {
    return [];
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  const longest = Math.max(width, height);
  // A drawing has no pixels of its own and is drawn at the first size.
  const drawing = file.type.startsWith('image/svg');
  const wanted = SIDES.map((side) => (drawing ? side : Math.min(side, longest)));
  return [...new Set(wanted)].map((side) => () => {
    const size = { width: Math.round((width * side) / longest), height: Math.round((height * side) / longest) };
    return drawn(document.createElement('canvas'), image, size);
  });
}

const dataUrl = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
