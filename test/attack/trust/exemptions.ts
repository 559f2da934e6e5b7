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
    'qr/payload.ts': ["typeof value === 'number'"],
    'credential.ts': ['uuid == null', 'holder == null'],
    'json.ts': ["typeof value === 'string'"],
    'time.ts': ["typeof value === 'number'"],
  }),
  ...because('chooses what is written into a pinned template; test/vc/template compares it with jsonld', {
    'template/fill.ts': 'all',
    'template/pattern.ts': 'all',
  }),
  ...because('quicker, no stricter', {
    'json.ts': ['input.length * 3 > maxBytes', 'literal === other'],
    'template/match.ts': ['extractors.set(template, known)', 'known.set(pattern, extractor)'],
  }),
  ...because('says better what was expected; JSON.parse refuses the same', {
    'json.ts': [`cursor.text[cursor.at] !== '"'`, 'code < 0x20'],
  }),
  ...because('the library or the platform has the same limit; ours is known', {
    'encoding.ts': ['text.length > maxLength'],
    'primitives.ts': ['signature.length !== 64', 'length + value.length > maxBytes'],
  }),
  ...because('concerns the office that fills a template, and throws either way', { 'credential.ts': ['entry'] }),
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
  ...because('the comparison with the fill decides', {
    'template/match.ts': [
      'isObject(proof)',
      'value.length === pattern.length',
      'pattern === value',
      "member.startsWith('{')",
      "slots.length === 1 && typeof value === 'number' && !slotKind(slots[0] ?? '')?.number",
      "slots.every((slot, index) => { const part = found[index + 1] ?? ''; if (typeof texts[slot] === 'string') return texts[slot] === part; texts[slot] = part; return true; })",
      "typeof texts[slot] === 'string'",
      'texts[slot] === part',
    ],
  }),
  ...because('what was read is packed again and compared', {
    'qr/payload.ts': ['true', 'false', 'isWellFormed(value)', 'items.length < LIMITS.codeItemsMin'],
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
    'credential.ts': ['id === texts[slot]'],
    'verify/read.ts': ['key?.number'],
  }),
  ...because('already in `genuine`', { 'verify/checks.ts': ['set'] }),
  ...because('charCodeAt(-1) is NaN, which is no digit', { 'verify/verify.ts': ['at >= 0'] }),
];

export const exemptions: readonly Exemption[] = [...lasting, ...redundant];
