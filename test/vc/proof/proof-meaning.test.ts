/** The expansion of a proof's options against its JSON: whatever the contexts may do, it is these properties with these values, or no. */
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { proofMeansWhatItSays } from '../../../src/vc/proof/proof-meaning.ts';

const SECURITY = 'https://w3id.org/security#';
const options: JsonObject = {
  '@context': 'https://www.w3.org/ns/credentials/v2',
  id: 'urn:a:b',
  type: 'DataIntegrityProof',
  created: '2026-11-24T08:00:00Z',
  proofPurpose: 'authentication',
  domain: ['a.example', 'b.example'],
};
const node: JsonObject = {
  '@id': 'urn:a:b',
  '@type': [`${SECURITY}DataIntegrityProof`],
  'http://purl.org/dc/terms/created': [{ '@value': '2026-11-24T08:00:00Z', '@type': 'x' }],
  [`${SECURITY}proofPurpose`]: [{ '@id': `${SECURITY}authenticationMethod` }],
  [`${SECURITY}domain`]: [{ '@value': 'b.example' }, { '@value': 'a.example' }],
};
const without = (name: string, { [name]: _, ...others }: JsonObject): JsonObject => others;

test('what it says', () => {
  expect(proofMeansWhatItSays(options, [node])).toBe(true);
  expect(proofMeansWhatItSays(without('id', options), [without('@id', node)])).toBe(true);
});

test.each<[string, Json[]]>([
  ['nothing', []],
  ['two nodes', [node, node]],
  ['a text', ['node']],
  ['another id', [{ ...node, '@id': 'urn:a:c' }]],
  ['no id', [without('@id', node)]],
  ['another type', [{ ...node, '@type': [`${SECURITY}Ed25519Signature2020`] }]],
  ['a type more', [{ ...node, '@type': [`${SECURITY}DataIntegrityProof`, 'urn:a:b'] }]],
  ['a property more', [{ ...node, [`${SECURITY}nonce`]: [{ '@value': 'n' }] }]],
  ['a graph more', [{ ...node, '@included': [] }]],
  ['an index', [{ ...node, '@index': 'n' }]],
  ['a property less', [without(`${SECURITY}domain`, node)]],
  [
    'another property',
    [{ ...without(`${SECURITY}domain`, node), [`${SECURITY}nonce`]: node[`${SECURITY}domain`] ?? [] }],
  ],
  ['a value less', [{ ...node, [`${SECURITY}domain`]: [{ '@value': 'a.example' }] }]],
  [
    'a value more',
    [{ ...node, 'http://purl.org/dc/terms/created': [{ '@value': '2026-11-24T08:00:00Z' }, { '@value': '2030' }] }],
  ],
  [
    'a list',
    [{ ...node, [`${SECURITY}domain`]: [{ '@list': [{ '@value': 'a.example' }, { '@value': 'b.example' }] }] }],
  ],
  ['another purpose', [{ ...node, [`${SECURITY}proofPurpose`]: [{ '@id': `${SECURITY}assertionMethod` }] }]],
  ['the purpose as it is called in JSON', [{ ...node, [`${SECURITY}proofPurpose`]: [{ '@id': 'authentication' }] }]],
])('something else: %s', (_, expanded) => {
  expect(proofMeansWhatItSays(options, expanded)).toBe(false);
});
