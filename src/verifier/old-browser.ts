/** What old browsers lack, for those alone: Ed25519 and gunzip in JavaScript. A chunk of its own, so that nobody else loads it. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { Gunzip } from 'fflate';
import { concat } from '../vc/encoding.ts';
import type { Primitives } from '../vc/primitives.ts';

/** Unpacked, a piece is at most 1,032 times as large: a bomb is stopped after half a megabyte. */
const PIECE_BYTES = 512;

export const oldBrowser: Pick<Primitives, 'verifyEd25519' | 'gunzip'> = {
  verifyEd25519(publicKey, signature, data) {
    try {
      return ed25519.verify(signature, data, publicKey, { zip215: false }); // RFC 8032, as WebCrypto does
    } catch {
      return false;
    }
  },
  gunzip(data, maxBytes) {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    const unpacking = new Gunzip((piece) => {
      length += piece.length;
      pieces.push(new Uint8Array(piece));
    });
    try {
      for (let at = 0; at < data.length; at += PIECE_BYTES) {
        unpacking.push(data.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= data.length);
        if (length > maxBytes) return 'too-large';
      }
    } catch {
      return undefined;
    }
    return data.length > 0 ? concat(...pieces) : undefined;
  },
};
