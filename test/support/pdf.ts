/** A printed page as a reader of paper meets it: the PDF drawn by PDFium at the resolution of an office printer, its codes read by zxing and measured in millimetres. */
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { readBarcodes } from 'zxing-wasm/reader';
import './qr-image.ts'; // sets zxing up

const DOTS_PER_INCH = 300;
const POINTS_PER_INCH = 72;
const MM_PER_INCH = 25.4;

export type PaperPage = {
  readonly widthMm: number;
  readonly heightMm: number;
  readonly text: string;
  /** `sideMm`: from edge to edge of the symbol, without its quiet zone. */
  readonly codes: readonly { readonly text: string; readonly sideMm: number }[];
};

export async function paperPages(pdf: Uint8Array): Promise<PaperPage[]> {
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(pdf);
    const pages: PaperPage[] = [];
    for (const page of document.pages()) {
      const text = page.getText(); // before it is drawn: drawing closes the page
      const { width, height, data } = await page.render({ scale: DOTS_PER_INCH / POINTS_PER_INCH, render: 'bitmap' });
      const mm = (pixels: number) => (pixels / DOTS_PER_INCH) * MM_PER_INCH;
      const image = { data: new Uint8ClampedArray(data), width, height, colorSpace: 'srgb' } as ImageData; // Node has no such class
      const found = await readBarcodes(image, { formats: ['QRCode'] });
      pages.push({
        widthMm: mm(width),
        heightMm: mm(height),
        text,
        codes: found.map(({ text: content, position: { topLeft, topRight } }) => ({
          text: content,
          sideMm: mm(Math.hypot(topRight.x - topLeft.x, topRight.y - topLeft.y)),
        })),
      });
    }
    document.destroy();
    return pages;
  } finally {
    library.destroy();
  }
}
