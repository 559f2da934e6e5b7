/** The documents that a verification may use, by URL or DID: brought by the caller, never fetched. */
import type { Json } from '../json.ts';

/** DID documents, contexts, schemas and status lists. Undefined: not brought, and nothing goes out to look for it. */
export type Documents = (id: string) => Promise<Json | undefined>;

export const noDocuments: Documents = async () => undefined;
