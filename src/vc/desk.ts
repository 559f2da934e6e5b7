/** A desk to lay bytes out on, used again and again: making new room each time would take longer than all that is written into it. */
import type { Bytes } from './encoding.ts';

/** What lies on a desk is overwritten by whoever uses it next: it is used, or taken away, before anything is awaited. */
export type Desk = { bytes: Bytes };

export const makeDesk = (length: number): Desk => ({ bytes: new Uint8Array(length) });

/** Afterwards so many bytes have room. What lies there stays. */
export function makeRoom(desk: Desk, length: number): void {
  if (length <= desk.bytes.length) return;
  const larger = new Uint8Array(2 * length);
  larger.set(desk.bytes);
  desk.bytes = larger;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** In UTF-8. Returns where it ends. Short ASCII text is faster by hand than by the encoder's call. */
export function writeText(desk: Desk, text: string, start: number): number {
  makeRoom(desk, start + text.length * 3); // a UTF-16 unit takes one to three bytes
  const { bytes } = desk;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return start + encoder.encodeInto(text, bytes.subarray(start)).written;
    bytes[start + i] = unit;
  }
  return start + text.length;
}

/** ASCII text, taken away. */
export const takeText = ({ bytes }: Desk, start: number, end: number): string =>
  decoder.decode(bytes.subarray(start, end));
