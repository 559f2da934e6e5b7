/** Each limit at its edge: at the limit accepted, or at least read on to a later check; one past it refused, with the reason. */
import { encode as encodeCbor } from 'cborg';
import { afterAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { SCOPES } from '../../src/issuer/actor.ts';
import { makeApiKey } from '../../src/issuer/api-key.ts';
import { credentialForms, STATUS_LIST_LENGTH } from '../../src/vc/credential.ts';
import {
  type Bytes,
  base64url,
  concat,
  crc16,
  fromBase64url,
  fromUtf8,
  multibase58,
  utf8,
} from '../../src/vc/encoding.ts';
import { type JsonObject, parseJson } from '../../src/vc/json.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import { gzip, webPrimitives } from '../../src/vc/primitives.ts';
import { hashData } from '../../src/vc/proof/data-integrity.ts';
import { packPayload, toDigits } from '../../src/vc/qr/payload.ts';
import { artefactText } from '../../src/vc/template/compiled.ts';
import { canonicalForms, fillCredential } from '../../src/vc/template/fill.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { payloadOf, signGeneral } from '../../src/vc/trust/signed-document.ts';
import type { Presented } from '../../src/vc/verify/read.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import { FRAME_PREFIX } from '../../src/verifier/scan/other-codes.ts';
import { SYMBOL_BYTES } from '../../src/verifier/station/transfer/fountain.ts';
import { frameDigits } from '../../src/verifier/station/transfer/frame.ts';
import { createReceiver } from '../../src/verifier/station/transfer/receiver.ts';
import { createAuthority, DAY, devKey, issuerTexts, NOW, STATUS_TEMPLATE } from '../support/authority.ts';
import { ORGANISATION, openOffice } from '../support/office.ts';
import { type Edge, each, type Limit } from './edge.ts';
import { protocolEdges } from './protocol-edges.ts';

const authority = await createAuthority();
const trust = await authority.trust();
const genuine = await authority.issue();

/** `valid`, or the reason of the first check that did not pass. */
async function judged(presented: Presented): Promise<string> {
  const { outcome, checks } = await verify(presented, { trust, now: NOW, primitives: webPrimitives });
  return checks.flatMap((one) => ('reason' in one ? [one.reason] : []))[0] ?? outcome;
}

const office = await openOffice();
afterAll(() => office.close());
const app = createApp(async () => ({ ...office.deps, trust: async () => trust, clock: { now: () => NOW } }));
const batchKey = await makeApiKey(office.deps, {
  organisation: ORGANISATION.id,
  source: 'limits',
  scopes: SCOPES,
  development: true,
});

type Path = '/verify' | '/verify/batch' | '/verifiers/protocol/credentials/verify';

/** Status and what the answer says: the verdict's outcome or reason, or the problem's code. The size is once declared, once only counted. */
const posted = (path: Path, body: string | (() => ReadableStream)): Promise<string> =>
  each(
    [...(typeof body === 'string' ? [{ 'content-length': String(utf8(body).length) }] : []), {}].map(async (length) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${batchKey}`, ...length };
      const sent = typeof body === 'string' ? body : body();
      const request = { method: 'POST', body: sent, headers, duplex: 'half' } as RequestInit; // `duplex` is missing in the type
      const response = await app.request(path, request, {});
      const { code, outcome, verdicts, verified, problemDetails = [] } = await response.json();
      const said = code ?? problemDetails[0]?.title ?? outcome ?? verdicts?.length ?? (verified && 'verified');
      return [response.status, said].join(' ');
    }),
  );

/** The same in pieces of `size` bytes. */
async function postedInPieces(path: Path, body: string, size: number): Promise<string> {
  const bytes = utf8(body);
  const inPieces = () => {
    let at = 0;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + size));
      else controller.close();
      at += size;
    };
    return new ReadableStream<Uint8Array>({ pull });
  };
  return posted(path, inPieces);
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** JSON of `depth` arrays, each inside the other. */
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withMember = (json: string, member: string): string => `${json.slice(0, -1)},${member}}`;

const { fields } = genuine;
const sealed = (items: readonly unknown[]): Bytes => {
  const body = concat(Uint8Array.of(1), encodeCbor(items));
  return concat(body, Uint8Array.of(crc16(body) >> 8, crc16(body) & 0xff));
};
const codeItems = (own: readonly number[]): unknown[] => [
  ...[fields.template, fields.key, new Uint8Array(16), fields.validFrom, fields.validUntil, fields.created],
  ...[fields.points, fields.statusIndex, '王小明', ...own, fields.proofValue],
];

/** A genuine code of `length` digits: the name is as long as it takes. */
async function digitsOfLength(length: number): Promise<string> {
  const template = authority.template(fields.template);
  for (let size = 1; size < LIMITS.codeDigitsMax; size++) {
    const named = { ...fields, holder: { name: 'x'.repeat(size) } };
    if (toDigits(packPayload(named)).length !== length) continue;
    const data = await hashData(credentialForms(template, issuerTexts('a', 'a-milestone'), named), webPrimitives);
    return toDigits(packPayload({ ...named, proofValue: await authority.key('a-milestone').signer.sign(data) }));
  }
  throw new Error(`no code of ${length} digits`);
}

const opened = async (bundle: string): Promise<string> => {
  const result = await authority.open(bundle);
  return result.ok ? 'opens' : result.refusal;
};

/** A compact JWS over any texts, signed by the key of that name. */
async function signed(by: string, header: string, payload: string): Promise<string> {
  const input = `${base64url(utf8(header))}.${base64url(utf8(payload))}`;
  return `${input}.${base64url(await authority.key(by).signer.sign(utf8(input)))}`;
}

/** The same with white space behind the payload and, for what that cannot reach, behind the header. */
async function signedOfLength(length: number, by: string, header: string, payload: string): Promise<string> {
  for (let extra = 0; extra < 6; extra++) {
    const head = header + ' '.repeat(extra);
    const bytes = Math.floor(((length - base64url(utf8(head)).length - 88) * 3) / 4);
    const jws = await signed(by, head, payload + ' '.repeat(bytes - utf8(payload).length));
    if (jws.length === length) return jws;
  }
  throw new Error(`no JWS of ${length} characters`);
}

const payloadText = (jws: string): string => fromUtf8(fromBase64url(jws.split('.')[1] ?? '') ?? utf8('')) ?? '';

const bundlePayload = payloadText(await authority.publish());
const BUNDLE_HEADER = '{"alg":"EdDSA","typ":"xz-bundle+jws","kid":"publisher"}';
const published = (payload: string, header = BUNDLE_HEADER) => signed('publisher', header, payload);

const tokenPayload = payloadText((await authority.issueJwt()).token);
const TOKEN_HEADER = `{"alg":"EdDSA","typ":"vc+jwt","kid":"${issuerTexts('a', 'a-jwt').verificationMethod}"}`;

/** A good status list in a stream with a comment (RFC 1952 §2.3.1), so that its JSON has exactly `length` characters. */
async function statusListOfLength(length: number): Promise<JsonObject> {
  const around = JSON.stringify(await statusListWith(4_000)).length - 4_000;
  for (const more of [0, 1, 2, -1, -2]) {
    const list = await statusListWith(length - around + more); // a signature takes 86 to 88 characters
    if (JSON.stringify(list).length === length) return list;
  }
  throw new Error(`no status list of ${length} characters`);
}

async function statusListWith(length: number): Promise<JsonObject> {
  const plain = await gzip(new Uint8Array(STATUS_LIST_LENGTH / 8));
  const head = plain.slice(0, 10);
  head[3] = 0x10;
  const comment = Math.floor(((length - 1) * 3) / 4) - plain.length - 1;
  const stream = concat(head, utf8('c'.repeat(comment)), Uint8Array.of(0), plain.slice(10));
  const template = authority.template(STATUS_TEMPLATE);
  const texts = {
    ...issuerTexts('a', 'a-status'),
    statusList: '1',
    validFrom: isoSeconds(NOW - 3600),
    validUntil: isoSeconds(NOW + DAY),
    created: isoSeconds(NOW - 3600),
    encodedList: `u${base64url(stream)}`,
  };
  const data = await hashData(canonicalForms(template, texts), webPrimitives);
  const proofValue = multibase58(await authority.key('a-status').signer.sign(data));
  return fillCredential(template, { ...texts, proofValue });
}

const both = (one: string, other: string): string => `${one}, ${other}`;

const EDGES: Partial<Record<Limit, Edge>> = {
  numberLength: {
    meets: (n) => judged({ credential: genuine.json.replace('"points":300', `"points":${'300.'.padEnd(n, '0')}`) }),
    accepted: 'valid',
    refused: 'malformed',
  },
  jsonValues: {
    meets: async (n) => {
      const parsed = parseJson(`[${'0,'.repeat(n - 2)}0]`, { maxBytes: 8 << 20, maxDepth: 1 }); // the array is one, too
      return parsed.ok ? 'read' : parsed.fault.reason;
    },
    accepted: 'read',
    refused: 'too-large',
  },

  bodyPieceBytes: {
    past: LIMITS.bodyPieceBytes - 1,
    meets: (n) => {
      const length = 1_030 * LIMITS.bodyPieceBytes - bytesBeyond(genuine.json);
      return postedInPieces('/verify', `{"credential":${genuine.json}}`.padEnd(length), n);
    },
    accepted: '200 valid',
    refused: '413 too-large',
  },
  verifyBodyBytes: {
    meets: (n) => posted('/verify', `{"credential":${genuine.json}}`.padEnd(n - bytesBeyond(genuine.json))),
    accepted: '200 valid',
    refused: '413 too-large',
  },
  batchBodyBytes: {
    meets: (n) => posted('/verify/batch', '{"items":[]}'.padEnd(n)),
    accepted: '200 0',
    refused: '413 too-large',
  },
  batchItems: {
    meets: (n) => posted('/verify/batch', `{"items":[${Array(n).fill('{"qr":"1"}')}]}`),
    accepted: `200 ${LIMITS.batchItems}`,
    refused: '400 malformed-request',
  },
  bodyDepth: {
    meets: async (n) =>
      both(
        await posted('/verify', `{"credential":{"more":${nested(n - 2)}}}`),
        await posted('/verify/batch', `{"items":[{"credential":${nested(n - 3)}}]}`),
      ),
    accepted: '200 unknown-template, 200 1',
    refused: '200 malformed, 400 malformed-request',
  },

  credentialBytes: {
    meets: async (n) =>
      both(
        await judged({ credential: genuine.json.padEnd(n - bytesBeyond(genuine.json)) }),
        await judged({ jwt: await signedOfLength(n, 'a-jwt', TOKEN_HEADER, tokenPayload) }),
      ),
    accepted: 'valid, valid',
    refused: 'too-large, too-large',
  },
  credentialDepth: {
    meets: async (n) => {
      const more = `"more":${nested(n - 1)}`;
      return both(
        await judged({ credential: withMember(genuine.json, more) }),
        await judged({ jwt: await signed('a-jwt', TOKEN_HEADER, withMember(tokenPayload, more)) }),
      );
    },
    accepted: 'unknown-template, unknown-template',
    refused: 'malformed, malformed',
  },
  templateTextLength: {
    meets: async (n) => opened(await authority.publish({ statusLists: [await statusListOfLength(n)] })),
    accepted: 'opens',
    refused: 'status-list-not-authorised',
  },

  codeTextLength: {
    meets: (n) => judged({ qr: genuine.digits.padStart(n, '#') }),
    accepted: 'valid',
    refused: 'damaged-scan',
  },
  // 40 and 41 digits hold no whole number of bytes.
  codeDigitsMin: {
    at: 42,
    past: 39,
    meets: (n) => {
      const digits = toDigits(sealed(Array(n === 42 ? 13 : 12).fill(0)));
      expect(digits.length).toBe(n);
      return judged({ qr: digits });
    },
    accepted: 'not-canonical',
    refused: 'damaged-scan',
  },
  // 2,000 and 2,001 digits hold no whole number of bytes.
  codeDigitsMax: {
    at: 1_999,
    past: 2_002,
    meets: async (n) => judged({ qr: await digitsOfLength(n) }),
    accepted: 'valid',
    refused: 'damaged-scan',
  },
  codeItemsMin: {
    past: LIMITS.codeItemsMin - 1,
    meets: (n) => judged({ qr: toDigits(sealed(codeItems([]).slice(10 - n))) }),
    accepted: 'unknown-template',
    refused: 'not-canonical',
  },
  codeItemsMax: {
    meets: (n) => judged({ qr: toDigits(sealed(codeItems(Array(n - 10).fill(1)))) }),
    accepted: 'unknown-template',
    refused: 'not-canonical',
  },

  // The payload of a document that came by itself may be as long as a bundle.
  trustDocumentBytes: {
    meets: async (n) =>
      both(
        await opened(await signedOfLength(n, 'publisher', BUNDLE_HEADER, bundlePayload)),
        payloadOf({ payload: base64url(utf8('{}'.padEnd(n))), signatures: [] }) ? 'read' : 'not read',
      ),
    accepted: 'opens, read',
    refused: 'bundle-malformed, not read',
  },
  // The bundle's form leaves room for depth only inside a status list, which the template then refuses.
  trustDocumentDepth: {
    meets: async (n) =>
      opened(
        await published(bundlePayload.replace('"statusLists":[', (start) => `${start}{"more":${nested(n - 3)}},`)),
      ),
    accepted: 'status-list-not-authorised',
    refused: 'bundle-malformed',
  },
  trustHeaderBytes: {
    meets: async (n) => opened(await published(bundlePayload, BUNDLE_HEADER.padEnd(n))),
    accepted: 'opens',
    refused: 'publisher-not-authorised',
  },
  // A header's members are texts, so its form refuses depth as well.
  trustHeaderDepth: {
    meets: async (n) => {
      const kid = n === LIMITS.trustHeaderDepth ? '"publisher"' : '["publisher"]';
      return opened(await published(bundlePayload, BUNDLE_HEADER.replace('"publisher"', kid)));
    },
    accepted: 'opens',
    refused: 'publisher-not-authorised',
  },
  signatures: {
    meets: async (n) => opened(await authority.publish({ rootSigners: [...Array(n - 1).fill('stranger'), 'root-1'] })),
    accepted: 'opens',
    refused: 'bundle-malformed',
  },
  rootKeys: {
    meets: async (n) => {
      const others = await Promise.all(Array.from({ length: n - 1 }, (_, i) => devKey(`xingzheng test root ${i}`)));
      const keys = [authority.key('root-1'), ...others].map(({ multibase }, i) => ({
        id: `root-${i + 1}`,
        publicKeyMultibase: multibase,
      }));
      const next = await signGeneral('xz-root+jws', { version: 2, keys, threshold: 1 }, [authority.named('root-1')]);
      return opened(await authority.publish({ root: [authority.rootJws, next] }));
    },
    accepted: 'opens',
    refused: 'root-chain-broken',
  },
  rootDocuments: {
    meets: async (n) => opened(await authority.publish({ root: Array(n).fill(authority.rootJws) })),
    accepted: 'opens',
    refused: 'bundle-malformed',
  },
  bundleTemplates: {
    meets: async (n) =>
      opened(await authority.publish({ templates: times(n, (i) => artefactText(authority.template(1 + (i % 2)))) })),
    accepted: 'opens',
    refused: 'bundle-malformed',
  },
  // Two lists of one number are refused, and nobody has ten thousand keys to sign others.
  bundleStatusLists: {
    meets: async (n) => opened(await authority.publish({ statusLists: times(n, () => ({})) })),
    accepted: 'status-list-not-authorised',
    refused: 'bundle-malformed',
  },
  suspectKeys: {
    meets: async (n) => opened(await authority.publish({ suspect: times(n, (i) => i + 1) })),
    accepted: 'opens',
    refused: 'bundle-malformed',
  },
  transferBytes: {
    meets: async (n) => {
      const session = { hash: new Uint8Array(16), length: n };
      const frame = frameDigits({ session, number: 0, symbol: new Uint8Array(SYMBOL_BYTES) });
      return (await createReceiver(webPrimitives).take(FRAME_PREFIX + frame, 0)).kind;
    },
    accepted: 'progress',
    refused: 'no-frame',
  },
  issuerTextLength: {
    meets: async (n) =>
      opened(await authority.publish({ list: (l) => l.templates[0]?.issuers.push('did:web:'.padEnd(n, 'a')) })),
    accepted: 'opens',
    refused: 'trust-list-malformed',
  },

  ...protocolEdges((body) => posted('/verifiers/protocol/credentials/verify', body)),
};

/** Bytes that the text has beyond its length. */
function bytesBeyond(text: string): number {
  return utf8(text).length - text.length;
}

const limits = Object.keys(LIMITS) as Limit[]; // the names of a constant object
const tested = limits.flatMap((limit) => {
  const edge = EDGES[limit];
  return edge ? [[limit, edge] as const] : [];
});

describe.each(tested)('%s', (limit, { meets, accepted, refused, at = LIMITS[limit], past = LIMITS[limit] + 1 }) => {
  test(`${at}: ${accepted}`, async () => expect(await meets(at)).toBe(accepted));
  test(`${past}: ${refused}`, async () => expect(await meets(past)).toBe(refused));
});

test('every limit has an edge test', () => {
  expect(limits.filter((limit) => !EDGES[limit])).toEqual([]);
});
