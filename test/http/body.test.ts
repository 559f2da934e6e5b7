/** Bodies over real sockets on Node, where they are read from Node's own request; what reaches the web form is in test/attack/http.test.ts. */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { AppEnv } from '../../src/http/app-env.ts';
import { bodyText } from '../../src/http/body.ts';

const MAX_BYTES = 100_000;
const failures: Error[] = [];
const app = new Hono<AppEnv>().post('/', async (c) => c.text(`read ${await bodyText(c, MAX_BYTES)}`));
app.onError((error, c) => {
  if (!(error instanceof AppError)) failures.push(error);
  return c.text(error instanceof AppError ? error.code : 'internal', 400);
});
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
beforeAll(() => server.listening || once(server, 'listening'));
afterAll(() => server.close());
afterEach(() => {
  failures.length = 0;
});

/** A connection with the head of a request on it. */
function open(...headers: string[]): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1'); // it listens on a port
  socket.on('error', () => undefined); // what is not read may be cut off
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`);
  return socket;
}

/** The answer up to its end; more requests may follow on the connection. */
async function answer(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const [head = '', body] = text.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    if (body !== undefined && Buffer.byteLength(body) >= length) return text;
  }
  return text;
}

const chunk = (bytes: Uint8Array | string): Buffer =>
  Buffer.concat([
    Buffer.from(`${Buffer.byteLength(bytes).toString(16)}\r\n`),
    Buffer.from(bytes as string),
    Buffer.from('\r\n'),
  ]);

test('a character in two packets is one character', async () => {
  const bytes = Buffer.from('证书');
  const socket = open(`Content-Length: ${bytes.length}`);
  socket.write(bytes.subarray(0, 4));
  setTimeout(() => socket.write(bytes.subarray(4)), 20);
  expect(await answer(socket)).toMatch(/read 证书$/);
  socket.destroy();
});

test('no body is an empty text', async () => {
  const socket = open('Content-Length: 0');
  expect(await answer(socket)).toMatch(/read $/);
  socket.destroy();
});

test('two requests on one connection are two bodies', async () => {
  const socket = open('Content-Length: 1');
  socket.write('a');
  expect(await answer(socket)).toMatch(/read a$/);
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nb');
  expect(await answer(socket)).toMatch(/read b$/);
  socket.destroy();
});

test('a body of exactly the limit is read, one byte more is not', async () => {
  for (const [length, expected] of [
    [MAX_BYTES, /read x+$/],
    [MAX_BYTES + 1, /too-large$/],
  ] as const) {
    for (const declared of [true, false]) {
      const socket = open(declared ? `Content-Length: ${length}` : 'Transfer-Encoding: chunked');
      socket.write(
        declared ? 'x'.repeat(length) : Buffer.concat([chunk('x'.repeat(length)), Buffer.from('0\r\n\r\n')]),
      );
      expect(await answer(socket)).toMatch(expected);
      socket.destroy();
    }
  }
});

test('a body that says that it is too large is refused before it comes', async () => {
  const socket = open(`Content-Length: ${MAX_BYTES + 1}`);
  expect(await answer(socket)).toMatch(/too-large$/);
  socket.destroy();
});

test('a body without end is refused at its limit', async () => {
  const socket = open('Transfer-Encoding: chunked');
  const timer = setInterval(() => socket.write(chunk(Buffer.alloc(16 * 1024, 0x20))), 1);
  expect(await answer(socket)).toMatch(/too-large$/);
  clearInterval(timer);
  socket.destroy();
});

test('bytes that are no UTF-8 are refused', async () => {
  const socket = open('Content-Length: 1');
  socket.write(Uint8Array.of(0xff));
  expect(await answer(socket)).toMatch(/malformed-request$/);
  socket.destroy();
});

test('a client that goes away in the middle ends its request', async () => {
  const arrived = once(server, 'request');
  const socket = open('Content-Length: 10');
  socket.write('half');
  await arrived;
  socket.destroy();
  await expect
    .poll(() => failures.map(({ message }) => message), { timeout: 10_000 })
    .toEqual([expect.stringContaining('went away')]);
});
