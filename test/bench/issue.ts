/** Issuing one credential: from reserved fields to signed JSON and the digits of its code, against a bare signature and against others. */
import { randomBytes, sign } from 'node:crypto';
import { type CredentialFields, credentialText } from '../../src/vc/credential.ts';
import type { Bytes } from '../../src/vc/encoding.ts';
import { proofIn, toDigits } from '../../src/vc/qr/payload.ts';
import { signCredential } from '../../src/vc/sign-credential.ts';
import { fullPathRows } from './full-path.ts';
import { issueByLibrary, type LibraryIssues, libraryIssuer } from './libraries.ts';
import { rateOf, ratioOf, takeTurns } from './measure.ts';
import type { Group } from './row.ts';
import { makeStage, type Stage } from './stage.ts';
import { workerIssueRows } from './worker-issue.ts';

export const run: Group = async (options) => {
  const stage = await makeStage();
  const ours = { name: 'ours', run: (times: number) => issueOurs(stage, times) };
  const library = await libraryIssuer('digitalbazaar', stage);
  await sameProof(stage, library);
  const rates = await takeTurns([
    ours,
    { name: 'bare', run: (times) => signBare(stage, times) },
    { name: 'library', run: (times) => issueByLibrary(library, stage, times) },
  ]);
  // The peers load only now: didkit's WebAssembly is compiled beside whatever runs.
  const { issuePeerRows } = await import('./issue-peers.ts');
  return [
    {
      key: 'issue_per_s',
      what: 'issue a credential, to signed JSON and QR digits, per core-second',
      value: rateOf(rates, 'ours'),
    },
    {
      key: 'issue_vs_bare',
      what: 'issue, against a bare Ed25519 signature',
      value: ratioOf(rates, 'ours', 'bare'),
      goal: { atLeast: 0.6 },
    },
    {
      key: 'issue_vs_library',
      what: 'issue, against `issue` of @digitalbazaar/vc',
      value: ratioOf(rates, 'ours', 'library'),
      goal: { atLeast: 40 },
    },
    ...(await fullPathRows(options)),
    ...(await issuePeerRows(stage, { ours, sameProof })),
    ...(await workerIssueRows(options)),
  ];
};

let n = 0;

async function issueOurs(stage: Stage, times: number): Promise<number> {
  const { template, issuer } = stage.signing;
  let length = 0;
  for (let i = 0; i < times; i++) {
    const one = stage.fields(n++);
    const packed = await signed(stage, one);
    const text = credentialText(template, issuer, { ...one, proofValue: proofIn(packed) });
    length += text.length + text.charCodeAt(text.length - 1) + toDigits(packed).length; // a look at the end makes the text whole
  }
  return length;
}

async function signed({ signing }: Stage, fields: CredentialFields): Promise<Bytes> {
  const made = await signCredential(fields, signing);
  if ('refusal' in made) throw new Error(made.refusal);
  return made.packed;
}

function signBare({ privateKey }: Stage, times: number): void {
  const data = randomBytes(64);
  for (let i = 0; i < times; i++) {
    data.writeUInt32LE(n++ >>> 0);
    sign(null, data, privateKey);
  }
}

/** The library does the same work: its signature is the same bytes. */
async function sameProof(stage: Stage, issues: LibraryIssues): Promise<void> {
  const one = stage.fields(1);
  const proofValue = proofIn(await signed(stage, one));
  const ours = JSON.parse(credentialText(stage.signing.template, stage.signing.issuer, { ...one, proofValue }));
  const theirs = (await issues(stage.unsigned(one))) as { proof: { proofValue: string } };
  if (ours.proof[0].proofValue !== theirs.proof.proofValue) throw new Error('the library signs something else');
}
