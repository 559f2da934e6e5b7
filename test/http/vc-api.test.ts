/** The VC-API of the product on both runtimes: scope off by default, an issuer of its own DID, and no signing oracle. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGeneralKey, organisationOrThrow } from '../../src/issuer/establish.ts';
import { slotTexts } from '../../src/vc/credential.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import { fillDocument } from '../../src/vc/template/fill.ts';
import { recordsForStars } from '../support/records.ts';
import { OTHER_ORGANISATION, type Runtime, type Service, startService } from '../support/service.ts';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';

describe.each<Runtime>(['node', 'workerd'])('on %s', (runtime) => {
  let service: Service;
  let key: string;
  let did: string;
  let organisation: string;

  beforeAll(async () => {
    service = await startService(runtime);
    organisation = 'shangcheng';
    const method = await createGeneralKey(service.deps, await organisationOrThrow(service.deps, organisation), {
      development: true,
    });
    did = method.replace(/#.*/, '');
    key = await service.key({ scopes: ['vc:issue', 'vc:verify'] });
  });
  afterAll(() => service.stop());

  async function post(path: string, body: unknown, as: string | undefined = key) {
    const response = await service.request(path, {
      method: 'POST',
      ...(as === '' ? {} : { key: as }),
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
  const issue = (credential: unknown, as?: string) =>
    post(`/issuers/${organisation}/credentials/issue`, { credential }, as);
  const verify = (verifiableCredential: unknown, kind = 'protocol') =>
    post(`/verifiers/${kind}/credentials/verify`, { verifiableCredential });

  const plain = (over: JsonObject = {}): JsonObject => ({
    '@context': [V2, EXAMPLES],
    id: `urn:uuid:${crypto.randomUUID()}`,
    type: ['VerifiableCredential', 'ExampleCredential'],
    issuer: did,
    validFrom: '2026-01-01T00:00:00Z',
    credentialSubject: { id: 'did:example:parent', alumniOf: '家长学校' },
    ...over,
  });

  test('issued, verified by the specifications, revoked, refused', async () => {
    const credential = plain();
    const issued = await issue(credential);
    expect(issued.status).toBe(201);
    const secured = issued.body.verifiableCredential;
    expect(secured).toMatchObject({
      ...credential,
      proof: { type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022' },
    });
    expect(secured.credentialStatus).toMatchObject({ type: 'BitstringStatusListEntry', statusPurpose: 'revocation' });

    const good = await verify(secured);
    expect(good.body).toMatchObject({ verified: true, problemDetails: [] });
    expect(good.status).toBe(200);
    expect(good.body.results.map(({ check, result }: JsonObject) => `${check} ${result}`)).toEqual(
      ['format', 'proof', 'issuer', 'validity', 'schema', 'related-resource', 'status'].map(
        (check) => `${check} passed`,
      ),
    );

    const list = await service.request(new URL(secured.credentialStatus.statusListCredential).pathname);
    expect(await list.json()).toMatchObject({ type: ['VerifiableCredential', 'BitstringStatusListCredential'] });
    const document = await service.request(`/issuers/${organisation}/general/did.json`);
    expect(await document.json()).toMatchObject({ id: did, assertionMethod: [secured.proof.verificationMethod] });

    const revoked = await post(`/issuers/${organisation}/credentials/status`, {
      credentialId: credential.id,
      credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' },
      status: true,
    });
    expect(revoked.status).toBe(200);
    const bad = await verify(secured);
    expect(bad.status).toBe(400);
    expect(bad.body.problemDetails).toMatchObject([
      { type: 'https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR', title: 'revoked' },
    ]);
  });

  test('a certificate of the service verifies by the specifications and by the trust list, and only it is trusted', async () => {
    const all = await service.key();
    const events = await post('/api/events', recordsForStars(1, { learner: 'vc-api' }), all);
    const path = `/credentials/${events.body.milestones[0].credentialId}`;
    const certificate = () => service.request(path, { key: all, headers: { accept: 'application/vc' } });
    await expect.poll(async () => (await certificate()).status, { timeout: 15_000 }).toBe(200);
    const credential = await (await certificate()).json();
    expect((await verify(credential)).body).toMatchObject({ verified: true });
    expect(await verify(credential, 'trust')).toMatchObject({
      status: 200,
      body: { verified: true, outcome: 'valid' },
    });
    expect(await verify({ ...credential, name: 'x' }, 'trust')).toMatchObject({
      status: 400,
      body: { verified: false },
    });
    const other = (await issue(plain())).body.verifiableCredential;
    expect(await verify(other, 'trust')).toMatchObject({
      status: 400,
      body: { verified: false, outcome: 'unknown', problemDetails: [{ title: 'unknown-template' }] },
    });
  });

  describe('whoever asks', () => {
    test('needs a key, the scope, and an organisation that is their own', async () => {
      expect((await issue(plain(), '')).status).toBe(401);
      const without = await service.key({ scopes: ['records:write', 'verify:batch'] });
      expect(await issue(plain(), without)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      const other = await service.key({ organisation: OTHER_ORGANISATION, scopes: ['vc:issue'] });
      for (const path of ['credentials/issue', 'credentials/derive', 'credentials/status', 'status-lists'])
        expect((await post(`/issuers/${organisation}/${path}`, {}, other)).status, path).toBe(404);
      expect((await post(`/issuers/${OTHER_ORGANISATION}/credentials/issue`, {}, other)).status).toBe(404); // it has no general key
      expect((await post('/verifiers/protocol/credentials/verify', {}, without)).status).toBe(403);
      expect((await post('/verifiers/protocol/challenges', {}, without)).status).toBe(403);
    });
  });

  describe('is not made to sign', () => {
    /** The document of a genuine certificate, with this issuer's DID where the template has its own. */
    const fillOfTemplate = () => {
      const template = service.deps.templates.get(2);
      if (!template) throw new Error('template 2');
      return fillDocument(
        template,
        slotTexts(
          template,
          {
            issuerId: did,
            issuerName: '杭州市上城区教育局',
            credentialBase: 'https://xz.example/credentials/',
            statusBase: 'https://xz.example/status-lists/',
            verificationMethod: `${did}#key-1`,
          },
          {
            template: 2,
            key: 1,
            uuid: '0190b7a2-6c1e-7f4a-9d3b-5e8f00112233',
            validFrom: 1_790_000_000,
            validUntil: null,
            created: 1_790_000_000,
            points: 300,
            statusIndex: 131_072,
            holder: { name: '王*明' },
            own: [1, 2],
          },
        ),
      );
    };
    const aliased = (type: string): JsonObject =>
      plain({ '@context': [V2, EXAMPLES, { Harmless: type }], type: ['VerifiableCredential', 'Harmless'] });

    const attempts: [string, () => JsonObject, RegExp][] = [
      ['another issuer', () => plain({ issuer: 'did:web:bureau.example' }), /issuer/],
      ["the certificates' own DID", () => plain({ issuer: did.replace(/:general$/, '') }), /issuer/],
      [
        'a status list',
        () => plain({ type: ['VerifiableCredential', 'BitstringStatusListCredential'] }),
        /BitstringStatusListCredential/,
      ],
      [
        'a status list under another name',
        () => aliased('https://www.w3.org/ns/credentials/status#BitstringStatusListCredential'),
        /BitstringStatusListCredential/,
      ],
      [
        'a status list by its IRI',
        () =>
          plain({
            type: ['VerifiableCredential', 'https://www.w3.org/ns/credentials/status#BitstringStatusListCredential'],
          }),
        /BitstringStatusListCredential/,
      ],
      [
        'the subject of a status list',
        () => plain({ credentialSubject: { id: 'urn:a', type: 'BitstringStatusList', alumniOf: 'x' } }),
        /BitstringStatusList/,
      ],
      [
        'an achievement of this service',
        () =>
          plain({
            credentialSubject: { id: 'urn:a', achievement: { id: 'urn:xingzheng:achievement:x:1:1', name: '五星' } },
          }),
        /urn:xingzheng/,
      ],
      ['the fill of a pinned template', fillOfTemplate, /not issued by request|allocated here/],
      [
        'a status of its own choice',
        () =>
          plain({
            credentialStatus: {
              type: 'BitstringStatusListEntry',
              statusPurpose: 'revocation',
              statusListIndex: '1',
              statusListCredential: 'https://bureau.example/1',
            },
          }),
        /allocated here/,
      ],
      [
        'a resource with another digest than it has',
        () => plain({ relatedResource: { id: V2, digestSRI: `sha256-${'A'.repeat(43)}=` } }),
        /digest/,
      ],
      ['an undefined term', () => plain({ unheardOf: 'x', '@context': [V2] }), /signed/],
      ['a credential that has a proof', () => plain({ proof: { type: 'DataIntegrityProof' } }), /proof/],
    ];
    test.each(attempts)('%s', async (_, credential, words) => {
      const { status, body, headers } = await issue(credential());
      expect({ status, verifiableCredential: body.verifiableCredential }).toEqual({ status: 400 });
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(JSON.stringify(body.problemDetails)).toMatch(words);
    });
  });

  describe('bad requests', () => {
    const url = '/verifiers/protocol/credentials/verify';
    test.each([
      ['no JSON', '{', 'unparsable'],
      ['a name twice', '{"verifiableCredential":{"a":1,"a":2}}', 'unparsable'],
      ['no object', '[]', 'malformed'],
      ['an unknown member', '{"verifiableCredential":{},"credential":{}}', 'malformed'],
      ['options that are no object', '{"verifiableCredential":{},"options":[]}', 'malformed'],
      ['an option of another type', '{"verifiableCredential":{},"options":{"challenge":1}}', 'malformed'],
      ['an unknown option', '{"verifiableCredential":{},"options":{"skipProof":true}}', 'unknown-option'],
      ['nothing', '{}', 'malformed'],
      ['a text', '{"verifiableCredential":"x"}', 'malformed'],
    ])('%s', async (_, body, title) => {
      const answer = await post(url, body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ verified: false, problemDetails: [{ title }] });
      const issuing = await post(`/issuers/${organisation}/credentials/issue`, body);
      expect(issuing).toMatchObject({ status: 400, body: { status: 400, problemDetails: expect.any(Array) } });
    });

    test('a body that is too large or no JSON by its media type', async () => {
      expect((await post(url, `{"verifiableCredential":"${'x'.repeat(LIMITS.documentBytes)}"}`)).status).toBe(413);
      const response = await service.request(url, {
        method: 'POST',
        key,
        body: '{}',
        headers: { 'content-type': 'text/plain' },
      });
      expect(response.status).toBe(415);
    });
  });

  test('a body that calls itself JSON-LD is read like any other', async () => {
    const response = await service.request(`/issuers/${organisation}/credentials/issue`, {
      method: 'POST',
      key,
      body: JSON.stringify({ credential: plain() }),
      headers: { 'content-type': 'application/ld+json' },
    });
    expect(response.status).toBe(201);
  });

  test('results and problem details can be left out, the verified credential asked for', async () => {
    const secured = (await issue(plain())).body.verifiableCredential;
    const ask = (options: JsonObject) =>
      post('/verifiers/protocol/credentials/verify', { verifiableCredential: secured, options });
    expect((await ask({ returnResults: false, returnProblemDetails: false })).body).toEqual({ verified: true });
    const { credential } = (await ask({ returnCredential: true, checks: [] })).body;
    expect(credential).toEqual(secured);
  });
});
