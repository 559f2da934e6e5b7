/** How those codes begin that are for a scanner, but are no certificate's. */

/** A frame of the animated code between two stations: station/transfer/frame.ts. */
export const FRAME_PREFIX = 'XZB1-';

/** A whole credential as CBOR-LD, for the systems of other bodies. */
export const CREDENTIAL_PREFIX = 'VC1-';
