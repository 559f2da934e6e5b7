/** Conditions of the trust verifier that no attack needs removed. A reason that no longer holds ends `npm run mutants` with 1. */
import { because, type Exemption } from '../attack.ts';

/** These stay. */
const lasting: readonly Exemption[] = [
  ...because('the compiler asks; whatever this is for is refused by what follows', {
    'verify/verify.ts': ['trust', 'reading'],
    'verify/read-jwt.ts': ['head.ok', 'body.ok'],
    'trust/root.ts': ['jws.success'],
    'trust/bundle.ts': ['jws'],
    'trust/field.ts': ['z.string()'],
    'trust/signed-document.ts': ['z.string()', 'encodedHeader === undefined', 'payload === undefined'],
    'status/status-list.ts': ['texts'],
    'status/bitstring.ts': ["bits !== 'too-large'"],
    'credential.ts': ['uuid == null', 'holder == null'],
    'json.ts': ["typeof value === 'string'"],
    'time.ts': ["typeof value === 'number'"],
  }),
  ...because('chooses what is written into a pinned template; test/vc/template compares it with jsonld', {
    'template/fill.ts': 'all',
    'template/parts.ts': 'all',
    'template/pattern.ts': 'all',
  }),
  ...because('a table of powers; test/vc/encoding holds what is made with it to the library', {
    'encoding.ts': [
      '...sums',
      '0',
      'groups.push((sum + carry) % FIVE_DIGITS)',
      'groups.at(-1) === 0',
      'groups.at(-1) === 0',
    ],
  }),
  ...because(
    'room on a desk, which is made with enough for all that is verified; test/vc/desk fills one past its end',
    {
      'desk.ts': ['length <= desk.bytes.length', 'larger.set(desk.bytes)'],
    },
  ),
  ...because('what is remembered over a restart; test/vc/trust/bundle misses it', {
    'trust/bundle.ts': ['carriedLists.add(listNumber)'],
  }),
  ...because('no fraction comes so far: a code holds counts, and a text is compared', {
    'time.ts': ['Number.isInteger(value)'],
  }),
  ...because('quicker, no stricter', {
    'desk.ts': ['unit > 0x7f'],
    'encoding.ts': ['text.length > 64', 'unit > 0x7f'],
    'json.ts': ['input.length * 3 > maxBytes', 'isPlain', 'literal === other'],
    'template/match.ts': [
      "raw?.includes('\\\\')",
      'readers[securing].get(template)',
      'readers[securing].set(template, known)',
    ],
    'time.ts': ['written.size >= MOST_WRITTEN', 'written.set(epoch, text)'],
    'verify/read.ts': ['written'],
  }),
  ...because('bounds the time alone: whatever has so many values is refused by its shape; test/vc/limits meets it', {
    'json.ts': ['cursor.valuesLeft-- === 0', 'error instanceof TooManyValues'],
  }),
  ...because('the issuers of a trust list have texts of hundreds of characters: nothing so long is a fill of theirs', {
    'verify/read.ts': ['text.length <= LIMITS.credentialBytes'],
  }),
  ...because('makes the order of members free, at any depth; test/vc/template says so', {
    'template/match.ts': [
      'Array.isArray(value)',
      'Array.isArray(pattern)',
      '!isObject(value) || !isObject(pattern)',
      'Object.hasOwn(value, name)',
      '...Object.keys(pattern).filter((name) => Object.hasOwn(value, name))',
    ],
  }),
  ...because('takes more out of a text than the fill gives back, which is compared', {
    'template/match.ts': ['own', 'names.includes(slot)', 'kind?.freeText'],
  }),
  ...because('of the digits that an office writes; test/vc/qr holds them to the reader', {
    'qr/payload.ts': [
      '17',
      '7',
      '0',
      'length',
      '4',
      'bytes.length - at',
      'to',
      'end - 9',
      'proofValue.length !== PROOF_BYTES',
    ],
    'qr/cbor.ts': ['Number.isSafeInteger(count)', 'count < 0', 'count < 2 ** 32'],
  }),
  ...because('says better what was expected; JSON.parse refuses the same', {
    'json.ts': [`cursor.text[cursor.at] !== '"'`, 'code < 0x20'],
  }),
  ...because('the library or the platform has the same limit; ours is known', {
    'encoding.ts': ['text.length > maxLength'],
    'primitives.ts': ['signature.length !== 64', 'length + value.length > maxBytes'],
  }),
  ...because('an end that is not there is left out of the form as well', {
    'credential.ts': ['fields.validUntil === null'],
  }),
  ...because('a template is pinned, so its slots have names of ours', {
    'template/slot.ts': ['Object.hasOwn(SLOTS, name)'],
  }),
  ...because('decodeBitstring refuses whatever else it lets pass', { 'template/slot.ts': [`'u[A-Za-z0-9_-]*'`] }),
  ...because('for the content security policy of browsers, which no attack here runs under', {
    'trust/field.ts': ['true'],
  }),
];

/** These say what something else says as well: better taken out of the source, and then out of here. */
const redundant: readonly Exemption[] = [
  ...because('what was read is packed again and compared', {
    'qr/payload.ts': ['isWellFormed(value)', 'items.length < LIMITS.codeItemsMin'],
  }),
  ...because('isoSeconds gives that form alone, and what it gives is compared', {
    'time.ts': ['/^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$/.test(text)'],
  }),
  ...because('isSameNumber tells Infinity from every literal', { 'json.ts': ['Number.isFinite(value)'] }),
  ...because('z.int() asks for a safe integer', {
    'trust/field.ts': ['z.number()', 'z.maximum(Number.MAX_SAFE_INTEGER)'],
  }),
  ...because('a threshold is at least 1 and at most the number of keys', { 'trust/root.ts': ['z.minLength(1)'] }),
  ...because('openStatusList and its schema ask the same', {
    'trust/bundle.ts': ['z.record(z.string(), z.unknown())', 'z.string()'],
    'status/status-list.ts': ['isObject(credential)'],
  }),
  ...because('the slot admits fifteen digits', { 'credential.ts': ['Number.isSafeInteger(points)'] }),
  ...because('nobody reads it: a credential in JSON is judged by its texts', {
    'verify/read.ts': ['key?.number'],
  }),
  ...because('already in `genuine`', { 'verify/checks.ts': ['set'] }),
  ...because('charCodeAt(-1) is NaN, which is no digit', { 'verify/verify.ts': ['at >= 0'] }),
];

export const exemptions: readonly Exemption[] = [...lasting, ...redundant];
