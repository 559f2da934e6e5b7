/** Tokens: the second securing form of the same claims, and the header in which attackers like to bring things along. */
import { base64url, utf8 } from '../../../src/vc/encoding.ts';
import type { Json } from '../../../src/vc/json.ts';
import { fillDocument } from '../../../src/vc/template/fill.ts';
import { DAY, issuerTexts, NOW } from '../../support/authority.ts';
import type { Attack } from '../attack.ts';
import { authority, compact, held, presentedIn, says, type TrustSubject, type Visit, type Wish } from './scene.ts';

const { issueJwt } = authority;
const presented = presentedIn('token');

const token = await issueJwt();
const A = issuerTexts('a', 'a-jwt');
const HEADER = { kid: A.verificationMethod, alg: 'EdDSA', typ: 'vc+jwt' };
const payload = JSON.stringify(token.payload);
const [header64 = '', payload64 = '', signature64 = ''] = token.token.split('.');
const signer = authority.named('a-jwt');
const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The issuer's own key signs any header over any payload. */
const signed = async (header: Json, body: Json = payload): Promise<Visit> => ({
  jwt: await compact(text(header), base64url(utf8(text(body))), signer),
});
const parts = (...given: string[]): Visit => ({ jwt: given.join('.') });
const issued = async (...args: Parameters<typeof issueJwt>): Promise<Visit> => ({
  jwt: (await issueJwt(...args)).token,
});
const genuine: Visit = { jwt: token.token };
const attack = (name: string, forged: Visit | Promise<Visit>, wish?: Wish, other: Visit | Promise<Visit> = genuine) =>
  presented(name, { forged, genuine: other, ...(wish ? { wish } : {}) });

const isNewer = says('unknown-format');
const isOtherKind = says('unknown-template');
const isMalformed = says('malformed');
const isForged = says('passed', 'bad-signature', 'passed');
const otherKind = signed(HEADER, { type: 'Other' });
const otherAlgorithm = signed({ ...HEADER, alg: 'ES256' });
const tampered = parts(header64, base64url(utf8(payload.replace('"points":300', '"points":500'))), signature64);
const withoutKey = await held({ list: (list) => void list.issuers[0]?.keys.pop() });
const list = fillDocument(authority.template(1), {
  ...issuerTexts('a', 'a-status'),
  ...{ statusList: '1', validFrom: '2026-11-24T00:00:00Z', validUntil: '2026-11-25T00:00:00Z', encodedList: 'uAA' },
});

export const jwt: readonly Attack<TrustSubject>[] = [
  attack('the name of another stage than the one that it states', signed(HEADER, payload.replaceAll('4–6岁', '7–9岁'))),
  // The parts
  attack(
    'a token of more than 64 KiB',
    signed(HEADER, payload.padEnd(50_000)),
    undefined,
    signed(HEADER, payload.padEnd(45_000)),
  ),
  attack('two parts', parts(header64, payload64)),
  attack('a fourth part, to be a forgery of the three', parts(token.token, 'x'), isForged, tampered),
  attack('a header that is no base64url', parts('*', payload64, signature64)),
  attack('a payload that is no base64url', parts(header64, '*', signature64)),
  attack('a signature that is no base64url', parts(header64, payload64, '*')),
  attack('stray bits in the last character', { jwt: nextLast(token.token) }),
  attack('a line end behind it', { jwt: `${token.token}\n` }),
  attack('a header that is null', signed('null')),
  attack('a payload that is a list, to be a kind that is not known yet', signed(HEADER, '[]'), isOtherKind, otherKind),
  attack('a payload that is cut', signed(HEADER, payload.slice(0, -1))),
  attack('a header with alg twice', signed(text(HEADER).replace('{', '{"alg":"none",'))),
  attack('points twice', signed(HEADER, payload.replace('"points":300', '"points":500,"points":300'))),
  attack(
    'a payload of sixty thousand arrays',
    signed(HEADER, `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`),
    isOtherKind,
    otherKind,
  ),

  // The header
  attack(
    'alg none, to be a key that is not known yet',
    signed({ ...HEADER, alg: 'none', kid: 'did:web:evil.test#k' }),
    says('passed', 'unknown-key'),
    {
      ...genuine,
      context: { trust: withoutKey },
    },
  ),
  attack('alg none, to be a newer format', signed({ ...HEADER, alg: 'none' }), isNewer, otherAlgorithm),
  attack('alg none and no signature', parts(base64url(utf8(text({ ...HEADER, alg: 'none' }))), payload64, '')),
  attack('alg HS256 with the public key as the secret', signed({ ...HEADER, alg: 'HS256' })),
  attack('alg as a list, to be a newer format', signed({ ...HEADER, alg: ['EdDSA'] }), isNewer, otherAlgorithm),
  attack('another algorithm over an EdDSA signature', signed({ ...HEADER, alg: 'ES256' })),
  attack('a key inside the header', signed({ ...HEADER, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } })),
  attack('a place to fetch keys from', signed({ ...HEADER, jku: 'https://evil.test/jwks' })),
  attack('a critical extension', signed({ ...HEADER, crit: ['exp'], exp: 1 })),
  attack('an unencoded payload', signed({ ...HEADER, b64: false, crit: ['b64'] })),
  attack('the typ of a presentation', signed({ ...HEADER, typ: 'vp+jwt' })),
  attack('the typ of a trust list', signed({ ...HEADER, typ: 'xz-trust+jws' })),
  attack('a content type', signed({ ...HEADER, cty: 'vc' })),
  attack('a kid that is a number', signed({ ...HEADER, kid: 8 })),
  attack('a kid of nobody', signed({ ...HEADER, kid: `${A.issuerId}#other` })),
  attack(
    'the kid of another key of the issuer',
    signed({ ...HEADER, kid: issuerTexts('a', 'a-general').verificationMethod }),
  ),

  // What is signed
  attack('other points', tampered),
  attack('a stranger’s signature', issued({}, { signWith: 'b-milestone' })),
  attack(
    'the Data Integrity signature of the same claims',
    authority.issue().then(({ fields }) => parts(header64, payload64, base64url(fields.proofValue))),
  ),
  attack('a milestone key that signs a token', issued({}, { by: 'a-milestone' })),
  attack('a claim beside the credential', issued({}, { beside: { exp: NOW + DAY } })),
  attack('a proof inside', issued({}, { beside: { proof: {} } })),
  attack(
    'a status list, to be malformed',
    signed(HEADER, list),
    isMalformed,
    issued({}, { texts: { validUntil: '2999-01-01T00:00:00Z' } }),
  ),
  attack('a date past 2105', issued({}, { texts: { validUntil: '2999-01-01T00:00:00Z' } })),
  attack('a date before the key', issued({ validFrom: NOW - 61 * DAY })),
  attack('an expired token', issued({ validUntil: NOW - 1 })),
  attack('a station without any bundle, and a token', { ...genuine, context: { trust: undefined } }),
];

/** The same bytes in a second spelling: 64 bytes leave four bits of the last character. */
function nextLast(whole: string): string {
  const last = whole.at(-1) ?? '';
  return whole.slice(0, -1) + String.fromCharCode(last.charCodeAt(0) + 1);
}
