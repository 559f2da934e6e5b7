/** Every limit on what a verifier reads, in one place: bytes and depth before parsing, counts before work. Lengths are in UTF-16 units. */
export const LIMITS = {
  // All JSON
  /** No number needs more; and comparing spellings costs the square of the length. */
  numberLength: 40,

  // Bodies of POST /verify and /verify/batch
  /** A credential of the largest size, and the envelope around it. */
  verifyBodyBytes: (64 + 1) * 1024,
  batchBodyBytes: 8 * 1024 * 1024,
  batchItems: 1_000,
  bodyDepth: 40,

  // Trust verifier: a credential as JSON
  credentialBytes: 64 * 1024,
  credentialDepth: 32,
  /** One text that is matched with a template's pattern; the longest genuine one is a packed status list. */
  patternTextLength: 512 * 1024,

  // Trust verifier: a QR code
  /** All that was scanned or typed. */
  codeTextLength: 8_000,
  /** A shorter run of digits is a phone number or a date. */
  codeDigitsMin: 40,
  /** Far above version 10-M; a reader looks no further. */
  codeDigitsMax: 2_000,
  codeItemsMin: 10,
  codeItemsMax: 20,

  // Trust documents: bundle, trust list, root
  /** Of a whole bundle, and of each document inside it. */
  trustDocumentBytes: 8 * 1024 * 1024,
  trustDocumentDepth: 24,
  trustHeaderBytes: 1024,
  trustHeaderDepth: 1,
  /** Of one trust document. */
  signatures: 16,
  rootKeys: 16,
  /** Root documents of one bundle: the whole chain. */
  rootDocuments: 64,
  issuerTextLength: 400,

  // Protocol verifier
  /** One credential, presentation or token in the VC-API. */
  documentBytes: 1024 * 1024,
  documentDepth: 64,
  contexts: 16,
  types: 64,
  proofs: 16,
  /** Entries of credentialStatus, credentialSchema, relatedResource, evidence and the like; also credentials in a presentation. */
  items: 64,
  /** N-Quads of one document. */
  quads: 20_000,
  /** Blank nodes of one document; deep comparisons are limited by RDFC-1.0's own work factor of 1. */
  blankNodes: 1_000,
  /** Signatures in one ecdsa-sd-2023 proof. */
  selectiveStatements: 4_000,
  /** Compressed and unpacked status list of others, bytes. */
  statusListBytes: 16 * 1024 * 1024,
} as const;
