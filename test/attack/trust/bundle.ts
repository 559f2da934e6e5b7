/** What a publisher, or whoever stole its key or sits on the line, can do to a station. */
import { base64url, hex, utf8 } from '../../../src/vc/encoding.ts';
import type { JsonObject } from '../../../src/vc/json.ts';
import { LIMITS } from '../../../src/vc/limits.ts';
import { isoSeconds } from '../../../src/vc/time.ts';
import { CLOCK_TOLERANCE } from '../../../src/vc/trust/bundle.ts';
import { signGeneral } from '../../../src/vc/trust/signed-document.ts';
import { DAY, entryOf, issuerTexts, type ListDraft, NOW } from '../../support/authority.ts';
import type { Attack } from '../attack.ts';
import {
  accepted,
  authority,
  type BundleWish,
  bits,
  carrying,
  type Delivery,
  deliveredIn,
  genuine,
  HEADER,
  held,
  jsonOf,
  listAnyhow,
  listed,
  milestoneArtefact,
  opensAnd,
  payloadOf,
  primitives,
  publish,
  publisherOf,
  put,
  refusedAs,
  resigned,
  says,
  statusArtefact,
  statusLists,
  type TrustSubject,
  today,
  underHeader,
  withMembers,
} from './scene.ts';

const delivered = deliveredIn('bundle');
const { named, statusList } = authority;

const at = (number: number, issuedAt: number, publication: Parameters<typeof publish>[0] = {}) =>
  publish({ number, issuedAt, ...publication });
const after = (previous: Delivery['previous'], bundle: Promise<string>): Promise<Delivery> =>
  bundle.then((text) => ({ bundle: text, ...(previous ? { previous } : {}) }));
const inTurn = async (...bundles: Promise<string>[]): Promise<Delivery> => {
  const [bundle = '', ...before] = (await Promise.all(bundles)).toReversed();
  return { bundle, before: before.toReversed() };
};
const lastOf = (previous: Promise<typeof today>, bundle: Promise<string>): Promise<Delivery> =>
  previous.then((trust) => after(trust, bundle));
const ofB = { publisher: named('publisher-b'), statusLists: statusLists.slice(1) };
const code = { qr: genuine.url };
const whole = { templates: [statusArtefact, milestoneArtefact], statusLists };

const seen = held({ statusLists: [await statusList(1, { bits: bits(7, 4711) })] });
const isRevoked = says('passed', 'passed', 'passed', 'passed', 'revoked', 'passed');
const isStale: BundleWish = opensAnd({ ...code, context: { now: NOW + 2 * DAY } }, accepted);
const longLists = [await statusList(1, { validUntil: NOW + 100 * DAY })];
const fresh = (publication: Parameters<typeof publish>[0]) =>
  publish({ ...whole, statusLists: longLists, ...publication });
const endingAt = (second: number) => (list: ListDraft) =>
  put(publisherOf(list, 'publisher'), { notAfter: isoSeconds(second) });
const compromised = (list: ListDraft): void => {
  list.number = 8;
  entryOf(list, 'a-status').state = 'compromised';
};
const laterFormat = JSON.stringify({ ...authority.template(2), format: 2 });
const pinning = async (artefact: string, number = 2): Promise<(list: ListDraft) => void> => {
  const sha256 = hex(await primitives.sha256(utf8(artefact)));
  return (list) => {
    for (const pin of list.templates) if (pin.number === number) pin.sha256 = sha256;
  };
};
const trustListOf = async (
  change: (jws: { payload: string; signatures: JsonObject[] }) => unknown,
): Promise<string> => {
  const jws = JSON.parse(jsonOf(await publish())).trustList;
  return withMembers({ trustList: change(jws) as JsonObject }); // not what its type says
};
const B = issuerTexts('b', 'b-status');

export const bundle: readonly Attack<TrustSubject>[] = [
  // The envelope
  delivered('no bundle at all', { forged: '' }),
  delivered('a word', { forged: 'bundle' }),
  delivered('a bundle cut off before its signature, to be the publisher’s fault', {
    forged: publish().then((text) => text.slice(0, text.lastIndexOf('.'))),
    genuine: publish({ publisher: named('stranger') }),
    wish: refusedAs('publisher-not-authorised'),
  }),
  delivered('a fourth part', { forged: publish().then((text) => `${text}.x`) }),
  delivered('10 MB, signed', {
    forged: publish().then((text) => resigned(jsonOf(text).padEnd(7_000_000))),
    genuine: publish().then((text) => resigned(jsonOf(text).padEnd(100_000))),
  }),
  delivered('an unknown member of the bundle', {
    forged: withMembers({ minimumVersion: 9 }),
    genuine: withMembers({}),
  }),
  delivered('a member twice', {
    forged: publish().then((text) => resigned(jsonOf(text).replace('{', '{"number":40,'))),
  }),
  delivered('a root that is no list', { forged: withMembers({ root: {} }) }),
  delivered('templates that are no list', { forged: withMembers({ templates: {} }) }),
  delivered('a template that is a list of one', { forged: withMembers({ templates: [[statusArtefact]] }) }),
  delivered('status lists that are no list', { forged: withMembers({ statusLists: {} }) }),
  delivered('a status list that is null', { forged: withMembers({ statusLists: [null] }) }),
  delivered('a thousand templates and one, to be looked at one by one', {
    forged: withMembers({ templates: new Array(LIMITS.bundleTemplates + 1).fill('') }),
    genuine: withMembers({ templates: new Array(LIMITS.bundleTemplates).fill('') }),
    wish: refusedAs('template-not-pinned'),
  }),
  delivered('ten thousand status lists and one, to be looked at one by one', {
    forged: withMembers({ statusLists: new Array(LIMITS.bundleStatusLists + 1).fill({}) }),
    genuine: withMembers({ statusLists: new Array(LIMITS.bundleStatusLists).fill({}) }),
    wish: refusedAs('status-list-not-authorised'),
  }),
  delivered('a thousand suspects and one', {
    forged: withMembers({ suspect: new Array(LIMITS.suspectKeys + 1).fill(1) }),
    genuine: withMembers({ suspect: new Array(LIMITS.suspectKeys).fill(1) }),
  }),
  delivered('suspects that are one text', {
    forged: withMembers({ suspect: '1' }),
    genuine: withMembers({ suspect: [1] }),
  }),
  delivered('an unprotected member of the trust list', { forged: trustListOf((jws) => ({ ...jws, header: {} })) }),
  delivered('an unprotected header beside the root’s signature', {
    forged: trustListOf(({ payload, signatures }) => ({
      payload,
      signatures: signatures.map((one) => ({ ...one, header: {} })),
    })),
  }),
  delivered('seventeen signatures of the root', {
    forged: trustListOf(({ payload, signatures }) => ({ payload, signatures: new Array(17).fill(signatures[0]) })),
    genuine: trustListOf(({ payload, signatures }) => ({ payload, signatures: new Array(16).fill(signatures[0]) })),
  }),
  delivered('a root’s signature that is no base64url', {
    forged: trustListOf(({ payload, signatures }) => ({ payload, signatures: [{ ...signatures[0], signature: '*' }] })),
  }),
  delivered('a trust list that is no base64url', { forged: trustListOf((jws) => ({ ...jws, payload: '*' })) }),
  delivered('a trust list that is no list, signed by the root', {
    forged: signGeneral('xz-trust+jws', { number: 7 }, [named('root-1')]).then((trustList) =>
      withMembers({ trustList }),
    ),
  }),
  delivered('a trust list of no JSON, signed by the root', {
    forged: notJson().then((trustList) => withMembers({ trustList })),
  }),

  // Whose signature
  delivered('a stranger under its own name', { forged: publish({ publisher: named('stranger') }) }),
  delivered('a stranger under the publisher’s name', {
    forged: publish({ publisher: { ...named('stranger'), kid: 'publisher' } }),
  }),
  delivered('the root as a publisher', { forged: publish({ publisher: named('root-1') }) }),
  delivered('an issuer’s key as a publisher', { forged: publish({ publisher: named('a-milestone') }) }),
  delivered('the payload of another bundle under a genuine signature', {
    forged: Promise.all([publish(), publish({ number: 42 })]).then(([one, other]) =>
      one.split('.').with(1, payloadOf(other)).join('.'),
    ),
  }),
  delivered('a signature of 63 bytes', {
    forged: publish().then((text) => text.slice(0, -2)),
  }),
  delivered('a signature that is no base64url', { forged: publish().then((text) => `${text.slice(0, -1)}*`) }),
  delivered('no signature', { forged: publish().then((text) => text.slice(0, text.lastIndexOf('.') + 1)) }),
  ...(
    [
      ['alg none', { ...HEADER, alg: 'none' }],
      ['alg HS256', { ...HEADER, alg: 'HS256' }],
      ['a critical extension', { ...HEADER, crit: ['exp'], exp: 1 }],
      ['an unencoded payload', { ...HEADER, b64: false, crit: ['b64'] }],
      ['a key of its own', { ...HEADER, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }],
      ['a place to fetch keys from', { ...HEADER, jku: 'https://evil.test/jwks.json' }],
      ['a certificate', { ...HEADER, x5c: ['AA=='] }],
      ['the root’s typ', { ...HEADER, typ: 'xz-root+jws' }],
      ['the trust list’s typ', { ...HEADER, typ: 'xz-trust+jws' }],
      ['a typ that is a list', { ...HEADER, typ: ['xz-bundle+jws'] }],
      ['a kid that is a list', { ...HEADER, kid: ['publisher'] }],
      ['no typ', { alg: 'EdDSA', kid: 'publisher' }],
    ] as const
  ).map(([what, forged]) =>
    delivered(`a header with ${what}`, { forged: underHeader(forged), genuine: underHeader(HEADER) }),
  ),
  delivered('a header that is no base64url', { forged: publish().then((text) => `*${text}`) }),
  delivered('a header that is no object', { forged: underHeader('"EdDSA"') }),
  delivered('a publisher past its end', {
    forged: listed((list) => put(publisherOf(list, 'publisher'), { notAfter: isoSeconds(NOW - 1801) })),
    genuine: listed((list) => put(publisherOf(list, 'publisher'), { notAfter: isoSeconds(NOW - 1800) })),
  }),
  delivered('a bundle that is dated into the future', {
    forged: publish({ issuedAt: NOW + CLOCK_TOLERANCE + 1 }),
    genuine: publish({ issuedAt: NOW + CLOCK_TOLERANCE }),
  }),
  delivered('a date with another zone', { forged: withMembers({ issuedAt: '2026-11-24T07:30:00+08:00' }) }),

  // Going back
  delivered('a lower number of the same publisher', {
    forged: after(today, at(40, NOW)),
    genuine: after(today, at(42, NOW)),
  }),
  delivered('a lower number, with another publisher’s bundle in between', {
    forged: inTurn(publish(), at(7, NOW, ofB), at(40, NOW)),
    genuine: inTurn(publish(), at(7, NOW, ofB), at(42, NOW)),
  }),
  delivered('the lower of two numbers seen, with other bytes', {
    forged: inTurn(publish(), at(42, NOW), at(41, NOW)),
    genuine: inTurn(publish(), at(42, NOW), at(43, NOW)),
  }),
  delivered('an earlier bundle under a higher number', {
    forged: after(today, at(42, NOW - 1801)),
    genuine: after(today, at(42, NOW - 1800)),
  }),
  delivered('an earlier bundle of another publisher', {
    forged: after(today, at(99, NOW - 1801, ofB)),
    genuine: after(today, at(1, NOW - 1800, ofB)),
  }),
  delivered('other bytes under the same number', {
    forged: after(today, at(41, NOW)),
    genuine: { bundle: today.text, previous: today },
  }),

  // What it carries
  delivered('a template with a changed word', {
    forged: publish({ templates: [statusArtefact, milestoneArtefact.replace('星级', '六星')] }),
  }),
  delivered('the first template with a changed word', {
    forged: publish({ templates: [statusArtefact.replace('"ttl":3600000', '"ttl":3600001')], statusLists: [] }),
  }),
  delivered('a pinned template in another spelling', { forged: publish({ templates: [`${statusArtefact} `] }) }),
  delivered('a template pinned under another number', {
    forged: listed((list) => {
      const pin = list.templates.find(({ number }) => number === 2);
      if (pin) Object.assign(pin, { number: 9 });
    }, whole),
    genuine: publish(whole),
  }),
  delivered('a credential whose template the bundle does not carry', {
    forged: publish({ ...whole, templates: [statusArtefact] }),
    genuine: publish(whole),
    wish: opensAnd({ credential: genuine.json }),
  }),
  delivered('a template of a later format, to be read by today’s rules', {
    forged: pinning(laterFormat).then((list) => publish({ ...whole, list, templates: [statusArtefact, laterFormat] })),
    genuine: publish(whole),
    wish: opensAnd(code),
  }),
  delivered('a cleared revocation', {
    forged: lastOf(seen, at(42, NOW, { statusLists: [await statusList(1, { bits: bits(7) })] })),
    genuine: lastOf(seen, at(42, NOW, { statusLists: [await statusList(1, { bits: bits(7, 8, 4711) })] })),
  }),
  delivered('a revocation moved to another credential', {
    forged: lastOf(seen, at(42, NOW, { statusLists: [await statusList(1, { bits: bits(7, 4712) })] })),
    genuine: lastOf(seen, at(42, NOW, { statusLists: [await statusList(1, { bits: bits(7, 4711) })] })),
  }),
  delivered('a list with a revocation left out', {
    forged: lastOf(seen, at(42, NOW, { ...whole, statusLists: [] })),
    genuine: lastOf(
      held({ statusLists: [await statusList(1, { bits: bits(7) })] }),
      at(42, NOW, { ...whole, statusLists: [] }),
    ),
    wish: opensAnd(code),
  }),
  delivered('a new revocation, to be overlooked at a station that knows the older list', {
    forged: after(today, at(42, NOW, { ...whole, statusLists: [await statusList(1, { bits: bits(4711) })] })),
    genuine: after(today, at(42, NOW, whole)),
    wish: opensAnd(code),
  }),
  delivered('a thief’s revocations, to outlive the thief’s key', {
    forged: lastOf(seen, at(42, NOW, { ...whole, statusLists: [], list: compromised })),
    genuine: lastOf(seen, at(42, NOW, { ...whole, statusLists: [] })),
    wish: opensAnd(code, isRevoked),
  }),
  delivered('a list of a stolen status key', {
    forged: listed((list) => put(entryOf(list, 'a-status'), { state: 'compromised' })),
    genuine: listed((list) => put(entryOf(list, 'a-status'), { state: 'retired' })),
  }),
  delivered('a list by a milestone key that was given the status template', {
    forged: listed((list) => void entryOf(list, 'a-milestone').templates.push(1), {
      statusLists: [await statusList(1, { by: 'a-milestone' })],
    }),
  }),
  delivered('a list by a status key that was not given the template', {
    forged: listed((list) => put(entryOf(list, 'a-status'), { templates: [2] })),
  }),
  delivered('a list by the other district’s status key', { forged: carrying(statusList(1, { by: 'b-status' })) }),
  delivered('a list that only names the right key', { forged: carrying(statusList(1, { signWith: 'b-status' })) }),
  delivered('a list under the other district’s DID', {
    forged: carrying(statusList(1, { says: { issuerId: B.issuerId } })),
  }),
  delivered('a list under the other district’s address', {
    forged: carrying(statusList(1, { says: { statusBase: B.statusBase } })),
  }),
  delivered('a list with a number of nobody', { forged: carrying(statusList(4)) }),
  delivered('a list older than its key', {
    forged: carrying(statusList(1, { validFrom: NOW - 61 * DAY })),
    genuine: carrying(statusList(1, { validFrom: NOW - 60 * DAY })),
  }),
  delivered('a list younger than its key may be', {
    forged: carrying(statusList(1, { validFrom: NOW + 33 * DAY })),
    genuine: carrying(statusList(1, { validFrom: NOW + 32 * DAY })),
  }),
  delivered('a list from a month that is none', {
    forged: carrying(listAnyhow({ validFrom: '2026-13-01T00:00:00Z' })),
  }),
  delivered('a list until a month that is none', {
    forged: carrying(listAnyhow({ validUntil: '2026-13-01T00:00:00Z' })),
  }),
  delivered('a list with a proof of more characters than any', {
    forged: carrying(listAnyhow({ proofValue: `z${'2'.repeat(90)}` })),
  }),
  delivered('a list that the same bundle carries twice', {
    forged: carrying(statusList(1), statusList(1, { bits: bits(1) })),
    genuine: carrying(statusList(1), statusList(3)),
  }),
  delivered('a list of half the length', { forged: carrying(statusList(1, { bits: new Uint8Array(8192) })) }),
  delivered('a list of another kind', { forged: carrying({ type: 'StatusList2021' }) }),
  delivered('a list of an issuer that the publisher does not serve', {
    forged: publish({ publisher: named('publisher-b') }),
    genuine: publish(ofB),
  }),
  delivered('a status template that is not for this issuer', {
    forged: listed((list) => {
      for (const pin of list.templates) if (pin.number === 1) pin.issuers = [B.issuerId];
    }),
  }),

  // How long it counts
  delivered('a longer grace than the trust list allows', {
    forged: fresh({ graceSeconds: 99 * DAY }).then((text) => ({ bundle: text })),
    wish: opensAnd({ ...code, context: { now: NOW + 8 * DAY + 1 } }),
    genuine: fresh({ graceSeconds: 99 * DAY, nextUpdate: NOW + 2 * DAY }),
  }),
  delivered('a longer grace than the bundle has', {
    forged: fresh({ graceSeconds: 60 }),
    genuine: fresh({ graceSeconds: 2 * DAY }),
    wish: isStale,
  }),
  delivered('a longer grace than the station allows', {
    forged: fresh({}).then((text) => ({ bundle: text, context: { stationGraceSeconds: 60 } })),
    genuine: fresh({}).then((text) => ({ bundle: text, context: { stationGraceSeconds: 2 * DAY } })),
    wish: isStale,
  }),
  delivered('an old trust list in a new bundle', {
    forged: listed((list) => put(list, { nextUpdate: isoSeconds(NOW) }), {
      ...whole,
      statusLists: longLists,
      graceSeconds: 60,
      nextUpdate: NOW + 9 * DAY,
    }),
    genuine: fresh({ graceSeconds: 60, nextUpdate: NOW + 9 * DAY }),
    wish: isStale,
  }),
  delivered('a bundle of a publisher whose key has ended since, promising itself to be fresh', {
    forged: fresh({ graceSeconds: 60, nextUpdate: NOW + 9 * DAY, list: endingAt(NOW) }),
    genuine: fresh({ graceSeconds: 60, nextUpdate: NOW + 9 * DAY, list: endingAt(NOW + 9 * DAY) }),
    wish: isStale,
  }),
  delivered('a suspicion about another district’s key taken back by a publisher who does not serve it', {
    forged: lastOf(held({ suspect: [1] }), at(42, NOW, { ...whole, ...ofB })),
    genuine: lastOf(held({ suspect: [3] }), at(42, NOW, { ...whole, ...ofB })),
    wish: opensAnd(code),
  }),
  delivered('a suspicion that its publisher has taken back, to go on stopping people', {
    forged: lastOf(held({ suspect: [1] }), at(42, NOW, whole)),
    genuine: lastOf(held({ suspect: [1] }), at(42, NOW, { ...whole, suspect: [1] })),
    wish: opensAnd(code, says('passed', 'passed', 'passed', 'passed', 'passed', 'key-suspect')),
  }),
  delivered('a suspicion by a publisher who does not serve the key, to stop another district', {
    forged: lastOf(held(), at(42, NOW, { ...whole, ...ofB, suspect: [1] })),
    genuine: lastOf(held(), at(42, NOW, { ...whole, suspect: [1] })),
    wish: opensAnd(code, says('passed', 'passed', 'passed', 'passed', 'passed', 'key-suspect')),
  }),
  delivered('a bundle past its own next one', {
    forged: fresh({ graceSeconds: 60, nextUpdate: NOW }),
    genuine: fresh({ graceSeconds: 60, nextUpdate: NOW + 9 * DAY }),
    wish: isStale,
  }),
];

async function notJson() {
  const { signatures } = await signGeneral('xz-trust+jws', {}, []);
  const payload = base64url(utf8('{'));
  const protectedHeader = base64url(utf8(JSON.stringify({ alg: 'EdDSA', typ: 'xz-trust+jws', kid: 'root-1' })));
  const signature = await named('root-1').signer.sign(utf8(`${protectedHeader}.${payload}`));
  return { payload, signatures: [...signatures, { protected: protectedHeader, signature: base64url(signature) }] };
}
