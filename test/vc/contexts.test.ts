/** The published digests of pinned contexts, against the published bytes where we have them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contexts, publishedDigests } from '../../src/vc/contexts.ts';
import { VECTORS } from '../support/vectors.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const vector = join(VECTORS, 'w3c-credentials-v2-context.json');

const digestsOf = (bytes: string | Uint8Array) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sha384: createHash('sha384').update(bytes).digest('hex'),
  sha512: createHash('sha512').update(bytes).digest('hex'),
});

test.skipIf(!existsSync(vector))('credentials/v2: the bytes that W3C publishes', () => {
  expect(publishedDigests(V2)).toEqual(digestsOf(readFileSync(vector)));
});

test('credentials/examples/v2: the bytes whose SHA-384 stands in VC Data Model 2.0', () => {
  const bytes = readFileSync('contexts/examples-v2.json');
  expect(createHash('sha384').update(bytes).digest('base64')).toBe(
    'zNNbQTWCSUSi0bbz7dbua+RcENv7C6FvlmYJ1Y+I727HsPOHdzwELMYO9Mz68M26',
  );
  expect(publishedDigests(EXAMPLES)).toEqual(digestsOf(bytes));
  expect(contexts.get(EXAMPLES)).toEqual(JSON.parse(bytes.toString('utf8')));
});

test.each([
  ['https://w3id.org/security/jwk/v1', 'jwk-v1', '0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece'],
  [
    'https://www.w3.org/ns/credentials/status/v1',
    'status-v1',
    'fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7',
  ],
])('%s: Data Integrity 1.0 §2.4 and Bitstring Status List 1.0 §5.2 give the digest', (url, name, sha256) => {
  const bytes = readFileSync(`contexts/${name}.json`);
  expect(digestsOf(bytes).sha256).toBe(sha256);
  expect(publishedDigests(url)).toEqual(digestsOf(bytes));
  expect(contexts.get(url)).toEqual(JSON.parse(bytes.toString('utf8')));
});

describe('published as JSON.stringify writes it', () => {
  test.each([
    ['https://w3id.org/security/data-integrity/v1', '\n'],
    ['https://w3id.org/security/data-integrity/v2', ''],
    ['https://w3id.org/security/suites/ed25519-2020/v1', '\n'],
  ])('%s', (url, end) => {
    expect(publishedDigests(url)).toEqual(digestsOf(JSON.stringify(contexts.get(url), null, 2) + end));
  });

  test('Data Integrity 1.0 §2.4 gives the digest of its own context', () => {
    expect(publishedDigests('https://w3id.org/security/data-integrity/v2')?.sha256).toBe(
      '67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4',
    );
  });
});

test('nothing is said of bytes that are not known', () => {
  expect(publishedDigests('https://www.w3.org/2018/credentials/v1')).toBeUndefined();
  expect(publishedDigests('https://example.org/')).toBeUndefined();
});
