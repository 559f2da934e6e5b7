/** What a JSON-LD document says by jsonld alone, with its own hashes and none of our limits: for documents that have been accepted. */
import jsonld from 'jsonld';
import ContextResolver from 'jsonld/lib/ContextResolver.js';
import { contexts } from '../../src/vc/contexts.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { type Documents, noDocuments } from '../../src/vc/protocol/documents.ts';

/** Canonical N-Quads (RDFC-1.0). Rejects where safe mode does, and for a context that is neither pinned nor in `documents`. */
export async function plainGraph(
  document: JsonObject,
  { documents = noDocuments, hash = 'sha256' }: { documents?: Documents; hash?: 'sha256' | 'sha384' } = {},
): Promise<string> {
  const documentLoader = async (url: string) => {
    const found = contexts.get(url) ?? (await documents(url));
    if (found === undefined) throw new Error(`no document ${url}`);
    return { contextUrl: null, documentUrl: url, document: structuredClone(found) };
  };
  const contextResolver = new ContextResolver({ sharedCache: new Map<string, unknown>() });
  const expanded = await jsonld.expand(document, { safe: true, documentLoader, contextResolver });
  return jsonld.canonize(expanded, {
    skipExpansion: true,
    safe: true,
    rdfDirection: 'i18n-datatype',
    documentLoader,
    canonizeOptions: {
      algorithm: 'RDFC-1.0',
      rejectURDNA2015: true,
      maxWorkFactor: 1,
      messageDigestAlgorithm: hash,
    },
  });
}
