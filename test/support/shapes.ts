/** Two common shapes of credential whose every text is the caller's: VC Data Model 2.0 with the examples' terms, and Open Badges 3.0. */
import type { JsonObject } from '../../src/vc/json.ts';

export type Values = {
  readonly n: number;
  readonly text: string;
  readonly names: readonly string[];
  /** With what may be left out, ids among it: nodes without one are told apart by RDFC-1.0. */
  readonly full: boolean;
};

export const valuesOf = (n: number): Values => ({
  n,
  text: `家长学习积分 ${n}`,
  names: [`第 ${n} 期`, 'Workshop'],
  full: n % 2 === 0,
});

const V2 = 'https://www.w3.org/ns/credentials/v2';
const urn = (kind: number, n: number): string =>
  `urn:uuid:0190b7a2-6c1e-7f4a-${kind}d3b-${n.toString(16).padStart(12, '0')}`;

export const alumni = (issuer: string, { n, text, names, full }: Values): JsonObject => ({
  '@context': [V2, 'https://www.w3.org/ns/credentials/examples/v2'],
  ...(full ? { id: urn(8, n), name: text } : {}),
  type: ['VerifiableCredential', 'AlumniCredential'],
  issuer: full ? { id: issuer, name: text } : issuer,
  validFrom: '2023-01-01T00:00:00Z',
  validUntil: '2033-01-01T00:00:00Z',
  credentialSubject: {
    id: 'did:example:abcdefgh',
    alumniOf: text,
    degree: names.map((name, index) => ({ type: 'ExampleDegree', name, rank: index + n, honours: full })),
  },
});

export const openBadge = (issuer: string, { n, text, names, full }: Values): JsonObject => ({
  '@context': [V2, 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
  id: urn(9, n),
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: text,
  issuer: { id: issuer, type: ['Profile'], name: 'Example Corp', ...(full ? { url: 'https://corp.example' } : {}) },
  validFrom: '2023-01-01T00:00:00Z',
  credentialSubject: {
    type: ['AchievementSubject'],
    ...(full ? { id: 'did:example:abcdefgh' } : {}),
    identifier: names.map((name) => ({
      type: 'IdentityObject',
      identityHash: name,
      identityType: 'name',
      hashed: false,
    })),
    achievement: {
      id: 'https://corp.example/achievements/teamwork',
      type: ['Achievement'],
      name: 'Teamwork',
      description: text,
      criteria: { narrative: text },
      ...(full ? { image: { id: 'https://corp.example/teamwork.png', type: 'Image' } } : {}),
    },
  },
});
