/** The interoperability server as a stranger's suite uses it: profiles, issuing, deriving, verifying, status, presentations, supplied documents. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/vc/json.ts';
import { wrapEnvelope } from '../../src/vc/proof/envelope.ts';
import { signEnvelope } from '../../src/vc/proof/jose.ts';
import { program, runNode } from '../support/child-command.ts';
import { freePort } from '../support/service.ts';
import { type PresentOptions, present } from '../support/wallet.ts';
import { makeKey, proofOptions, without } from '../vc/proof/issuer.ts';

type Profile = { name: string; issuer: string; issue: string; derive?: string };
type Answer = { status: number; body: JsonObject & { verifiableCredential: JsonObject; problemDetails: JsonObject[] } };

const V1 = 'https://www.w3.org/2018/credentials/v1';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const EXAMPLES = 'https://www.w3.org/ns/credentials/examples/v2';
const SUPPLIED = 'https://supplied.example/context';
const SCHEMA = 'https://supplied.example/schema.json';

let server: ChildProcess;
let folder: string;
let base: string;
let httpsPort: number;
let profiles: Profile[];
let protocol: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xingzheng-interop-test-'));
  const documents = join(folder, 'documents.json');
  writeFileSync(
    documents,
    JSON.stringify({
      [SUPPLIED]: { '@context': { remark: 'https://supplied.example/#remark' } },
      [SCHEMA]: {
        $id: SCHEMA,
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        properties: { credentialSubject: { required: ['degree'] } },
      },
    }),
  );
  const httpPort = await freePort();
  httpsPort = await freePort();
  server = spawn(process.execPath, [program('cli/interop')], {
    env: {
      ...process.env,
      INTEROP_HTTP_PORT: String(httpPort),
      INTEROP_HTTPS_PORT: String(httpsPort),
      INTEROP_DOCUMENTS: documents,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  base = await new Promise<string>((resolve, reject) => {
    let out = '';
    server.stdout?.on('data', (chunk) => {
      out += chunk;
      const ready = /^ready (\S+)$/m.exec(out)?.[1];
      if (ready) resolve(ready);
    });
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const listed = await (await fetch(`${base}/interop/profiles`)).json();
  profiles = listed.profiles;
  protocol = listed.verifiers.protocol;
});
afterAll(async () => {
  const exited = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await exited;
  rmSync(folder, { recursive: true, force: true });
});

async function post(url: string, body: unknown): Promise<Answer> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

const verify = (verifiableCredential: unknown, options: JsonObject = {}) =>
  post(`${protocol}/credentials/verify`, { verifiableCredential, options });

const profile = (name: string): Profile => {
  const found = profiles.find((one) => one.name === name);
  if (!found) throw new Error(`no profile ${name}`);
  return found;
};

const unsecured = (issuer: string, over: JsonObject = {}): JsonObject => ({
  '@context': [V2, EXAMPLES],
  id: `urn:uuid:${crypto.randomUUID()}`,
  type: ['VerifiableCredential', 'ExampleCredential'],
  issuer,
  validFrom: '2024-01-01T00:00:00Z',
  credentialSubject: { id: 'did:example:subject', alumniOf: 'Example School' },
  ...over,
});

async function issued(name: string, over: JsonObject = {}, options: JsonObject = {}): Promise<JsonObject> {
  const { issuer, issue } = profile(name);
  const { status, body } = await post(issue, { credential: unsecured(issuer, over), options });
  expect({ status, problems: body.problemDetails }).toEqual({ status: 201 });
  return body.verifiableCredential;
}

/** The certificate signs itself: this is what a suite's "do not verify certificates" does. */
function getOverHttps(path: string): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    httpsRequest(`https://localhost:${httpsPort}${path}`, { rejectUnauthorized: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text)));
    })
      .once('error', reject)
      .end();
  });
}

test('lists its profiles, with absolute URLs of the scheme and port that were asked', async () => {
  expect(profiles.map(({ name }) => name)).toEqual([
    'eddsa',
    'eddsa-status',
    'ecdsa-p256',
    'ecdsa-p384',
    'sd-p256',
    'jwt',
  ]);
  for (const { issuer, issue } of profiles) {
    expect(issuer).toMatch(/^did:key:z/);
    expect(issue.startsWith(`${base}/`)).toBe(true);
  }
  expect(profiles.flatMap(({ name, derive }) => (derive ? [name] : []))).toEqual(['sd-p256']);
  const over = await getOverHttps('/interop/profiles');
  expect(JSON.stringify(over)).toContain(`https://localhost:${httpsPort}/verifiers/trust`);
  expect(JSON.stringify(over)).not.toContain('http://');
});

test.each(['eddsa', 'eddsa-status', 'ecdsa-p256', 'ecdsa-p384'])(
  '%s issues what verifies, and not once it is changed',
  async (name) => {
    const secured = await issued(name);
    expect(await verify(secured)).toMatchObject({ status: 200, body: { verified: true, problemDetails: [] } });
    const changed = await verify({ ...secured, validFrom: '2024-01-02T00:00:00Z' });
    expect(changed).toMatchObject({
      status: 400,
      body: { verified: false, problemDetails: [{ title: 'bad-signature' }] },
    });
  },
);

test.each(['eddsa', 'ecdsa-p256', 'ecdsa-p384'])(
  '%s: one signature for one document (vc-di-ecdsa §3)',
  async (name) => {
    const { issuer, issue } = profile(name);
    const credential = unsecured(issuer);
    const proof = async () => (await post(issue, { credential })).body.verifiableCredential.proof as JsonObject;
    let [first, second] = [await proof(), await proof()];
    while (first.created !== second.created) [first, second] = [second, await proof()]; // the date is signed too
    expect(second).toEqual(first);
  },
);

test('sd-p256: what is derived verifies and shows no more than was chosen', async () => {
  const { derive = '' } = profile('sd-p256');
  const validUntil = '2099-01-01T00:00:00Z'; // nobody asked for it, and a holder must not be able to hide it
  const baseCredential = await issued('sd-p256', { validUntil }, { mandatoryPointers: ['/issuer'] });
  expect((await verify(baseCredential)).status).toBe(400);
  const { status, body } = await post(derive, {
    verifiableCredential: baseCredential,
    options: { selectivePointers: ['/credentialSubject/alumniOf'] },
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    issuer: baseCredential.issuer,
    validUntil,
    credentialSubject: { alumniOf: 'Example School' },
  });
  expect(body).not.toHaveProperty('validFrom');
  expect(await verify(body)).toMatchObject({ status: 200 });
  expect((await verify({ ...body, issuer: profile('eddsa').issuer })).status).toBe(400);
});

test.each([
  ['2.0', { '@context': [V2] }, ['issuer']],
  ['1.1', { '@context': [V1, { name: 'https://schema.org/name' }] }, ['issuer', 'issuanceDate']],
])('sd-p256: nobody has to ask that credentials of %s keep what makes them credentials', async (_, model, required) => {
  const { issuer, issue, derive = '' } = profile('sd-p256');
  const credential = {
    ...model,
    type: ['VerifiableCredential'],
    issuer,
    ...(required.includes('issuanceDate') ? { issuanceDate: '2024-01-01T00:00:00Z' } : {}),
    credentialSubject: { id: 'did:example:subject', name: '李小明' },
  };
  const { verifiableCredential } = (await post(issue, { credential })).body;
  const { body } = await post(derive, {
    verifiableCredential,
    options: { selectivePointers: ['/credentialSubject/name'] },
  });
  expect(Object.keys(body).sort()).toEqual(['@context', 'credentialSubject', 'proof', 'type', ...required].sort());
  expect(await verify(body)).toMatchObject({ status: 200 });
});

describe('the problem types that Data Integrity and its cryptosuites name', () => {
  const types = ({ body }: Answer) => body.problemDetails.map(({ type }) => type);
  const PARSING = 'https://www.w3.org/TR/vc-data-model#PARSING_ERROR';
  const VERIFICATION = 'https://w3id.org/security#PROOF_VERIFICATION_ERROR';
  const GENERATION = 'https://w3id.org/security#PROOF_GENERATION_ERROR';

  const lacking = (name: string) => ({
    name: `no ${name}`,
    change: (proof: JsonObject): JsonObject => ({ proof: without(name, proof) }),
    type: VERIFICATION,
  });
  test.each([
    { name: 'no proof', change: (): JsonObject => ({}), type: PARSING },
    { name: 'a proof that is no object', change: (): JsonObject => ({ proof: null }), type: PARSING },
    ...['type', 'verificationMethod', 'proofPurpose', 'proofValue'].map(lacking),
  ])('$name', async ({ change, type }) => {
    const { proof, ...document } = await issued('eddsa');
    const answer = await verify({ ...document, ...change(proof as JsonObject) });
    expect(answer.status).toBe(400);
    expect(types(answer)).toContain(type);
  });

  test('a pointer to nothing, and no base proof to derive from', async () => {
    const { issuer, issue, derive = '' } = profile('sd-p256');
    const nowhere = ['/credentialSubject/nowhere'];
    const options = { mandatoryPointers: nowhere };
    expect(types(await post(issue, { credential: unsecured(issuer), options }))).toEqual([GENERATION]);
    const base = await issued('sd-p256');
    const deriving = (proof: JsonObject, selectivePointers: string[]) =>
      post(derive, { verifiableCredential: { ...base, proof }, options: { selectivePointers } });
    const proof = base.proof as JsonObject;
    expect(types(await deriving(proof, nowhere))).toEqual([GENERATION]);
    const headless = { ...proof, proofValue: `u${`${proof.proofValue}`.slice(4)}` };
    expect(types(await deriving(headless, ['/credentialSubject']))).toEqual([VERIFICATION]);
  });
});

test('jwt: an enveloped credential', async () => {
  const enveloped = await issued('jwt');
  expect(enveloped).toMatchObject({
    type: 'EnvelopedVerifiableCredential',
    id: expect.stringMatching(/^data:application\/vc\+jwt,/),
  });
  expect(await verify(enveloped)).toMatchObject({ status: 200, body: { verified: true } });
  const broken = { ...enveloped, id: `${enveloped.id}A` };
  expect((await verify(broken)).status).toBe(400);
});

test('credentials of data model 1.1, and Open Badges with their proof in an array', async () => {
  const { issuer, issue } = profile('eddsa');
  const old = {
    '@context': ['https://www.w3.org/2018/credentials/v1'],
    type: ['VerifiableCredential'],
    issuer,
    issuanceDate: '2024-01-01T00:00:00Z',
    credentialSubject: { id: 'did:example:subject' },
  };
  const degree = {
    ...old,
    '@context': [...old['@context'], 'https://www.w3.org/2018/credentials/examples/v1'],
    type: ['VerifiableCredential', 'UniversityDegreeCredential'],
    credentialSubject: {
      id: 'did:example:subject',
      degree: { degreeType: 'BachelorDegree', name: 'Bachelor of Science and Arts' },
    },
  };
  for (const credential of [old, degree]) {
    const { status, body } = await post(issue, { credential });
    expect({ status, problems: body.problemDetails }).toEqual({ status: 201 });
    expect(await verify(body.verifiableCredential)).toMatchObject({ status: 200 });
  }
  const badge = await issued('eddsa', {
    '@context': [V2, 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    credentialSubject: {
      type: ['AchievementSubject'],
      achievement: {
        id: 'urn:example:1',
        type: ['Achievement'],
        name: 'x',
        description: 'y',
        criteria: { narrative: 'z' },
      },
    },
  });
  expect(badge.proof).toHaveLength(1);
  expect(await verify(badge)).toMatchObject({ status: 200 });
});

test('an Open Badge with endorsements, which bring contexts of their own, and with a revocation list of 1EdTech', async () => {
  const contexts = [
    V2,
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
  ];
  const endorsement = {
    '@context': contexts,
    id: 'https://accrediter.example/endorsements/1',
    type: ['VerifiableCredential', 'EndorsementCredential'],
    issuer: { id: 'https://accrediter.example', type: ['Profile'], name: 'Accrediter' },
    validFrom: '2010-01-01T00:00:00Z',
    credentialSubject: {
      id: 'https://university.example',
      type: ['EndorsementSubject'],
      endorsementComment: 'In good standing',
    },
    proof: [{ ...proofOptions('eddsa-rdfc-2022', await makeKey('Ed25519')), proofValue: 'z1' }],
  };
  const achievement = {
    id: 'urn:example:1',
    type: ['Achievement'],
    name: 'x',
    description: 'y',
    criteria: { narrative: 'z' },
    endorsement: [endorsement],
  };
  const over = {
    '@context': contexts,
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    credentialSubject: { type: ['AchievementSubject'], achievement },
    endorsement: [endorsement],
  };
  const badge = await issued('eddsa', over);
  expect(await verify(badge)).toMatchObject({ status: 200, body: { verified: true } });
  const entry = { id: 'https://university.example/revocations', type: '1EdTechRevocationList' };
  expect(await issued('eddsa', { ...over, credentialStatus: entry })).toMatchObject({ credentialStatus: entry });
});

test('a related resource whose digest is the published one', async () => {
  const digestSRI = 'sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU';
  const secured = await issued('eddsa', { relatedResource: { id: V2, digestSRI } });
  expect(await verify(secured)).toMatchObject({ status: 200, body: { verified: true } });
});

test('a status entry whose type is called like a list is signed as it is', async () => {
  const context = { CredentialStatusList2017: 'https://vocabulary.example/#CredentialStatusList2017' };
  const credentialStatus = { id: 'https://university.example/status/24', type: 'CredentialStatusList2017' };
  expect(await issued('eddsa', { '@context': [V2, EXAMPLES, context], credentialStatus })).toMatchObject({
    credentialStatus,
  });
});

/** VC Data Model 2.0, example 9, as W3C signed it: a did:key without a fragment, and an issuer of another name. */
test('a signed example of the specification', async () => {
  const example = {
    '@context': [V2, EXAMPLES],
    id: 'http://university.example/credentials/3732',
    type: ['VerifiableCredential', 'ExampleDegreeCredential'],
    issuer: 'https://university.example/issuers/565049',
    validFrom: '2010-01-01T00:00:00Z',
    credentialSubject: {
      id: 'did:example:ebfeb1f712ebc6f1c276e12ec21',
      degree: { type: 'ExampleBachelorDegree', name: 'Bachelor of Science and Arts' },
    },
    proof: {
      type: 'DataIntegrityProof',
      created: '2025-04-27T17:58:34Z',
      verificationMethod: 'did:key:zDnaebSRtPnW6YCpxAhR5JPxJqt9UunCsBPhLEtUokUvp87nQ',
      cryptosuite: 'ecdsa-rdfc-2019',
      proofPurpose: 'assertionMethod',
      proofValue: 'z36CTYymphefPFDdFakYBe7EHHX7Upev5vtRhxG3ZtKiUPXFKknW9ZTds3wxDhTz1WFCGzFUUv6DC5vifg3VCCSFL',
    },
  };
  expect(await verify(example)).toMatchObject({ status: 200, body: { verified: true } });
  expect(await verify({ ...example, validFrom: '2010-01-01T00:00:01Z' })).toMatchObject({ status: 400 });
});

describe('claims of a token that no context defines', () => {
  const tokenOf = async (over: JsonObject): Promise<JsonObject> => {
    const { did, method, signer } = await makeKey('Ed25519');
    const credentialSubject = { id: 'did:example:subject', name: 'x' };
    const plain = { '@context': [V2], type: ['VerifiableCredential'], issuer: did, credentialSubject };
    return wrapEnvelope(
      'vc',
      await signEnvelope({ ...plain, ...over }, { kind: 'vc', kid: method, alg: 'EdDSA', signer }),
    );
  };

  test('are ignored', async () => {
    const token = await tokenOf({ auth_time: 1, azp: 'x', foo: { bar: [{ baz: 1 }] }, name: 'A credential' });
    expect(await verify(token)).toMatchObject({ status: 200, body: { verified: true } });
  });

  test.each<[string, JsonObject]>([
    ['below them', { credentialSubject: { id: 'did:example:subject', foo: 'bar' } }],
    ['a type', { type: ['VerifiableCredential', 'NoSuchCredential'], foo: 'bar' }],
    ['a date of data model 1.1', { expirationDate: '2020-01-01T00:00:00Z', foo: 'bar' }],
  ])('unknown terms are refused as ever: %s', async (_, over) => {
    expect(await verify(await tokenOf(over))).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'undefined-term' }] },
    });
  });
});

test('status: a list over https, a suspension that is set and lifted, a revocation that stays', async () => {
  const secured = await issued('eddsa-status');
  const entries = secured.credentialStatus as { statusPurpose: string; statusListCredential: string }[];
  expect(entries.map(({ statusPurpose }) => statusPurpose)).toEqual(['revocation', 'suspension']);
  for (const { statusListCredential } of entries) {
    expect(statusListCredential.startsWith(`https://localhost:${httpsPort}/`)).toBe(true);
    const list = await getOverHttps(new URL(statusListCredential).pathname);
    expect(list).toMatchObject({ id: statusListCredential, credentialSubject: { type: 'BitstringStatusList' } });
  }
  const set = (statusPurpose: string, status: boolean) =>
    post(`${base}/issuers/eddsa-status/credentials/status`, {
      credentialId: secured.id,
      credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose },
      status,
    });
  expect((await set('suspension', true)).status).toBe(200);
  expect(await verify(secured)).toMatchObject({ status: 400, body: { problemDetails: [{ title: 'suspended' }] } });
  expect((await set('suspension', false)).status).toBe(200);
  expect((await verify(secured)).status).toBe(200);
  expect((await set('revocation', true)).status).toBe(200);
  expect(await verify(secured)).toMatchObject({ status: 400, body: { problemDetails: [{ title: 'revoked' }] } });
  expect((await set('revocation', false)).status).toBe(409);
  const list = await post(`${base}/issuers/eddsa-status/status-lists`, { statusPurpose: 'revocation' });
  expect(list).toMatchObject({ status: 201, body: { verifiableCredential: { id: list.body.id } } });
});

describe('documents', () => {
  test('that were supplied are used, others are not fetched', async () => {
    const contexts = (last: string) => ({ '@context': [V2, EXAMPLES, last], remark: 'x' });
    expect((await verify(await issued('eddsa', contexts(SUPPLIED)))).status).toBe(200);
    const { issuer, issue } = profile('eddsa');
    const unknown = await post(issue, { credential: unsecured(issuer, contexts('https://nowhere.example/context')) });
    expect(unknown).toMatchObject({ status: 400, body: { problemDetails: [{ title: 'unknown-context' }] } });
  });
});

test('a schema that is here must be kept; whether one that is not here is, remains open', async () => {
  const schemaOf = (id: string) => ({ credentialSchema: { id, type: 'JsonSchema' } });
  const checks = async (over: JsonObject) => {
    const { status, body } = await verify(await issued('eddsa', over));
    const results = body.results as { check: string; result: string }[];
    return [status, body.verified, results.find(({ check }) => check === 'schema')?.result];
  };
  expect(await checks(schemaOf(SCHEMA))).toEqual([400, false, 'failed']);
  const degree = { id: 'did:example:subject', degree: 'x' };
  expect(await checks({ ...schemaOf(SCHEMA), credentialSubject: degree })).toEqual([200, true, 'passed']);
  expect(await checks(schemaOf('https://nowhere.example/schema.json'))).toEqual([200, true, 'reported']);
  const both = [schemaOf('https://nowhere.example/schema.json'), schemaOf(SCHEMA)].map((one) => one.credentialSchema);
  expect(await checks({ credentialSchema: both })).toEqual([400, false, 'failed']);
});

describe('presentations', () => {
  const presentation = async (options: PresentOptions) =>
    present([await issued('eddsa'), await issued('jwt')], options);
  const verifyVp = (verifiablePresentation: unknown, options: JsonObject = {}, kind = 'protocol') =>
    post(`${base}/verifiers/${kind}/presentations/verify`, { verifiablePresentation, options });

  test('with a challenge of the service: once', async () => {
    const { challenge } = (await post(`${protocol}/challenges`, {})).body as { challenge?: string };
    if (typeof challenge !== 'string') throw new Error('no challenge');
    const signed = await presentation({ challenge, domain: 'station.example' });
    const options = { challenge, domain: 'station.example' };
    expect(await verifyVp(signed, { ...options, returnPresentation: true })).toMatchObject({
      status: 200,
      body: { verified: true, verifiablePresentation: signed },
    });
    expect(await verifyVp(signed, options)).toMatchObject({
      status: 400,
      body: { problemDetails: [{ type: 'https://w3id.org/security#INVALID_CHALLENGE_ERROR' }] },
    });
  });

  test('another challenge, domain or holder, no signature, a forged credential inside', async () => {
    const own = { challenge: 'somebody else’s', domain: 'station.example' };
    const signed = await presentation(own);
    expect((await verifyVp(signed, own)).status).toBe(200);
    expect(await verifyVp(signed, { ...own, challenge: 'other' })).toMatchObject({
      body: { problemDetails: [{ title: 'challenge-mismatch' }] },
    });
    expect(await verifyVp(signed, { ...own, domain: 'other' })).toMatchObject({
      body: { problemDetails: [{ title: 'domain-mismatch' }] },
    });
    const somebody = await presentation({ ...own, over: { holder: profile('eddsa').issuer } });
    expect(await verifyVp(somebody, own)).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'issuer-mismatch' }] },
    });
    const { proof: _, ...unsigned } = signed;
    expect(await verifyVp(unsigned)).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'proof-missing' }] },
    });
    const genuine = await issued('eddsa');
    const forged = await present([{ ...genuine, validFrom: '2020-01-01T00:00:00Z' }], own);
    expect(await verifyVp(forged)).toMatchObject({
      status: 400,
      body: { problemDetails: [{ title: 'bad-signature' }] },
    });
    expect((await verifyVp(await present([genuine], own), {}, 'trust')).status).toBe(400);
  });
});

test('refuses a Host that is not this machine', async () => {
  const status = await new Promise((resolve) => {
    const { port } = new URL(base);
    httpRequest(
      { port, host: '127.0.0.1', path: '/interop/profiles', headers: { host: 'rebound.example' } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    ).end();
  });
  expect(status).toBe(403);
});

test('a port in use is a clear error', async () => {
  const env = { INTEROP_HTTP_PORT: new URL(base).port, INTEROP_HTTPS_PORT: String(await freePort()) };
  const { code, stderr } = await runNode([program('cli/interop')], env);
  expect({ code, stack: /^\s+at /m.test(stderr) }).toEqual({ code: 1, stack: false });
  expect(stderr).toContain(`Port ${env.INTEROP_HTTP_PORT} is in use`);
});
