/** What the mutations of the protocol verifier's targets start from: one credential or presentation for each way to secure it, each with the answer that it deserves. */

import type { Json, JsonObject } from '../../src/vc/json.ts';
import { wrapEnvelope } from '../../src/vc/proof/envelope.ts';
import { signEnvelope } from '../../src/vc/proof/jose.ts';
import type { Documents } from '../../src/vc/protocol/documents.ts';
import type { FaultReason } from '../../src/vc/protocol/fault.ts';
import { emptyBitstring, encodeBitstring, setBit } from '../../src/vc/status/bitstring.ts';
import { createAuthority, issuerTexts } from '../support/authority.ts';
import { disclose } from '../support/disclosure.ts';
import { namedKey } from '../support/signing-key.ts';
import { credentialOf, documentsOf, proofOptions, prove, type TestKey } from '../vc/proof/issuer.ts';

export type Secured = {
  readonly name: string;
  readonly value: JsonObject;
  readonly answer: 'accepted' | { readonly refused: FaultReason };
};

export type ProtocolGenuine = {
  readonly embedded: readonly Secured[];
  readonly enveloped: readonly (Secured & { readonly token: string })[];
  readonly presentations: readonly Secured[];
  /** Lists that `listed` names: the documents, with one of them in place of the list. */
  readonly lists: readonly Secured[];
  readonly listed: JsonObject;
  readonly withList: (list: Json | undefined) => Documents;
  readonly documents: Documents;
  /** Of every presentation. */
  readonly challenge: string;
  readonly domain: string;
};

const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/v2';
const ED25519_2020 = 'https://w3id.org/security/suites/ed25519-2020/v1';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const SCHEMA = 'https://issuer.test/schema.json';
const LIST = 'https://issuer.test/status/1';
const INDEX = 7;
const CHALLENGE = { challenge: 'c0ffee', domain: 'verifier.test' };

export async function makeProtocolGenuine(): Promise<ProtocolGenuine> {
  const ed25519 = await namedKey('Ed25519', 'xingzheng test fuzz');
  const p256 = await namedKey('P-256', 'xingzheng test fuzz');
  const p384 = await namedKey('P-384', 'xingzheng test fuzz');
  const openBadges = await makeOpenBadges();
  const documents = documentsOf({
    ...openBadges.documents,
    [SCHEMA]: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { credentialSubject: { required: ['name'] } },
    },
  });
  const signed = async (document: JsonObject, suite: string, key: TestKey, more: JsonObject = {}) => ({
    ...document,
    proof: await prove(document, { ...proofOptions(suite, key), ...more }, { key, documents }),
  });

  // No document twice: its proofs could be put together, and each would be good.
  const alumni = (number: number) => ({ ...credentialOf(ed25519.did), id: uuid(number) });
  const rich = (number: number) => ({ ...richCredential(ed25519.did), id: uuid(number) });
  const inTwo = {
    ...alumni(8),
    proof: [
      await prove(alumni(8), proofOptions('eddsa-rdfc-2022', ed25519), { key: ed25519 }),
      await prove(alumni(8), proofOptions('ecdsa-jcs-2019', p256), { key: p256 }),
    ],
  };
  const plain = await signed(alumni(1), 'eddsa-rdfc-2022', ed25519);
  const embedded = [
    genuine('eddsa-rdfc', plain),
    genuine('eddsa-rdfc, rich', await signed(rich(2), 'eddsa-rdfc-2022', ed25519)),
    genuine('ecdsa-rdfc, P-256', await signed(alumni(3), 'ecdsa-rdfc-2019', p256)),
    genuine('ecdsa-rdfc, P-384', await signed(alumni(4), 'ecdsa-rdfc-2019', p384)),
    genuine('eddsa-jcs', await signed(rich(5), 'eddsa-jcs-2022', ed25519)),
    genuine(
      'eddsa-jcs with contexts',
      await signed(alumni(6), 'eddsa-jcs-2022', ed25519, { '@context': [V2, EXAMPLES] }),
    ),
    genuine('ecdsa-sd', await disclose(alumni(7), p256, (statement) => /#(?:issuer|validUntil)>/.test(statement))),
    genuine('a set', inTwo),
    genuine('a chain', { ...alumni(9), proof: await chainOver(alumni(9), ed25519, p256) }),
    genuine('1.1, Ed25519Signature2020', await oldCredential(ed25519)),
    genuine(
      '1.1, eddsa-rdfc',
      await signed({ ...oldDocument(ed25519.did, DATA_INTEGRITY), id: uuid(17) }, 'eddsa-rdfc-2022', ed25519),
    ),
    genuine('Open Badges', openBadges.credential),
    genuine('Open Badges, revoked', openBadges.revoked, 'revoked'),
    genuine(
      'expired',
      await signed({ ...rich(10), validUntil: '2026-01-01T00:00:00Z' }, 'eddsa-rdfc-2022', ed25519),
      'expired',
    ),
    // Not something added, which a mutation could take away again.
    genuine(
      'forged',
      {
        ...(await signed(alumni(11), 'eddsa-rdfc-2022', ed25519)),
        id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0000000000ff',
      },
      'bad-signature',
    ),
    genuine(
      'for another purpose',
      await signed(alumni(12), 'eddsa-jcs-2022', ed25519, { proofPurpose: 'authentication' }),
      'wrong-proof-purpose',
    ),
  ];

  const token = (payload: JsonObject, kind: 'vc' | 'vp', key: TestKey) =>
    signEnvelope(payload, { kind, kid: key.method, alg: key.type === 'P-256' ? 'ES256' : 'EdDSA', signer: key.signer });
  const envelope = async (name: string, payload: JsonObject, key: TestKey, reason?: FaultReason) => {
    const jws = await token(payload, 'vc', key);
    return { ...genuine(name, wrapEnvelope('vc', jws), reason), token: jws };
  };
  const enveloped = [
    await envelope('EdDSA', alumni(13), ed25519),
    await envelope('EdDSA with claims', { ...rich(14), iss: ed25519.did, exp: 4_102_444_800 }, ed25519),
    await envelope('ES256', credentialOf(p256.did), p256),
    await envelope(
      'ES256, expired',
      { ...alumni(15), issuer: p256.did, validUntil: '2026-01-01T00:00:00Z' },
      p256,
      'expired',
    ),
  ];

  const presentation = {
    '@context': [V2],
    type: ['VerifiablePresentation'],
    holder: ed25519.did,
    verifiableCredential: [plain, wrapEnvelope('vc', enveloped[0]?.token ?? '')],
  };
  const purpose = { proofPurpose: 'authentication', ...CHALLENGE };
  const vp = { ...presentation, iss: ed25519.did, nonce: CHALLENGE.challenge, aud: CHALLENGE.domain };
  const presentations = [
    genuine('eddsa-rdfc', await signed(presentation, 'eddsa-rdfc-2022', ed25519, purpose)),
    genuine('ecdsa-jcs', await signed({ ...presentation, holder: p256.did }, 'ecdsa-jcs-2019', p256, purpose)),
    genuine('vp+jwt', wrapEnvelope('vp', await token(vp, 'vp', ed25519))),
    genuine(
      'answering another challenge',
      await signed(presentation, 'eddsa-jcs-2022', ed25519, { ...purpose, challenge: 'other' }),
      'challenge-mismatch',
    ),
  ];

  const list = (index: number) => listDocument(ed25519.did, [index]);
  const revoking = await list(INDEX);
  const entry = {
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: `${INDEX}`,
    statusListCredential: LIST,
  };
  const lists = [
    genuine('eddsa-rdfc', await signed(await list(INDEX + 1), 'eddsa-rdfc-2022', ed25519)),
    genuine('eddsa-jcs', await signed(await list(INDEX + 2), 'eddsa-jcs-2022', ed25519)),
    genuine('vc+jwt', wrapEnvelope('vc', await token(await list(INDEX + 3), 'vc', ed25519))),
    genuine('revoking', await signed(revoking, 'eddsa-rdfc-2022', ed25519), 'revoked'),
    genuine('revoking, vc+jwt', wrapEnvelope('vc', await token(revoking, 'vc', ed25519)), 'revoked'),
  ];
  return {
    embedded,
    enveloped,
    presentations,
    lists,
    listed: await signed({ ...alumni(16), credentialStatus: entry }, 'eddsa-jcs-2022', ed25519),
    withList: (list) => async (id) => (id === LIST ? list : documents(id)),
    documents,
    ...CHALLENGE,
  };
}

const uuid = (number: number): string => `urn:uuid:58172aac-d8ba-11ed-83dd-${String(number).padStart(12, '0')}`;

const genuine = (name: string, value: JsonObject, reason?: FaultReason): Secured => ({
  name,
  value,
  answer: reason === undefined ? 'accepted' : { refused: reason },
});

/** Every kind of claim and of extension point that a check looks at. */
const richCredential = (issuer: string): JsonObject => ({
  '@context': [V2, { '@vocab': 'https://vocabulary.test/', raw: { '@id': 'urn:raw', '@type': '@json' } }],
  type: ['VerifiableCredential', 'Licence'],
  issuer: { id: issuer, name: 'A university' },
  validFrom: '2023-01-01T00:00:00+08:00',
  name: [
    { '@value': '证书', '@language': 'zh' },
    { '@value': 'Certificate', '@language': 'en', '@direction': 'ltr' },
  ],
  credentialSubject: [
    {
      id: 'did:example:abcdefgh',
      name: '李明',
      points: 317,
      share: 0.5,
      honour: true,
      steps: { '@list': ['a', 'b', 'a'] },
    },
    { id: 'did:example:ijklmnop', name: 'Wang', raw: { validUntil: 'never', id: 7 }, friend: { type: 'Person' } },
  ],
  credentialSchema: { id: SCHEMA, type: 'JsonSchema' },
  credentialStatus: { id: 'urn:note:1', type: 'Note', statusPurpose: 'refresh' },
  relatedResource: { id: 'https://issuer.test/picture', digestMultibase: `u${'A'.repeat(43)}` },
  termsOfUse: { type: 'Policy' },
  evidence: [{ type: 'Exam', place: 'here' }],
});

const oldDocument = (issuer: string, context: string): JsonObject => ({
  '@context': [V1, context, EXAMPLES],
  id: uuid(20),
  type: ['VerifiableCredential', 'AlumniCredential'],
  issuer,
  issuanceDate: '2023-01-01T00:00:00Z',
  expirationDate: '2033-01-01T00:00:00Z',
  credentialSubject: { id: 'did:example:abcdefgh', alumniOf: 'The School of Examples' },
});

async function oldCredential(key: TestKey): Promise<JsonObject> {
  const document = oldDocument(key.did, ED25519_2020);
  const { type: _, cryptosuite: __, ...options } = proofOptions('', key);
  return { ...document, proof: await prove(document, { ...options, type: 'Ed25519Signature2020' }, { key }) };
}

async function chainOver(document: JsonObject, first: TestKey, second: TestKey): Promise<JsonObject[]> {
  const [one, two] = ['urn:uuid:00000000-0000-4000-8000-000000000001', 'urn:uuid:00000000-0000-4000-8000-000000000002'];
  const before = await prove(document, { ...proofOptions('eddsa-rdfc-2022', first), id: one }, { key: first });
  const options = { ...proofOptions('ecdsa-rdfc-2019', second), id: two, previousProof: one };
  return [before, await prove(document, options, { key: second, previous: [before] })];
}

async function listDocument(issuer: string, set: readonly number[]): Promise<JsonObject> {
  const bits = emptyBitstring();
  for (const index of set) setBit(bits, index);
  return {
    '@context': [V2],
    id: LIST,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: '2026-11-24T00:00:00Z',
    validUntil: '2026-12-24T00:00:00Z',
    credentialSubject: {
      id: `${LIST}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: await encodeBitstring(bits),
    },
  };
}

/** Certificates as the product issues them, with the documents by which a stranger verifies them. */
async function makeOpenBadges() {
  const authority = await createAuthority();
  const revoked = await authority.issue({ uuid: '0190b7a2-6c1e-7f4a-9d3b-000000000009', statusIndex: 131_072 + 9 });
  authority.revoke(revoked);
  const { issuerId, statusBase } = issuerTexts('a', 'a-milestone');
  const verificationMethod = (['a-milestone', 'a-status'] as const).map((name) => ({
    id: issuerTexts('a', name).verificationMethod,
    type: 'Multikey',
    controller: issuerId,
    publicKeyMultibase: authority.key(name).multibase,
  }));
  return {
    credential: (await authority.issue()).credential,
    revoked: revoked.credential,
    documents: {
      [issuerId]: { id: issuerId, verificationMethod, assertionMethod: verificationMethod.map(({ id }) => id) },
      [`${statusBase}1`]: await authority.statusList(1),
    },
  };
}
