/** Credentials and presentations that keep every rule, and what a test changes in them. */
import type { JsonObject } from '../../../src/vc/json.ts';
import type { Fault, Outcome } from '../../../src/vc/protocol/fault.ts';

export const V2 = 'https://www.w3.org/ns/credentials/v2';
export const V1 = 'https://www.w3.org/2018/credentials/v1';

export const credential2 = (changes: JsonObject = {}): JsonObject => ({
  '@context': [V2],
  type: ['VerifiableCredential'],
  issuer: 'did:example:issuer',
  credentialSubject: { id: 'did:example:subject', name: 'Li Lei' },
  ...changes,
});

export const credential1 = (changes: JsonObject = {}): JsonObject => ({
  '@context': [V1],
  type: ['VerifiableCredential'],
  issuer: 'did:example:issuer',
  issuanceDate: '2026-01-31T08:00:00Z',
  credentialSubject: { id: 'did:example:subject', name: 'Li Lei' },
  ...changes,
});

export const presentation2 = (changes: JsonObject = {}): JsonObject => ({
  '@context': [V2],
  type: ['VerifiablePresentation'],
  ...changes,
});

export const without = (object: JsonObject, ...names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** What a vector expects: accepted, or `reason at` of the only fault. */
export type Expected = 'accepted' | `${Fault['reason']} ${string}`;

export const outcomeOf = (outcome: Outcome<unknown>): string =>
  outcome.ok ? 'accepted' : outcome.faults.map(({ reason, at = '' }) => `${reason} ${at}`).join(', ');

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
