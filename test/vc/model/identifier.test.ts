/** VC Data Model 2.0 §4.4: which texts are URLs. */
import { expect, test } from 'vitest';
import { isUrl } from '../../../src/vc/model/identifier.ts';

const URLS = [
  'https://university.example/credentials/3732',
  'http://localhost:8787/issuers/1#key-1',
  'HTTPS://university.example',
  'https://[2001:db8::1]:8443/x',
  'https://university.example/a?b=c%20d',
  'https://例え.example/学',
  'did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
  'did:web:xn--fsq.example%3A8443:issuers:1#key-1',
  'urn:uuid:0c07c1ce-57cb-41af-bef2-1b932b986873',
  'data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AA',
  'mailto:clerk@school.example',
  'tag:school.example,2026:1',
  'vpr:verana:mainnet/cs/v1/js/12345678',
];

const OTHERS = [
  '',
  'credential-1',
  'university.example/credentials/3732',
  '/credentials/3732',
  '//university.example/credentials/3732',
  '#key-1',
  '?id=1',
  '_:b0',
  ':b0',
  '1did:example:a',
  'did:',
  'https:',
  'https://',
  'https:///credentials/1',
  'http:university.example',
  'https:/university.example',
  'https://university.example:99999/',
  'https://[2001:db8::1/',
  ' https://university.example/',
  'https://university.example/ ',
  'https://university.example/a b',
  'https://university.example/\n',
  'https://university.example/\u0000',
  'did:example:a\u2028b',
  'https://university.example/<script>',
  'https://university.example/"',
  'https://university.example/{id}',
  'https://university.example/a|b',
  'https://university.example/a^b',
  'https://university.example/`',
  'https:\\\\university.example\\a',
];

test.each(URLS)('%j is a URL', (text) => {
  expect(isUrl(text)).toBe(true);
});

test.each(OTHERS)('%j is none', (text) => {
  expect(isUrl(text)).toBe(false);
});
