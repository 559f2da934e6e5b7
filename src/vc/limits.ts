/** Every limit on what a verifier reads, in one place: bytes and depth before parsing, counts before work. Lengths are in UTF-16 units. */
export const LIMITS = {
  // All JSON
  /** No number needs more; and comparing spellings costs the square of the length. */
  numberLength: 40,
  /** Ten thousand xAPI statements in 8 MiB have some 430,000, as many learning records 140,000. */
  jsonValues: 500_000,

  // All bodies
  /** On average, once there are many pieces: each costs a turn of the event loop, however small it is. */
  bodyPieceBytes: 64,

  // Bodies of POST /verify and /verify/batch
  /** A credential of the largest size, and the envelope around it. */
  verifyBodyBytes: (64 + 1) * 1024,
  batchBodyBytes: 8 * 1024 * 1024,
  batchItems: 1_000,
  bodyDepth: 40,

  // Trust verifier: a credential as JSON
  credentialBytes: 64 * 1024,
  credentialDepth: 32,
  /** JSON that is matched with a template; the longest genuine one holds a packed status list. */
  templateTextLength: 512 * 1024,

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
  /** Of one bundle. All that it holds is read before its publisher is known, so each list in it is bounded; the trust list is read once the root has signed it. */
  bundleTemplates: 500,
  /** Of 131,072 entries each: ten million parents fill 77 of them with one certificate for each. */
  bundleStatusLists: 10_000,
  suspectKeys: 1_000,
  /** Compressed, from another station's screen; the data of ten million certificates take 171 KiB. */
  transferBytes: 512 * 1024,
  issuerTextLength: 400,

  // Protocol verifier
  /** One credential, presentation or token in the VC-API. */
  documentBytes: 1024 * 1024,
  documentDepth: 64,
  /** As many URLs as jsonld follows from one @context. */
  contexts: 11,
  /** Different URLs that one document may load, the contexts that contexts name included. */
  contextLoads: 64,
  types: 64,
  proofs: 16,
  /** Entries of credentialStatus, credentialSchema, relatedResource, evidence and the like; also credentials in a presentation. */
  items: 64,
  /** Characters that the names of a document may come to when each becomes the longest IRI that its contexts can make. Pinned contexts make short ones and are not counted. */
  namesText: 4_000_000,
  /** Blank nodes of one document; RDFC-1.0's own work factor of 1 lets each that is like another be looked into once. */
  blankNodes: 1_000,
  /** Signatures in one ecdsa-sd-2023 proof. */
  selectiveStatements: 1_000,

  // Work of the protocol verifier. The proofs of one document share each of these, and a presentation with its credentials: 64 Open Badges come to three quarters of contextWork, and to half or less of the others.
  /**
   * The processor copies the active context at nearly every object, which can cost the square of a document. Counted are the
   * members of all contexts together, for each object and for each application of a context, and CONTEXT_PRICES; each
   * member and item of a document has one, too.
   */
  contextWork: 12_000_000,
  /** N-Quads. */
  quads: 10_000,
  /** Characters of all N-Quads, each of which repeats its subject and its property, and of JSON that is signed as such. */
  statementsText: 4_000_000,
  /** Among the values of one property, each of which is compared with those before it: 2,000 values alone come to this. */
  comparisons: 2_000_000,
  /** In canonical forms: each look into a blank node takes as many as the node has blank neighbours. */
  hashes: 10_000,
  /** Orders of alike neighbours that are tried in canonical forms: the work factor does not count those given up half-way. */
  permutations: 3_000,
  /** One for each selective statement that is verified, SIGNATURE_PRICES for each proof. */
  signatureWork: 1_024,

  // Protocol verifier: status lists and digests
  /** Compressed and unpacked status list of others, bytes. */
  statusListBytes: 16 * 1024 * 1024,
  /** Bits of one status: 256 messages are enough to read, and Bitstring Status List 1.0 (§1.3) asks to support one bit. */
  statusSize: 8,
  /** A digestMultibase: far above a SHA-512 multihash in base58btc. */
  digestLength: 256,
} as const;

/** In `contextWork`: of applying a context beside the members that it copies, of each member of one that is not ours wherever it is applied, and of each member or item of a document. */
export const CONTEXT_PRICES = { application: 3_000, definition: 50, value: 200 } as const;
/** In `signatureWork`, by the type of the key, which is read and unpacked first. */
export const SIGNATURE_PRICES = { Ed25519: 4, 'P-256': 4, 'P-384': 12 } as const;
