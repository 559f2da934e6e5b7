/** Integrity of related resources: VC Data Model 2.0 §5.3. */
import { base64url, concat } from '../encoding.ts';
import type { JsonObject } from '../json.ts';
import { type Fault, fault } from '../protocol/fault.ts';
import { type Digest, readDigests } from './digest.ts';
import { requireId } from './identifier.ts';
import { below } from './json-pointer.ts';
import { checkTermsOnly } from './keyword.ts';
import { readObjects } from './object-set.ts';

export type RelatedResource = {
  readonly id: string;
  /** At least one. */
  readonly digests: readonly Digest[];
};

/** Hex digests of the published bytes of a resource. */
export type KnownDigests = { readonly sha256: string; readonly sha384?: string; readonly sha512?: string };

const MEDIA_TYPE = /^[a-z0-9][\w!#$&^.+-]{0,126}\/[a-z0-9][\w!#$&^.+-]{0,126}(?:\s*;.*)?$/i;

export function readRelatedResources(document: JsonObject, faults: Fault[]): RelatedResource[] {
  const seen = new Set<string>();
  return readObjects(document, 'relatedResource', faults).flatMap(({ object, at }) => {
    checkTermsOnly(object, at, faults);
    checkMediaType(object, at, faults);
    const id = requireId(object, at, faults);
    const digests = readDigests(object, at, faults);
    if (!Object.hasOwn(object, 'digestSRI') && !Object.hasOwn(object, 'digestMultibase'))
      faults.push(fault('malformed', 'expected a digestSRI or a digestMultibase', at));
    if (id === undefined) return [];
    if (seen.has(id)) faults.push(fault('malformed', 'expected each related resource once', below(at, 'id')));
    seen.add(id);
    return [{ id, digests }];
  });
}

function checkMediaType({ mediaType }: JsonObject, at: string, faults: Fault[]): void {
  if (mediaType !== undefined && !(typeof mediaType === 'string' && MEDIA_TYPE.test(mediaType)))
    faults.push(fault('malformed', 'expected a media type such as application/json', below(at, 'mediaType')));
}

/**
 * "If the digest provided by the issuer does not match the digest computed, the verifier MUST produce an error." All that
 * are stated must match: Subresource Integrity would content itself with the strongest, and with one of several of that
 * strength. A resource that is unknown here is not used here, and no fault.
 */
export function checkRelatedResources(
  resources: readonly RelatedResource[],
  digestsOf: (url: string) => KnownDigests | undefined,
): Fault[] {
  return resources.flatMap(({ id, digests }) => {
    const known = digestsOf(id);
    if (!known) return [];
    const compared = digests.flatMap((digest) => {
      const expected = digest.algorithm === 'other' ? undefined : known[digest.algorithm];
      return expected === undefined ? [] : [{ digest, matches: digest.hex === expected }];
    });
    if (compared.length === 0) return digests.slice(0, 1).map(({ at }) => incomparable(at));
    return compared.flatMap(({ digest, matches }) => (matches ? [] : [mismatch(digest.at)]));
  });
}

const mismatch = (at: string): Fault =>
  fault('digest-mismatch', 'the resource that is used here has another digest than the one stated', at);
const incomparable = (at: string): Fault =>
  fault('digest-mismatch', 'the resource that is used here has no digest of the kind stated', at);

/** The multihash form, in base64url. */
export const emitDigestMultibase = (sha256: Uint8Array): string =>
  `u${base64url(concat(Uint8Array.of(0x12, 32), sha256))}`;
