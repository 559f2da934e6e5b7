/** The VC-API's verifiers (VCALM §3.3): `protocol` judges W3C validity, `trust` judges by the trust list and runs no JSON-LD. */
import { Hono } from 'hono';
import { createChallenge, useChallenge } from '../../issuer/challenges.ts';
import type { Json } from '../../vc/json.ts';
import { readEnvelope } from '../../vc/proof/envelope.ts';
import { fault } from '../../vc/protocol/fault.ts';
import { type ProblemDetail, problemDetail, type Report } from '../../vc/protocol/report.ts';
import type { CredentialResult } from '../../vc/protocol/verify-credential.ts';
import type { Presented } from '../../vc/verify/read.ts';
import type { Verdict } from '../../vc/verify/verdict.ts';
import { verify } from '../../vc/verify/verify.ts';
import type { AppEnv } from '../app-env.ts';
import { limitRate } from '../rate-limit.ts';
import { access, answer, badRequest, type Options, type VcContext, vcBody } from '../vc-api-body.ts';
import { verifyContext } from '../verify-context.ts';

/** Whoever asks for the credential or presentation gets it "in the form in which it was verified". */
export const vcVerifiers = new Hono<AppEnv>()
  .post('/verifiers/protocol/credentials/verify', limitRate, access('vc:verify'), async (c) => {
    const body = await vcBody(c, ['verifiableCredential']);
    if (!body.ok) return badRequest(c, body.problems);
    const { verifyCredential } = await import('../../vc/protocol/verify-credential.ts');
    const presented = body.value.verifiableCredential ?? null;
    const result = await verifyCredential(presented, protocolContext(c, body.options));
    const more = body.options.returnCredential && result.credential ? { credential: presented } : {};
    return answer(c, {
      problems: problemsOf(result.reports),
      results: result.reports.map(shownReport),
      options: body.options,
      more,
    });
  })
  .post('/verifiers/protocol/presentations/verify', limitRate, access('vc:verify'), async (c) => {
    const body = await vcBody(c, ['verifiablePresentation', 'presentation']);
    if (!body.ok) return badRequest(c, body.problems);
    const spent = await spentChallenge(c, 'protocol', body.options);
    const { verifyPresentation } = await import('../../vc/protocol/verify-presentation.ts');
    const presented = presentedIn(body.value);
    const { reports, credentials, presentation } = await verifyPresentation(
      presented,
      protocolContext(c, body.options),
    );
    return answer(c, {
      problems: [...spent, ...problemsOf(reports), ...credentials.flatMap((one) => problemsOf(one.reports))],
      results: [...reports.map(shownReport), ...credentials.map(shownCredential)],
      options: body.options,
      more: body.options.returnPresentation && presentation ? { verifiablePresentation: presented } : {},
    });
  })
  .post('/verifiers/trust/credentials/verify', limitRate, access('vc:verify'), async (c) => {
    const body = await vcBody(c, ['verifiableCredential']);
    if (!body.ok) return badRequest(c, body.problems);
    const verdict = await judge(c, body.value.verifiableCredential ?? null);
    const more = body.options.returnCredential && verdict.credential ? { credential: verdict.credential } : {};
    return answer(c, {
      problems: verdictProblems(verdict),
      results: verdict.checks,
      options: body.options,
      more: { outcome: verdict.outcome, asOf: verdict.asOf, ...more },
    });
  })
  .post('/verifiers/trust/presentations/verify', limitRate, access('vc:verify'), async (c) => {
    const body = await vcBody(c, ['verifiablePresentation', 'presentation']);
    if (!body.ok) return badRequest(c, body.problems);
    const spent = await spentChallenge(c, 'trust', body.options);
    const { openTrustedPresentation } = await import('../../vc/protocol/trusted-presentation.ts');
    const opened = await openTrustedPresentation(presentedIn(body.value), protocolContext(c, body.options));
    const verdicts: Verdict[] = [];
    for (const one of opened.credentials) verdicts.push(await judge(c, one));
    return answer(c, {
      problems: [...spent, ...problemsOf(opened.reports), ...verdicts.flatMap(verdictProblems)],
      results: [
        ...opened.reports.map(shownReport),
        ...verdicts.map(({ outcome, checks }) => ({ check: 'credential', outcome, results: checks })),
      ],
      options: body.options,
    });
  })
  .post('/verifiers/:kind{protocol|trust}/challenges', access('vc:verify'), async (c) =>
    c.json({ challenge: await createChallenge(c.get('deps'), c.req.param('kind')) }),
  );

function protocolContext(c: VcContext, { challenge, domain }: Options) {
  const deps = c.get('deps');
  return {
    documents: c.get('credentialIssuers').documents(deps),
    nowMs: deps.clock.now() * 1000,
    primitives: deps.primitives,
    ...(challenge === undefined ? {} : { challenge }),
    ...(domain === undefined ? {} : { domain }),
  };
}

/** A presentation sent as unsigned is read like any other, and fails for the proof that it lacks. */
const presentedIn = (body: Readonly<Record<string, Json>>): Json =>
  body.verifiablePresentation ?? body.presentation ?? null;

/** A challenge of ours counts once and for ten minutes, whatever becomes of the presentation; somebody else's is only compared. */
async function spentChallenge(c: VcContext, verifier: string, { challenge }: Options): Promise<ProblemDetail[]> {
  const use = challenge === undefined ? 'foreign' : await useChallenge(c.get('deps'), verifier, challenge);
  if (use !== 'spent') return [];
  const detail = 'this challenge was used before or has expired: ask for another';
  return [problemDetail(fault('challenge-mismatch', detail, '/options/challenge'))];
}

const problemsOf = (reports: readonly Report[]): ProblemDetail[] =>
  reports.flatMap(({ result, faults }) => (result === 'failed' ? faults.map(problemDetail) : []));

const shownReport = ({ check, result, faults, evidence }: Report) => ({
  check,
  result,
  ...(faults.length > 0 ? { problemDetails: faults.map(problemDetail) } : {}),
  ...evidence,
});

const shownCredential = ({ verified, reports }: CredentialResult) => ({
  check: 'credential',
  result: verified ? 'passed' : 'failed',
  results: reports.map(shownReport),
});

async function judge(c: VcContext, credential: Json): Promise<Verdict> {
  const enveloped = readEnvelope(credential);
  const presented: Presented = enveloped?.ok ? { jwt: enveloped.value.token } : { document: credential };
  return verify(presented, await verifyContext(c.get('deps')));
}

/** Only `valid` verifies: what could not be confirmed names its reasons, and there is always one. */
const verdictProblems = ({ outcome, problemDetails }: Verdict): readonly ProblemDetail[] =>
  outcome === 'valid' ? [] : problemDetails;
