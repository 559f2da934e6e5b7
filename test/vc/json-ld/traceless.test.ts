/** Maps over nothing: refused where a context could make one, and nowhere else. */
import { expect, test } from 'vitest';
import { contexts } from '../../../src/vc/contexts.ts';
import type { Json, JsonObject } from '../../../src/vc/json.ts';
import { definesMap, tracelessFaults } from '../../../src/vc/json-ld/traceless.ts';

const under = (container: Json, members: JsonObject): JsonObject => ({
  '@context': ['https://a.test', { a: { '@id': 'urn:a', '@container': container } }],
  ...members,
});

test('no pinned context defines a map, so that none of them is searched', () => {
  for (const [url, document] of contexts) expect([url, definesMap(document as Json)]).toEqual([url, false]); // parsed JSON
});

test.each<[string, JsonObject]>([
  ['nothing under a set', under('@set', { a: [] })],
  ['something under a map', under('@index', { a: { key: ['x'] } })],
  ['a context of nothing', { '@context': [null, [], { a: { '@container': '@index' } }], a: 'x' }],
])('%s is not refused here', (_, document) => expect(tracelessFaults(document)).toEqual([]));

test.each<[string, JsonObject]>([
  ['an empty list', under('@index', { a: { key: [] } })],
  ['null, deep inside', under(['@set', '@language'], { b: [{ a: { key: null } }] })],
])('%s under a map is ambiguous', (_, document) =>
  expect(tracelessFaults(document).map(({ reason }) => reason)).toEqual(['ambiguous']),
);
