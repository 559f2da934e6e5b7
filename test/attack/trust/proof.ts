/** Whose signature it is, over what, and for which purpose. */
import { concat, hex, multibase58 } from '../../../src/vc/encoding.ts';
import { ed25519Multibase } from '../../../src/vc/proof/key.ts';
import { entryOf, issuerTexts, NOW } from '../../support/authority.ts';
import { type Attack, inRoom } from '../attack.ts';
import {
  asJson,
  authority,
  codeOfItems,
  deliveredIn,
  genuine,
  genuineItems,
  held,
  linkTo,
  listed,
  presentedIn,
  put,
  says,
  type TrustSubject,
  type Wish,
} from './scene.ts';

const presented = presentedIn('proof');
const delivered = deliveredIn('proof');
const keyed = inRoom<TrustSubject>('proof');

const { fields, json } = genuine;
const replaced = (from: string | RegExp, to: string) => ({ credential: json.replace(from, () => to) });
const proven = (proofValue: Uint8Array<ArrayBuffer>) => ({ qr: codeOfItems(genuineItems({ proofValue })) });
const provenBy = (text: string) => replaced(/z[1-9A-HJ-NP-Za-km-z]{80,90}/, text);
const isShown: Wish = ({ credential }) => credential !== null;
const isUnknownKey = says('passed', 'unknown-key');
const withoutKey = await held({ list: (list) => void list.issuers[0]?.keys.shift() });

/** RFC 8032 §5.1.7 wants S below the order of the group; S + order verifies in a careless implementation. */
function malleated(): Uint8Array<ArrayBuffer> {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${hex(fields.proofValue.slice(32).reverse())}`) + order;
  const bytes = Uint8Array.from(s.toString(16).padStart(64, '0').match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  return concat(fields.proofValue.slice(0, 32), bytes.reverse());
}

const point = (first: number, middle: number, last: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.of(first, ...new Array(30).fill(middle), last);
const multikey = (publicKey: Uint8Array, ...codec: number[]): string =>
  multibase58(Uint8Array.of(...codec, ...publicKey));
const { publicKey } = authority.key('stranger');

/** A key that must not be one, against one that differs a little. */
const read = (name: string, forged: string, other: string): Attack<TrustSubject> =>
  keyed(name, {
    forged: async ({ ed25519FromMultibase }) => ed25519FromMultibase(forged) !== undefined,
    genuine: async ({ ed25519FromMultibase }) => ed25519FromMultibase(other) !== undefined,
  });
const smallOrder = (what: string, y: string): Attack<TrustSubject>[] =>
  ['', ' with the sign bit'].map((sign) => {
    const bytes = Uint8Array.from(y.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    if (sign) bytes[31] = (bytes[31] ?? 0) | 0x80;
    return delivered(`a trust list with a key of ${what}${sign}, under which anybody can sign`, {
      forged: listed((list) => put(entryOf(list, 'a-milestone'), { publicKeyMultibase: ed25519Multibase(bytes) })),
    });
  });

export const proof: readonly Attack<TrustSubject>[] = [
  presented('other points under the same proof', { forged: { qr: codeOfItems(genuineItems({ points: 500 })) } }),
  presented('other points in the JSON', { forged: replaced('"points":300', '"points":500') }),
  presented('the status entry of another credential', { forged: replaced('"4711"', '"4712"') }),
  presented('a date of the proof that was not signed', { forged: { qr: codeOfItems(genuineItems({ created: NOW })) } }),
  presented('the key of another DID signing as this issuer', { forged: asJson({}, { signWith: 'b-milestone' }) }),
  presented('a stranger’s key signing as this issuer', { forged: asJson({}, { signWith: 'stranger' }) }),
  presented('a code under the number of another key', { forged: { qr: codeOfItems(genuineItems({ key: 5 })) } }),
  presented('a name on a forged certificate, to be shown', {
    forged: { qr: codeOfItems(genuineItems({ points: 500 })) },
    wish: isShown,
  }),
  presented('an empty proof', { forged: proven(new Uint8Array(64)) }),
  presented('the other half of the group order', { forged: proven(malleated()) }),
  presented('a proof of 63 bytes', { forged: provenBy(multibase58(fields.proofValue.slice(1))) }),
  presented('a proof of more characters than any', { forged: provenBy(`z${'2'.repeat(90)}`) }),
  presented('a proof in another base', {
    forged: provenBy(json.match(/z[1-9A-HJ-NP-Za-km-z]{80,90}/)?.[0].replace('z', 'm') ?? ''),
  }),
  presented('a proof with a leading zero byte', {
    forged: provenBy(multibase58(concat(Uint8Array.of(0), fields.proofValue))),
  }),
  presented('a proof of authentication, to be not yet known', {
    forged: replaced('assertionMethod', 'authentication'),
    genuine: replaced('"VerifiableCredential",', '"VerifiableCredential","Other",'),
    wish: says('unknown-template'),
  }),
  presented('a proof purpose that is no text', { forged: replaced('"assertionMethod"', '7') }),
  presented('a proof that is no object', { forged: { credential: '{"proof":7}' } }),
  presented('a key of nobody', { forged: { qr: codeOfItems(genuineItems({ key: 99 })) } }),
  presented('a key of nobody, in JSON', { forged: { credential: json, context: { trust: withoutKey } } }),
  presented('an issuer of nobody under its own key, to be only not yet known', {
    forged: asJson({}, { says: { issuerId: 'did:web:evil.test', verificationMethod: 'did:web:evil.test#key' } }),
    genuine: { credential: json, context: { trust: withoutKey } },
    wish: isUnknownKey,
  }),
  presented('a trusted issuer’s name over the key of a stranger, to be only not yet known', {
    forged: asJson({}, { says: { verificationMethod: 'did:web:evil.test#key' } }),
    genuine: { credential: json, context: { trust: withoutKey } },
    wish: isUnknownKey,
  }),
  presented('a key that this station does not know yet, to be a stranger’s', {
    forged: { credential: json, context: { trust: withoutKey } },
    genuine: asJson({}, { says: { verificationMethod: 'did:web:evil.test#key' } }),
    wish: says('passed', 'unknown-key', 'untrusted-key'),
  }),
  presented('a key id that only begins like the issuer’s DID, to be only not yet known', {
    forged: asJson({}, { says: { verificationMethod: `${issuerTexts('a', 'a-milestone').issuerId}.evil.test#key` } }),
    genuine: { credential: json, context: { trust: withoutKey } },
    wish: isUnknownKey,
  }),
  presented('a station without any bundle', { forged: { credential: json, context: { trust: undefined } } }),
  presented('a station without any bundle, and a code', {
    forged: { qr: linkTo(genuine.digits), context: { trust: undefined } },
  }),
  presented('a forged code at a station without any bundle, to be taken for a missing bundle’s fault', {
    forged: { qr: linkTo(genuine.digits.slice(1)), context: { trust: undefined } },
    genuine: { qr: linkTo(genuine.digits), context: { trust: undefined } },
    wish: ({ checks }) => checks.some((one) => 'reason' in one && one.reason === 'trust-unavailable'),
  }),

  ...smallOrder('order 4', '0000000000000000000000000000000000000000000000000000000000000000'),
  ...smallOrder('order 1', '0100000000000000000000000000000000000000000000000000000000000000'),
  ...smallOrder('order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
  ...smallOrder('order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  ...smallOrder('order 8, the other', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
  read(
    'p, a second spelling of 0',
    ed25519Multibase(point(0xed, 0xff, 0x7f)),
    ed25519Multibase(point(0xeb, 0xff, 0x7f)),
  ),
  read('p + 5 with the sign bit', ed25519Multibase(point(0xf2, 0xff, 0xff)), ed25519Multibase(point(0xf2, 0xff, 0x3f))),
  read('2^255 − 1', ed25519Multibase(point(0xff, 0xff, 0x7f)), ed25519Multibase(point(0xff, 0x00, 0x7f))),
  read('a key of 31 bytes', ed25519Multibase(publicKey.slice(1)), ed25519Multibase(publicKey)),
  read('a key of 33 bytes', ed25519Multibase(concat(publicKey, Uint8Array.of(0))), ed25519Multibase(publicKey)),
  read('a key for agreement, X25519', multikey(publicKey, 0xec, 0x01), multikey(publicKey, 0xed, 0x01)),
  read('a key of another codec', multikey(publicKey, 0xed, 0x02), multikey(publicKey, 0xed, 0x01)),
  read('a key in another base', ed25519Multibase(publicKey).replace('z', 'm'), ed25519Multibase(publicKey)),
  read('a key that is no base58', `z${'0'.repeat(47)}`, ed25519Multibase(publicKey)),
  keyed('a bare key of 31 bytes', {
    forged: async ({ isSafeEd25519 }) => isSafeEd25519(publicKey.slice(1)),
    genuine: async ({ isSafeEd25519 }) => isSafeEd25519(publicKey),
  }),
  read('an empty text for a key', '', ed25519Multibase(publicKey)),
  read('a key of a million characters', `z${'2'.repeat(1_000_000)}`, ed25519Multibase(publicKey)),
  keyed('a signature of 63 bytes', {
    forged: ({ webPrimitives: { verifyEd25519 } }) => promised(verifyEd25519(publicKey, new Uint8Array(63), publicKey)),
    genuine: ({ webPrimitives: { verifyEd25519 } }) => signedByStranger(verifyEd25519),
  }),
  keyed('a public key of 31 bytes', {
    forged: ({ webPrimitives: { verifyEd25519 } }) =>
      promised(verifyEd25519(publicKey.slice(1), new Uint8Array(64), publicKey)),
    genuine: ({ webPrimitives: { verifyEd25519 } }) => signedByStranger(verifyEd25519),
  }),
];

const promised = async (value: boolean | Promise<boolean>): Promise<boolean> => value;
async function signedByStranger(verify: TrustSubject['webPrimitives']['verifyEd25519']): Promise<boolean> {
  return verify(publicKey, await authority.key('stranger').signer.sign(publicKey), publicKey);
}
