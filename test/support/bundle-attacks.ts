/** Attacks on a verifier through the bundle that it is offered, each with the refusal that alone stops it: the rest of the forged bundle is right. */
import { STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import { base64url, fromBase64url, fromUtf8, utf8 } from '../../src/vc/encoding.ts';
import { isObject, type JsonObject } from '../../src/vc/json.ts';
import { ed25519Multibase } from '../../src/vc/proof/key.ts';
import { emptyBitstring, setBit } from '../../src/vc/status/bitstring.ts';
import { artefactText } from '../../src/vc/template/compiled.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import type { BundleRefusal, OpenContext, Trust } from '../../src/vc/trust/bundle.ts';
import type { NamedSigner } from '../../src/vc/trust/signed-document.ts';
import { createAuthority, DAY, entryOf, issuerTexts, type ListDraft, NOW, type Publication } from './authority.ts';

export const authority = await createAuthority();
const { named, publish, statusList } = authority;
export const today = await authority.trust();
const [statusArtefact = '', milestoneArtefact = ''] = authority.templates.map(artefactText);

/** Signs any header over any payload, as only an attacker would. */
async function forged(header: object, payload: string, { signer }: NamedSigner): Promise<string> {
  const encoded = base64url(utf8(JSON.stringify(header)));
  return `${encoded}.${payload}.${base64url(await signer.sign(utf8(`${encoded}.${payload}`)))}`;
}
const payloadOf = (text: string): string => text.split('.')[1] ?? '';
const jsonOf = (text: string): JsonObject => {
  const value: unknown = JSON.parse(fromUtf8(fromBase64url(payloadOf(text)) ?? utf8('')) ?? '');
  if (!isObject(value)) throw new Error('no object');
  return value;
};
const resigned = (json: string, by = 'publisher'): Promise<string> =>
  forged({ alg: 'EdDSA', typ: 'xz-bundle+jws', kid: by }, base64url(utf8(json)), named(by));
export const bits = (...set: number[]) => {
  const all = emptyBitstring();
  for (const index of set) setBit(all, index);
  return all;
};

const HEADER = { alg: 'EdDSA', typ: 'xz-bundle+jws', kid: 'publisher' };
export const asOf = (number: number, seconds: number): Publication => ({ number, issuedAt: seconds });

export type Attack = {
  attack: string;
  refusal: BundleRefusal | 'opens';
  bundle: () => Promise<string>;
  previous?: () => Promise<Trust>;
  context?: Partial<OpenContext>;
};
const list = (edit: (draft: ListDraft) => void) => () => publish({ list: edit });
const lists =
  (...made: Promise<JsonObject>[]) =>
  async () =>
    publish({ statusLists: await Promise.all(made) });

export const ATTACKS: readonly Attack[] = [
  { attack: 'none', refusal: 'opens', bundle: publish },
  { attack: 'the same bundle again', refusal: 'opens', bundle: publish, previous: async () => today },

  // the envelope
  { attack: 'not a JWS', refusal: 'bundle-malformed', bundle: async () => 'bundle' },
  { attack: 'an empty text', refusal: 'bundle-malformed', bundle: async () => '' },
  { attack: 'four parts', refusal: 'bundle-malformed', bundle: async () => `${await publish()}.x` },
  {
    attack: 'an unknown member',
    refusal: 'bundle-malformed',
    bundle: async () => resigned(JSON.stringify({ ...jsonOf(await publish()), extra: 1 })),
  },
  {
    attack: 'a member twice',
    refusal: 'bundle-malformed',
    bundle: async () => resigned(JSON.stringify(jsonOf(await publish())).replace('{', '{"number":40,')),
  },
  {
    attack: 'a date with a zone',
    refusal: 'bundle-malformed',
    bundle: async () => resigned(JSON.stringify({ ...jsonOf(await publish()), issuedAt: '2026-11-24T08:00:00+08:00' })),
  },
  { attack: 'bundle number 0', refusal: 'bundle-malformed', bundle: () => publish({ number: 0 }) },
  { attack: 'a negative grace', refusal: 'bundle-malformed', bundle: () => publish({ graceSeconds: -1 }) },

  // who signed it
  {
    attack: 'a stranger under its own name',
    refusal: 'publisher-not-authorised',
    bundle: () => publish({ publisher: named('stranger') }),
  },
  {
    attack: 'a stranger under the publisher’s name',
    refusal: 'publisher-not-authorised',
    bundle: () => publish({ publisher: { ...named('stranger'), kid: 'publisher' } }),
  },
  {
    attack: 'the root itself',
    refusal: 'publisher-not-authorised',
    bundle: () => publish({ publisher: named('root-1') }),
  },
  {
    attack: 'a changed payload',
    refusal: 'publisher-not-authorised',
    bundle: async () => {
      const [head, , tail] = (await publish()).split('.');
      return [head, payloadOf(await publish({ number: 42 })), tail].join('.');
    },
  },
  ...(
    [
      ['crit', { ...HEADER, crit: ['exp'], exp: 1 }],
      ['b64', { ...HEADER, b64: false, crit: ['b64'] }],
      ['an embedded key', { ...HEADER, jwk: { kty: 'OKP', crv: 'Ed25519', x: 'AA' } }],
      ['a key address', { ...HEADER, jku: 'https://evil.test/jwks.json' }],
      ['a certificate', { ...HEADER, x5c: ['AA=='] }],
      ['the root’s typ', { ...HEADER, typ: 'xz-root+jws' }],
      ['the trust list’s typ', { ...HEADER, typ: 'xz-trust+jws' }],
      ['typ in capitals', { ...HEADER, typ: 'XZ-BUNDLE+JWS' }],
      ['no typ', { alg: 'EdDSA', kid: 'publisher' }],
      ['no kid', { alg: 'EdDSA', typ: 'xz-bundle+jws' }],
      ['alg none', { ...HEADER, alg: 'none' }],
      ['alg HS256', { ...HEADER, alg: 'HS256' }],
      ['alg Ed25519', { ...HEADER, alg: 'Ed25519' }],
    ] as const
  ).map(
    ([what, header]): Attack => ({
      attack: `a genuine signature under a header with ${what}`,
      refusal: 'publisher-not-authorised',
      bundle: async () => forged(header, payloadOf(await publish()), named('publisher')),
    }),
  ),
  {
    attack: 'no signature',
    refusal: 'publisher-not-authorised',
    bundle: async () => `${(await publish()).split('.').slice(0, 2).join('.')}.`,
  },
  {
    attack: 'a publisher past its end',
    refusal: 'publisher-expired',
    bundle: list((l) =>
      l.publishers.forEach((p) => {
        p.notAfter = isoSeconds(NOW - DAY);
      }),
    ),
  },
  { attack: 'eleven minutes ahead', refusal: 'issued-in-the-future', bundle: () => publish({ issuedAt: NOW + 601 }) },
  { attack: 'ten minutes ahead', refusal: 'opens', bundle: () => publish({ issuedAt: NOW + 600 }) },

  // the root and the trust list
  {
    attack: 'a list that the publisher signed',
    refusal: 'trust-list-not-signed',
    bundle: () => publish({ rootSigners: ['publisher'] }),
  },
  { attack: 'a list that nobody signed', refusal: 'trust-list-not-signed', bundle: () => publish({ rootSigners: [] }) },
  {
    attack: 'an older root version beside the list it signed',
    refusal: 'trust-list-not-signed',
    bundle: publish,
    previous: rotated,
  },
  {
    attack: 'a chain with a gap',
    refusal: 'root-chain-broken',
    bundle: async () =>
      publish({
        root: [
          await authority.rootDocument({ version: 3, keys: ['root-2'], threshold: 1, signers: ['root-1', 'root-2'] }),
        ],
      }),
  },
  {
    attack: 'another root under the version that is pinned',
    refusal: 'root-chain-broken',
    bundle: async () =>
      publish({
        root: [await authority.rootDocument({ version: 1, keys: ['stranger'], threshold: 1 })],
        rootSigners: ['stranger'],
      }),
  },

  {
    attack: 'a small-order key',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'a-milestone').publicKeyMultibase = ed25519Multibase(new Uint8Array(32));
    }),
  },
  {
    attack: 'a key number twice',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'b-milestone').number = 1;
    }),
  },
  {
    attack: 'one key under two numbers',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'b-milestone').publicKeyMultibase = entryOf(l, 'a-milestone').publicKeyMultibase;
    }),
  },
  {
    attack: 'a publisher with an issuer’s key',
    refusal: 'trust-list-malformed',
    bundle: list((l) =>
      l.publishers.push({
        id: 'p',
        publicKeyMultibase: entryOf(l, 'a-milestone').publicKeyMultibase,
        notAfter: isoSeconds(NOW),
        issuers: [],
      }),
    ),
  },
  {
    attack: 'a key id twice',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'a-status').id = entryOf(l, 'a-milestone').id;
    }),
  },
  {
    attack: 'a key under another’s DID',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'b-milestone').id = `${issuerTexts('a', 'a-status').issuerId}#b`;
    }),
  },
  {
    attack: 'a key id that only starts like the DID',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'a-milestone').id = `${issuerTexts('a', 'a-status').issuerId}.evil#k`;
    }),
  },
  {
    attack: 'a status list of two issuers',
    refusal: 'trust-list-malformed',
    bundle: list((l) => l.issuers[1]?.statusLists.push(1)),
  },
  {
    attack: 'an issuer twice',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      l.issuers.push({ ...structuredClone(l.issuers[1] ?? (l.issuers[0] as never)), keys: [], statusLists: [] });
    }),
  },
  {
    attack: 'a template number twice',
    refusal: 'trust-list-malformed',
    bundle: list((l) => l.templates.push({ number: 2, issuers: [], sha256: '0'.repeat(64) })),
  },
  {
    attack: 'a base that an IRI can not hold',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      l.issuers.forEach((i) => {
        i.credentialBase = 'https://a.test/"> <b> <c/';
      });
    }),
  },
  {
    attack: 'an unknown state',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      entryOf(l, 'a-milestone').state = 'fine';
    }),
  },
  {
    attack: 'an unknown member',
    refusal: 'trust-list-malformed',
    bundle: list((l) => {
      Object.assign(l, { extra: 1 });
    }),
  },

  // going back
  {
    attack: 'an older trust list',
    refusal: 'trust-list-rollback',
    bundle: () => publish(asOf(42, NOW)),
    previous: () =>
      authority.trust({
        list: (l) => {
          l.number = 8;
        },
      }),
  },
  {
    attack: 'the same trust-list number with another content',
    refusal: 'trust-list-changes-number',
    bundle: () =>
      publish({
        ...asOf(42, NOW),
        list: (l) => {
          l.hosts.push('evil.test');
        },
      }),
    previous: async () => today,
  },
  ...(
    [
      [
        'a key number for another key',
        (l: ListDraft) => {
          entryOf(l, 'a-milestone').publicKeyMultibase = authority.key('stranger').multibase;
        },
      ],
      [
        'a key number with another id',
        (l: ListDraft) => {
          entryOf(l, 'a-milestone').id += '-2';
        },
      ],
      [
        'a key’s number but not its id',
        (l: ListDraft) => {
          entryOf(l, 'a-milestone').number = 77;
        },
      ],
      [
        'a key number for another purpose',
        (l: ListDraft) => {
          entryOf(l, 'a-general').purpose = 'milestone';
        },
      ],
      [
        'a key that reaches further back',
        (l: ListDraft) => {
          entryOf(l, 'a-milestone').notBefore = '2020-01-01T00:00:00Z';
        },
      ],
      [
        'a status list for another issuer',
        (l: ListDraft) => {
          l.issuers[0]?.statusLists.splice(1);
          l.issuers[1]?.statusLists.push(2);
        },
      ],
      [
        'a template number for another text',
        (l: ListDraft) => {
          const pin = l.templates.find(({ number }) => number === 2);
          if (pin) pin.sha256 = '0'.repeat(64);
        },
      ],
      [
        'an issuer’s name',
        (l: ListDraft) => {
          l.issuers.forEach((i) => {
            i.name += '（新）';
          });
        },
      ],
      [
        'an issuer’s credential base',
        (l: ListDraft) => {
          l.issuers.forEach((i) => {
            i.credentialBase += 'v2/';
          });
        },
      ],
    ] as const
  ).map(
    ([what, edit]): Attack => ({
      attack: `a newer trust list that changes ${what}`,
      refusal: 'trust-list-changes-number',
      bundle: () =>
        publish({
          ...asOf(42, NOW),
          templates: what.startsWith('a template') ? [statusArtefact] : [statusArtefact, milestoneArtefact],
          statusLists: [],
          list: (l) => {
            l.number = 8;
            edit(l);
          },
        }),
      previous: async () => today,
    }),
  ),
  {
    attack: 'a number that an older list gave, a newer one left out, and this one gives to another',
    refusal: 'trust-list-changes-number',
    bundle: () =>
      publish({
        ...asOf(43, NOW),
        statusLists: [],
        list: (l) => {
          l.number = 9;
          entryOf(l, 'a-general').publicKeyMultibase = authority.key('stranger').multibase;
        },
      }),
    previous: () => authority.trust({ ...asOf(42, NOW), statusLists: [], list: withoutGeneralKey }, today),
  },
  {
    attack: 'a publisher’s lower number, with another publisher’s bundle in between',
    refusal: 'bundle-rollback',
    bundle: () => publish(asOf(40, NOW)),
    previous: async () =>
      authority.trust({ ...asOf(7, NOW), publisher: named('publisher-b'), statusLists: [await statusList(3)] }, today),
  },
  {
    attack: 'a lower bundle number',
    refusal: 'bundle-rollback',
    bundle: () => publish(asOf(40, NOW)),
    previous: async () => today,
  },
  {
    attack: 'an earlier bundle under a higher number',
    refusal: 'bundle-rollback',
    bundle: () => publish(asOf(42, NOW - 1801)),
    previous: async () => today,
  },
  {
    attack: 'an earlier bundle of another publisher',
    refusal: 'bundle-rollback',
    bundle: async () =>
      publish({ ...asOf(99, NOW - 1801), publisher: named('publisher-b'), statusLists: [await statusList(3)] }),
    previous: async () => today,
  },
  {
    attack: 'another publisher’s lower number, issued later',
    refusal: 'opens',
    bundle: async () =>
      publish({ ...asOf(1, NOW), publisher: named('publisher-b'), statusLists: [await statusList(3)] }),
    previous: async () => today,
  },
  {
    attack: 'the same number with other bytes',
    refusal: 'bundle-number-reused',
    bundle: () => publish(asOf(41, NOW)),
    previous: async () => today,
  },

  // what it carries
  {
    attack: 'a template with a changed word',
    refusal: 'template-not-pinned',
    bundle: () => publish({ templates: [statusArtefact, milestoneArtefact.replace('星级', '六星')] }),
  },
  {
    attack: 'a pinned template in another spelling',
    refusal: 'template-not-pinned',
    bundle: () => publish({ templates: [statusArtefact, `${milestoneArtefact} `] }),
  },
  {
    attack: 'a template pinned under another number',
    refusal: 'template-not-pinned',
    bundle: list((l) => {
      const pin = l.templates.find(({ number }) => number === 2);
      l.templates.push({ ...(pin ?? (l.templates[0] as never)), number: 9 });
      if (pin) pin.sha256 = '0'.repeat(64);
    }),
  },
  {
    attack: 'a status list by a milestone key',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { by: 'a-milestone' })),
  },
  {
    attack: 'a status list by a milestone key that was also given the status template',
    refusal: 'status-list-not-authorised',
    bundle: async () =>
      publish({
        statusLists: [await statusList(1, { by: 'a-milestone' })],
        list: (l) => void entryOf(l, 'a-milestone').templates.push(1),
      }),
  },
  {
    attack: 'a status list by the other district’s status key',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { by: 'b-status' })),
  },
  {
    attack: 'a status list that only names the right key',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { signWith: 'b-status' })),
  },
  {
    attack: 'a status list of its own number under the other district’s DID',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { says: { issuerId: issuerTexts('b', 'b-status').issuerId } })),
  },
  {
    attack: 'the other district’s status list under its DID',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(3, { by: 'a-status', says: { issuerId: issuerTexts('b', 'b-status').issuerId } })),
  },
  {
    attack: 'a status list under the other district’s address',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { says: { statusBase: issuerTexts('b', 'b-status').statusBase } })),
  },
  {
    attack: 'a status list with a number of nobody',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(4)),
  },
  {
    attack: 'a status list older than its key',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { validFrom: NOW - 61 * DAY })),
  },
  {
    attack: 'a status list twice',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1), statusList(1, { bits: bits(1) })),
  },
  {
    attack: 'a status list of half the length',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { bits: new Uint8Array(STATUS_LIST_LENGTH / 16) })),
  },
  {
    attack: 'a status list of twice the length',
    refusal: 'status-list-not-authorised',
    bundle: lists(statusList(1, { bits: new Uint8Array(STATUS_LIST_LENGTH / 4) })),
  },
  {
    attack: 'a compromised status key',
    refusal: 'status-list-not-authorised',
    bundle: list((l) => {
      entryOf(l, 'a-status').state = 'compromised';
    }),
  },
  {
    attack: 'a status key without the template',
    refusal: 'status-list-not-authorised',
    bundle: list((l) => {
      entryOf(l, 'a-status').templates = [2];
    }),
  },
  {
    attack: 'a status template that is not for this issuer',
    refusal: 'status-list-not-authorised',
    bundle: list((l) => {
      for (const pin of l.templates) if (pin.number === 1) pin.issuers = pin.issuers.slice(1);
    }),
  },
  {
    attack: 'no status template',
    refusal: 'status-list-not-authorised',
    bundle: () => publish({ templates: [milestoneArtefact] }),
  },
  {
    attack: 'a status list of an issuer that the publisher does not serve',
    refusal: 'status-list-not-authorised',
    bundle: () => publish({ publisher: named('publisher-b') }),
  },
  {
    attack: 'a cleared revocation',
    refusal: 'revocation-cleared',
    bundle: async () => publish({ ...asOf(42, NOW), statusLists: [await statusList(1, { bits: bits(7) })] }),
    previous: async () => authority.trust({ statusLists: [await statusList(1, { bits: bits(7, 8) })] }),
  },
  {
    attack: 'an added revocation',
    refusal: 'opens',
    bundle: async () => publish({ ...asOf(42, NOW), statusLists: [await statusList(1, { bits: bits(7, 8) })] }),
    previous: async () => authority.trust({ statusLists: [await statusList(1, { bits: bits(7) })] }),
  },
];

export function withoutGeneralKey(l: ListDraft): void {
  l.number = 8;
  for (const issuer of l.issuers) issuer.keys = issuer.keys.filter(({ purpose }) => purpose !== 'general');
}

/** A station that has gone on to root version 2. */
export async function rotated(): Promise<Trust> {
  const second = await authority.rootDocument({
    version: 2,
    keys: ['root-2'],
    threshold: 1,
    signers: ['root-1', 'root-2'],
  });
  return authority.trust({ root: [authority.rootJws, second], rootSigners: ['root-2'] });
}
