/** What reaches POST /verify as bytes: sizes, media types, and bodies that two readers would read differently. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import { concat, utf8 } from '../../src/vc/encoding.ts';
import { gzip } from '../../src/vc/primitives.ts';
import { NOW } from '../support/authority.ts';
import { openOffice } from '../support/office.ts';
import { genuine, today } from './trust/scene.ts';

const PER_MINUTE = 20;
const office = await openOffice({ env: { VERIFY_LIMIT_PER_MINUTE: String(PER_MINUTE) } });
let now = NOW;
const app = createApp(async () => ({ ...office.deps, trust: async () => today, clock: { now: () => now } }));
afterAll(() => office.close());
beforeEach(() => {
  now += 61; // a new window of the rate limit for each test
});

const JSON_TYPE = 'application/json';
const NAME = '欧阳晓明月';
type Body = NonNullable<RequestInit['body']>;
const post = async (body: Body, headers: Record<string, string> = { 'content-type': JSON_TYPE }): Promise<Response> =>
  app.request('/verify', { method: 'POST', headers, body, duplex: 'half' } as RequestInit, {}); // `duplex` is missing in the type
const verdictOf = async (body: Body) => {
  const response = await post(body);
  expect(response.status).toBe(200);
  return response.json();
};
const asCredential = (json: string): string => `{"credential":${json}}`;
const asCode = JSON.stringify({ qr: genuine.url });
const asJson = asCredential(genuine.json);

/** Chunks of 64 KiB without end, and how many were taken. */
function endless(): { body: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken++;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
  });
  return { body, taken: () => taken };
}

test.each([asCode, asJson, ` ${asJson}\r\n`])('the genuine credential is valid', async (body) => {
  expect(await verdictOf(body)).toMatchObject({ outcome: 'valid', credential: { holder: NAME } });
});

describe('size', () => {
  test('10 MB are refused, and nothing of them is answered', async () => {
    const response = await post(asJson.padEnd(10_000_000));
    expect(response.status).toBe(413);
    expect((await response.text()).length).toBeLessThan(1000);
  });

  test('a body that says it has 10 MB is not read at all', async () => {
    const { body, taken } = endless();
    expect((await post(body, { 'content-type': JSON_TYPE, 'content-length': '10000000' })).status).toBe(413);
    expect(taken()).toBeLessThanOrEqual(1); // what a stream fetches before anybody reads
  });

  test.each([{}, { 'content-length': '10' }, { 'content-length': '-1' }, { 'content-length': 'ten' }])(
    'a body without end that says %j is read as far as its limit',
    async (headers) => {
      const { body, taken } = endless();
      expect((await post(body, { 'content-type': JSON_TYPE, ...headers })).status).toBe(413);
      expect(taken()).toBeLessThanOrEqual(4);
    },
  );

  test('a body in a hundred thousand pieces is read until they are too many', async () => {
    let taken = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++taken > 500_000) controller.close();
        else controller.enqueue(Uint8Array.of(0x20));
      },
    });
    expect((await post(body)).status).toBe(413);
    expect(taken).toBeLessThan(2000);
  });

  test('a packed body is not unpacked', async () => {
    const packed = await gzip(utf8(asJson));
    expect((await post(packed, { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(400);
  });
});

describe('media type', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/vc',
    'text/html, application/json',
    '',
  ])('%s is refused', async (type) => {
    expect((await post(asCode, { 'content-type': type })).status).toBe(415);
  });

  test('none is refused', async () => {
    expect((await post(utf8(asCode), {})).status).toBe(415);
  });

  test('parameters and capitals are not', async () => {
    expect((await post(asCode, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(200);
  });
});

describe('a body that two readers would read differently', () => {
  test.each([
    ['the credential twice', `{"credential":${genuine.json},"credential":{}}`],
    ['the credential twice, once behind an escape', `{"credential":{},"\\u0063redential":${genuine.json}}`],
    ['two forms', `{"credential":${genuine.json},"qr":${JSON.stringify(genuine.url)}}`],
    ['another member', `{"credential":${genuine.json},"options":{}}`],
    ['__proto__ beside nothing', `{"__proto__":{"qr":${JSON.stringify(genuine.url)}}}`],
    ['__proto__ beside the code', asCode.replace('{', '{"__proto__":{},')],
    ['the form that only our own code uses', `{"document":${genuine.json}}`],
    ['a form that every object has', '{"toString":"x"}'],
    ['no form', '{}'],
    ['an array of one', `[${asCode}]`],
    ['a text', JSON.stringify(genuine.url)],
    ['null', 'null'],
    ['nothing', ''],
    ['a second body behind the first', asCode + asJson],
    ['a comment', `${asCode}//`],
    ['a code in an array', JSON.stringify({ qr: [genuine.url] })],
    ['a code as a number', `{"qr":${genuine.digits.slice(0, 15)}}`],
    ['a token as an object', '{"jwt":{}}'],
    ['a code with an unpaired surrogate', '{"qr":"\\ud800"}'],
    ['nesting beside the credential', `{"a":${'['.repeat(50)}${']'.repeat(50)}}`],
    ['nesting without end', '['.repeat(60_000)],
  ])('%s is a bad request', async (_, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain(NAME);
  });

  test.each([
    ['a byte order mark', concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(asCode))],
    ['a byte that is no UTF-8', concat(utf8('{"qr":"'), Uint8Array.of(0xff), utf8('"}'))],
    ['an overlong form', concat(utf8('{"qr":"'), Uint8Array.of(0xc0, 0xaf), utf8('"}'))],
    ['UTF-16', Uint8Array.from(Buffer.from(asCode, 'utf16le'))],
  ])('%s is a bad request', async (_, body) => expect((await post(body)).status).toBe(400));

  test.each([
    ['a member twice', genuine.json.replace('"points":300', '"points":500,"points":300')],
    ['__proto__', genuine.json.replace('"points":300', '"points":300,"__proto__":{"points":500}')],
    ['an unsafe number', genuine.json.replace('"points":300', '"points":300.00000000000000001')],
    ['an unpaired surrogate', genuine.json.replace(NAME, '\\ud800')],
    ['nesting', `{"a":${'['.repeat(50)}${']'.repeat(50)}}`],
    ['null', 'null'],
    ['a text', JSON.stringify(genuine.json)],
  ])('%s inside the credential is the credential’s fault', async (_, credential) => {
    expect(await verdictOf(asCredential(credential))).toMatchObject({ outcome: 'invalid', credential: null });
  });
});

test('more than so many in a minute are refused, whatever they ask', async () => {
  const statuses: number[] = [];
  for (let turn = 0; turn <= PER_MINUTE; turn++)
    statuses.push(
      (await post(turn % 2 ? asCode : '{', { 'content-type': JSON_TYPE, 'x-forwarded-for': `${turn}` })).status,
    );
  expect(new Set(statuses.slice(0, -1))).toEqual(new Set([200, 400]));
  expect(statuses.at(-1)).toBe(429);
});

test('no name is logged', async () => {
  await post(asJson);
  await post(asJson.slice(0, -1));
  await post(asCredential(genuine.json.replace('"points":300', '"points":500')));
  expect(JSON.stringify(office.logs)).not.toContain(NAME);
});
