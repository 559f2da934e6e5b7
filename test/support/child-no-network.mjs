/** Loaded before a program (`NODE_OPTIONS=--import=…`): whatever would reach the network, or wait for it, ends the program with exit code 99. */
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

/** Ends, and does not throw: a program that catches its errors must not get away with it. */
function refuse(name) {
  return function refused() {
    process.stderr.write(`no network: ${name}\n`);
    process.exit(99);
  };
}

function close(module, names, title) {
  for (const name of names) if (typeof module[name] === 'function') module[name] = refuse(`${title}.${name}`);
}

// Every TCP connection and pipe passes here, whoever makes it; the constructor itself is also what process.stdout uses.
close(net.Socket.prototype, ['connect'], 'net.Socket');
close(net.Server.prototype, ['listen'], 'net.Server');
close(net, ['connect', 'createConnection', 'createServer'], 'net');
close(tls, ['connect', 'createServer'], 'tls');
close(dgram, ['createSocket', 'Socket'], 'dgram');
close(http, ['request', 'get', 'createServer'], 'http');
close(https, ['request', 'get', 'createServer'], 'https');
close(http2, ['connect', 'createServer', 'createSecureServer'], 'http2');
const lookups = (module) => Object.keys(module).filter((name) => /^(lookup|resolve|reverse)/.test(name));
close(dns, lookups(dns), 'dns');
close(dns.promises, lookups(dns.promises), 'dns.promises');
close(globalThis, ['fetch', 'WebSocket', 'EventSource'], 'globalThis');
syncBuiltinESMExports();
