/** Checks of the data model, status entries and tokens that no attack needs removed. A reason that no longer holds ends `npm run mutants` with 1. */
import { because, type Exemption } from '../../attack.ts';

export const modelExemptions: readonly Exemption[] = [
  ...because('the compiler asks; whatever this is for is refused by what follows, or has been', {
    'model/credential.ts': ['version', 'types', 'issuer === undefined', 'id === undefined'],
    'model/related-resource.ts': ['id === undefined', "digest.algorithm === 'other'"],
    'proof/jose.ts': ['readHeader.ok', 'readPayload.ok', 'kid !== undefined'],
    'status/status-entry.ts': ["typeof statusSize !== 'number'", 'isObject(document)', 'isObject(subject)', 'packed'],
  }),
  ...because('the compiler asks; no date is before or after one that is absent', {
    'model/validity-period.ts': ['from !== undefined', 'until !== undefined'],
    'proof/jwt-claims.ts': ['exp !== undefined', 'nbf !== undefined', "typeof issued === 'number'"],
    'status/status-entry.ts': ['list.validFromMs !== undefined', 'list.validUntilMs !== undefined'],
  }),
  ...because('says where the fault is, or which of the faults it is', {
    'model/credential-schema.ts': [
      'Array.isArray(document.credentialSchema)',
      'next.instanceLocation.length >= far.instanceLocation.length',
    ],
    'model/embedded-proof.ts': ['isObject(item)'],
    'proof/jose.ts': ["name === 'iss'"],
    'status/status-entry.ts': ['entries.length === 1'],
  }),
  ...because('says better what was expected; what follows refuses the same', {
    'model/type.ts': ['types === undefined'],
    'proof/envelope.ts': ['/^application\\/v[cp]\\+(?:jwt|sd-jwt|cose)$/.test(mediaType)'],
    'proof/jose.ts': ['parts.length !== 3'],
    'proof/jwt-claims.ts': ['isObject(content)'],
    'status/status-entry.ts': ['document === undefined', 'first', "bits === 'too-large'", 'text.length > 80'],
  }),
  ...because(
    'jose refuses the same: an algorithm that it does not know, or that is not the key’s, and any crit that it does not know',
    {
      'proof/jose.ts': [
        "typeof alg === 'string'",
        'Object.hasOwn(KEY_TYPES, alg)',
        'isAlgorithm(alg)',
        'method.key.type !== KEY_TYPES[alg]',
        "'crit'",
      ],
    },
  ),
  ...because('for whoever opens a token that came in no envelope: readEnvelope bounds the one that does', {
    'proof/jose.ts': ['token.length > LIMITS.documentBytes'],
  }),
  ...because('for whoever checks entries that readCredential has not read: it refuses the same', {
    'status/status-entry.ts': ['entries.length > LIMITS.items', 'types', "typeof statusListIndex !== 'string'"],
  }),
  ...because('for whoever verifies lists and leaves out their dates: ours does not', {
    'status/status-entry.ts': [
      'list.validFromMs !== undefined && nowMs + CLOCK_TOLERANCE * 1000 < list.validFromMs',
      'list.validUntilMs !== undefined && nowMs > list.validUntilMs',
    ],
  }),
  ...because('an index here is a text of decimal digits; the other suite has those that are none', {
    'status/bitstring.ts': ['Number.isInteger(index)', 'index < 0'],
  }),
  ...because('the validator writes what can be read again', { 'model/credential-schema.ts': ['catch'] }),
  ...because('cuts a digest that begins with M, and no resource that is known here has one', {
    'model/digest.ts': ['encoded.length === BASE64_LENGTH[algorithm] + 1'],
  }),
];
