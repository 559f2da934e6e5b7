/** JSON that two readers would read differently, that costs more than it is worth, or that is none. */
import { base64url, concat, utf8 } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  authority,
  compact,
  deliveredIn,
  genuine,
  HEADER,
  jsonOf,
  listed,
  payloadOf,
  presentedIn,
  publish,
  publisherOf,
  put,
  resigned,
  says,
  type TrustSubject,
  underHeader,
} from './scene.ts';

const presented = presentedIn('json');
const delivered = deliveredIn('json');
const compared = inRoom<TrustSubject>('json');

/** The genuine credential with one piece of its text replaced. */
const replaced = (from: string, to: string) => {
  if (genuine.json.split(from).length !== 2) throw new Error(`${from} does not stand once in the credential`);
  return { credential: genuine.json.replace(from, () => to) };
};
const points = (literal: string) => replaced('"points":300', `"points":${literal}`);
/** Of a credential that only this one thing in it makes malformed: the forger wants it called a kind that is not known yet. */
const isOtherKind = says('unknown-template');
const otherKind = (text: string) => ({ forged: { credential: `{"a":${text}}` }, wish: isOtherKind });

const bytesOf = (credential: string): number => utf8(credential).length;
const filled = (bytes: number) => ({
  credential: genuine.json.padEnd(genuine.json.length + bytes - bytesOf(genuine.json)),
});
const header = JSON.stringify(HEADER);
const kidIs = (kid: string) => listed((list) => put(publisherOf(list, 'publisher'), { id: kid }));

/** A name with U+FFFD in it: UTF-8 writes every unpaired surrogate as that character, so one signature fits them all. */
const replacement = await authority.issue({ holder: { name: '王\ufffd明' } });

export const json: readonly Attack<TrustSubject>[] = [
  presented('an escape that JSON does not have, where a name stands', {
    forged: { credential: genuine.json.replace('欧阳', '\\q欧阳') },
  }),
  // Size and depth
  presented('a credential of 64 KiB and one byte', {
    forged: filled(LIMITS.credentialBytes + 1),
    genuine: filled(LIMITS.credentialBytes),
  }),
  presented('a credential of 10 MB', { forged: filled(10_000_000) }),
  presented('64 KiB of characters that are more in bytes', {
    forged: { credential: genuine.json.padEnd(LIMITS.credentialBytes) },
  }),
  delivered('a header of more than its limit', {
    forged: underHeader(header.padEnd(LIMITS.trustHeaderBytes + 1)),
    genuine: underHeader(header.padEnd(LIMITS.trustHeaderBytes)),
  }),
  presented('sixty thousand arrays in each other', {
    forged: { credential: `{"a":${'['.repeat(32_000)}${']'.repeat(32_000)}}` },
    genuine: { credential: `{"a":${'['.repeat(31)}${']'.repeat(31)},"proof":{}}` },
    wish: isOtherKind,
  }),
  presented('ten thousand objects in each other', {
    forged: { credential: `${'{"a":'.repeat(10_000)}0${'}'.repeat(10_000)}` },
    genuine: { credential: `${'{"a":'.repeat(31)}{}${'}'.repeat(31)}` },
    wish: isOtherKind,
  }),

  // One text, one meaning
  presented('points twice, the second as signed', { forged: points('500,"points":300') }),
  presented('points twice, the first behind an escape', {
    forged: replaced('"points":300', '"\\u0070oints":500,"points":300'),
  }),
  presented('__proto__', { forged: points('300,"__proto__":{"points":500}') }),
  presented('__proto__ behind an escape', { forged: points('300,"__pro\\u0074o__":{"points":500}') }),
  presented('text behind the credential', { forged: { credential: `${genuine.json}{"points":500}` } }),
  presented('a decimal that only rounds to what was signed', { forged: points('300.00000000000000001') }),
  presented('a number of a hundred characters', { forged: points(`300.${'0'.repeat(100)}`), genuine: points('300.0') }),
  presented('an integer past what a double holds', {
    ...otherKind('9007199254740992'),
    genuine: { credential: '{"a":[9007199254740991,0.0,1e2]}' },
  }),
  presented('a number that overflows', { ...otherKind('1e400'), genuine: { credential: '{"a":1e300}' } }),
  presented('minus zero', { ...otherKind('-0'), genuine: { credential: '{"a":-1}' } }),
  presented('an unpaired surrogate in a name', {
    forged: { credential: replacement.json.replace('\ufffd', '\\ud800') },
    genuine: { credential: replacement.json },
  }),
  presented('an unpaired surrogate, not escaped', {
    forged: { credential: replacement.json.replace('\ufffd', '\udc00') },
    genuine: { credential: replacement.json },
  }),

  // No JSON
  presented('a word that only begins like false', {
    forged: replaced('"hashed":false', '"hashed":falsy'),
    genuine: replaced('"hashed":false', '\t"hashed"\r\n:\tfalse '),
  }),
  presented('no number at all', { forged: points('x') }),
  presented('a semicolon after a name', { forged: replaced('"points":300', '"points";300') }),
  presented('a semicolon between members', { forged: replaced('"points":300,', '"points":300;') }),
  presented('a semicolon between items', {
    forged: replaced('"VerifiableCredential","Open', '"VerifiableCredential";"Open'),
  }),
  presented('a member name without quotes', { forged: replaced('"points":', 'points":') }),
  presented('a string that never ends', { forged: { credential: genuine.json.slice(0, -10) } }),
  presented('a raw line feed in a string', { forged: replaced('"scheme":"', '"scheme":"\n') }),
  presented('an escape that JSON does not have', {
    forged: replaced('"shangcheng-star-licence"', '"\\shangcheng-star-licence"'),
  }),

  // Bytes
  delivered('bytes that are not UTF-8, read as the replacement character', {
    forged: kidIs('\ufffd').then((bundle) => underHeader(invalidKid(), bundle)),
    genuine: kidIs('\ufffd').then((bundle) => underHeader(JSON.stringify({ ...HEADER, kid: '\ufffd' }), bundle)),
  }),
  delivered('a byte order mark before the header', { forged: underHeader(`\ufeff${header}`) }),
  delivered('a payload that is not UTF-8', { forged: resigned(Uint8Array.of(0x7b, 0xff, 0x7d)) }),
  delivered('a payload that is not base64url', {
    forged: publish().then((bundle) => compact(header, `${payloadOf(bundle)}!`, authority.named('publisher'))),
  }),
  delivered('stray bits in the last character of the payload', { forged: strayBits() }),
  delivered('padding behind the signature', { forged: publish().then((bundle) => `${bundle}==`) }),
  delivered('the ordinary base64 alphabet', { forged: ordinaryAlphabet() }),

  // Who is to blame: a fault inside the credential gets a verdict, one beside it is the request's
  blamed('a name twice beside the credential', '{"credential":{},"qr":{"a":1,"a":2}}'),
  blamed('a name twice in the outermost object', '{"credential":{},"credential":{}}'),
  blamed('a name twice behind the credential', '{"credential":{"a":{}},"a":1,"a":2}'),

  // Two values that are not one
  differ('an item more', [1, 2], [1, 2, 3]),
  differ('another item', [1, 2], [1, 3]),
  differ('an object in place of an array', [], {}),
  differ('an object with the same numbers', ['a'], { 0: 'a', length: 1 }),
  differ('null in place of an object', {}, null),
  differ('an object in place of null', null, {}),
  differ('another name for null', { a: null }, { b: null }),
  differ('another value of a member', { a: { b: 1 } }, { a: { b: 2 } }),
  differ('a member more', { a: 1 }, { a: 1, b: 2 }),
  compared('a byte more', {
    forged: async ({ equalBytes }) => equalBytes(Uint8Array.of(1), Uint8Array.of(1, 2)),
    genuine: async ({ equalBytes }) => equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)),
  }),
];

function blamed(name: string, text: string): Attack<TrustSubject> {
  const member = ({ parseJson }: TrustSubject, body: string): string | undefined => {
    const parsed = parseJson(body, { maxBytes: 1000, maxDepth: 4 });
    return !parsed.ok && parsed.fault.reason === 'malformed' && parsed.fault.beyondGrammar
      ? parsed.fault.member
      : undefined;
  };
  return compared(`${name}, to be a fault inside it`, {
    forged: async (subject) => member(subject, text) === 'credential',
    genuine: async (subject) => member(subject, '{"qr":{"a":0},"credential":{"a":{"b":1,"b":2}}}') === 'credential',
  });
}

function differ(name: string, a: Json, b: Json): Attack<TrustSubject> {
  return compared(name, {
    forged: async ({ equalJson }) => equalJson(a, b),
    genuine: async ({ equalJson }) => equalJson({ a: [1, null, { b: '' }] }, { a: [1, null, { b: '' }] }),
  });
}

function invalidKid(): Uint8Array<ArrayBuffer> {
  const [before = '', after = ''] = JSON.stringify({ ...HEADER, kid: '?' }).split('?');
  return concat(utf8(before), Uint8Array.of(0xff), utf8(after));
}

/** The same bytes in a second spelling, signed in that spelling. */
async function strayBits(): Promise<string> {
  for (const space of ['', ' ', '  ']) {
    const encoded = base64url(utf8(jsonOf(await publish()) + space));
    if (encoded.length % 4 !== 2) continue;
    const last = { A: 'B', Q: 'R', g: 'h', w: 'x' }[encoded.at(-1) ?? ''] ?? '';
    return compact(header, encoded.slice(0, -1) + last, authority.named('publisher'));
  }
  throw new Error('no length leaves stray bits');
}

async function ordinaryAlphabet(): Promise<string> {
  const withBoth = jsonOf(await publish());
  const encoded = base64url(utf8(withBoth)).replaceAll('-', '+').replaceAll('_', '/');
  if (!/[+/]/.test(encoded)) throw new Error('both alphabets write this payload alike');
  return compact(header, encoded, authority.named('publisher'));
}
