/** The program behind load.ts. Requests are bytes made beforehand and answers are hardly parsed, so that it takes little of the machine that it shares with the server. */
import { connect, type Socket } from 'node:net';
import type { LoadPlan, LoadResult } from './load.ts';

type Connection = { socket: Socket; received: string; dueMs: number };

process.on('message', async (plan: LoadPlan) => process.send?.(await load(plan)));

async function load({ port, path, bodies, answer, connections, seconds, rate }: LoadPlan): Promise<LoadResult> {
  const requests = bodies.map((body) => requestBytes(path, body));
  const latenciesMs: number[] = [];
  const waiting: number[] = []; // due, but no connection was free
  const free: Connection[] = [];
  let [sent, wrong] = [0, 0];
  const all = await Promise.all(Array.from({ length: connections }, () => open(port)));
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;

  const send = (connection: Connection, dueMs: number) => {
    connection.dueMs = dueMs;
    connection.socket.write(requests[sent++ % requests.length] ?? '');
  };
  const take = (dueMs: number) => {
    const connection = free.pop();
    if (connection) send(connection, dueMs);
    else waiting.push(dueMs);
  };
  const answered = new Promise<void>((resolve) => {
    for (const connection of all) {
      connection.socket.setEncoding('latin1');
      connection.socket.on('data', (chunk) => {
        connection.received += chunk;
        const body = wholeBody(connection.received);
        if (body === undefined) return;
        const nowMs = performance.now();
        if (connection.received.startsWith('HTTP/1.1 200') && body.startsWith(answer))
          latenciesMs.push(nowMs - connection.dueMs);
        else wrong++;
        connection.received = '';
        const next = rate === undefined && nowMs < endMs ? nowMs : waiting.shift();
        if (next !== undefined) return send(connection, next);
        free.push(connection);
        if (nowMs >= endMs && free.length === all.length) resolve();
      });
      connection.socket.on('error', () => process.exit(1)); // a server that closes connections is not measured
    }
  });

  if (rate === undefined) for (const connection of all) send(connection, performance.now());
  else {
    free.push(...all);
    let due = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const nowMs = Math.min(performance.now(), endMs);
        for (; startMs + (due * 1000) / rate <= nowMs; due++) take(startMs + (due * 1000) / rate);
        if (nowMs < endMs) return;
        clearInterval(timer);
        resolve();
      }, 1);
    });
  }
  if (free.length < all.length) await answered;
  for (const { socket } of all) socket.destroy();
  return { latenciesMs, wrong };
}

const requestBytes = (path: string, body: string): Buffer =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

function open(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
      resolve({ socket, received: '', dueMs: 0 }),
    );
    socket.once('error', reject);
  });
}

/** The answer's body once it is there; the length must be declared. Text is Latin-1: a unit is a byte. */
function wholeBody(received: string): string | undefined {
  const at = received.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received.slice(0, at + 2))?.[1];
  return at >= 0 && received.length >= at + 4 + Number(length ?? Number.NaN) ? received.slice(at + 4) : undefined;
}
