/** Issuing beside other packages of npm, for information. Some find their claims ready-made, while ours makes its own from fields. */
import { CompactSign, importJWK, type JWK } from 'jose';
import { utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { signEnvelope } from '../../src/vc/proof/jose.ts';
import { makeDidkit } from './didkit.ts';
import { issueByLibrary, type LibraryIssues, libraryIssuer } from './libraries.ts';
import { type Contestant, ratioOf, takeTurns } from './measure.ts';
import type { Row } from './row.ts';
import type { Stage } from './stage.ts';

const CREDENTIALS = 500;

type Ours = {
  readonly ours: Contestant;
  /** Throws unless the library signs what ours signs. */
  sameProof(stage: Stage, issues: LibraryIssues): Promise<void>;
};

export async function issuePeerRows(stage: Stage, { ours, sameProof }: Ours): Promise<readonly Row[]> {
  const digitalcredentials = await libraryIssuer('digitalcredentials', stage);
  await sameProof(stage, digitalcredentials);
  const rates = await takeTurns([
    ours,
    { name: 'jose', run: await joseContestant(stage) },
    { name: 'digitalcredentials', run: (times) => issueByLibrary(digitalcredentials, stage, times) },
    { name: 'didkit', run: await didkitContestant(stage) },
  ]);
  return [
    {
      key: 'issue_vs_jose',
      what: 'issue, against `CompactSign` of jose over the same claims as a `vc+jwt`',
      value: ratioOf(rates, 'ours', 'jose'),
    },
    {
      key: 'issue_vs_digitalcredentials',
      what: 'issue, against `issue` of @digitalcredentials/vc: the same bytes',
      value: ratioOf(rates, 'ours', 'digitalcredentials'),
    },
    {
      key: 'issue_vs_didkit',
      what: 'issue, against `issueCredential` of @spruceid/didkit-wasm-node over the same claims as VC 1.1',
      value: ratioOf(rates, 'ours', 'didkit'),
    },
  ];
}

const claimsOf = (stage: Stage): JsonObject[] =>
  Array.from({ length: CREDENTIALS }, (_, at) => stage.unsigned(stage.fields(at)));

/** The claims as a `vc+jwt`, which is the token that our own signing makes. */
async function joseContestant(stage: Stage): Promise<Contestant['run']> {
  const { signing, privateKey } = stage;
  const kid = signing.issuer.verificationMethod;
  const key = await importJWK(privateKey.export({ format: 'jwk' }) as JWK, 'EdDSA');
  const token = (claims: JsonObject | undefined) =>
    new CompactSign(utf8(JSON.stringify(claims))).setProtectedHeader({ alg: 'EdDSA', kid, typ: 'vc+jwt' }).sign(key);
  const all = claimsOf(stage);
  const ours = await signEnvelope(all[0] ?? {}, { kind: 'vc', kid, alg: 'EdDSA', signer: signing.signer });
  if ((await token(all[0])) !== ours) throw new Error('jose signs something else');
  return async (times) => {
    for (let i = 0; i < times; i++) await token(all[i % all.length]);
  };
}

async function didkitContestant(stage: Stage): Promise<Contestant['run']> {
  const didkit = await makeDidkit(stage);
  const all = claimsOf(stage).map(didkit.unsigned);
  await didkit.verify(await didkit.issue(all[0] ?? ''));
  return async (times) => {
    for (let i = 0; i < times; i++) await didkit.issue(all[i % all.length] ?? '');
  };
}
