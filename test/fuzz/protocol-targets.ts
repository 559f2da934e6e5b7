/** The targets of the protocol verifier: what it verifies must say, by plain jsonld or as signed text, what was signed. */
import fc from 'fast-check';
import { type Json, type JsonObject, parseJson } from '../../src/vc/json.ts';
import { LIMITS } from '../../src/vc/limits.ts';
import type { Primitives } from '../../src/vc/primitives.ts';
import { wrapEnvelope } from '../../src/vc/proof/envelope.ts';
import type { Documents } from '../../src/vc/protocol/documents.ts';
import { FAULT_TYPES } from '../../src/vc/protocol/fault.ts';
import { fatalFaults, type Report } from '../../src/vc/protocol/report.ts';
import { type CredentialResult, verifyCredential } from '../../src/vc/protocol/verify-credential.ts';
import { verifyPresentation } from '../../src/vc/protocol/verify-presentation.ts';
import { NOW_MS } from '../vc/proof/issuer.ts';
import { jsonLdEdits } from './json-ld-mutators.ts';
import { jsonMutations } from './json-mutators.ts';
import { jwsMutations } from './jws-mutators.ts';
import { bytesOf, type Input, type Mutation, textOf } from './mutators.ts';
import { readText, securedForm, securedForms } from './protocol-forms.ts';
import { makeProtocolGenuine, type ProtocolGenuine, type Secured } from './protocol-genuine.ts';
import type { Answer, Target } from './targets.ts';

export async function makeProtocolTargets(primitives: Primitives): Promise<readonly Target[]> {
  const genuine = await makeProtocolGenuine();
  const verifier = { documents: genuine.documents, nowMs: NOW_MS, primitives };
  const { challenge, domain, embedded, enveloped, presentations } = genuine;
  return [
    await securedTarget({
      name: 'protocol credential',
      share: 70,
      starts: embedded,
      mutations: jsonMutations(valuesOf(embedded), jsonLdEdits),
      judge: (value) => judgedCredential(verifyCredential(value, verifier)),
      documents: genuine.documents,
    }),
    await securedTarget({
      name: 'protocol envelope',
      share: 25,
      starts: enveloped,
      mutations: envelopeMutations(enveloped),
      judge: (value) => judgedCredential(verifyCredential(value, verifier)),
      documents: genuine.documents,
    }),
    await securedTarget({
      name: 'protocol presentation',
      share: 15,
      starts: presentations,
      mutations: jsonMutations(valuesOf(presentations), jsonLdEdits),
      judge: async (value) => {
        const result = await verifyPresentation(value, { ...verifier, challenge, domain });
        return judgedReports(
          result.verified,
          [result.reports, ...result.credentials.map(({ reports }) => reports)].flat(),
        );
      },
      documents: genuine.documents,
    }),
    await listTarget(genuine, primitives),
  ];
}

/** The credential is always the same; mutated is the status list that the caller brings for it. */
const listTarget = ({ lists, listed, withList, documents }: ProtocolGenuine, primitives: Primitives) =>
  securedTarget({
    name: 'protocol status list',
    share: 20,
    starts: lists,
    mutations: jsonMutations(valuesOf(lists), jsonLdEdits),
    judge: (value) =>
      judgedCredential(verifyCredential(listed, { documents: withList(value), nowMs: NOW_MS, primitives })),
    documents,
  });

const valuesOf = (starts: readonly Secured[]) => starts.map(({ name, value }) => ({ name, value }));

type Parts = Pick<Target, 'name' | 'share' | 'mutations'> & {
  readonly starts: readonly Secured[];
  /** As the strict parser gives it. */
  readonly judge: (value: Json) => Promise<Answer>;
  readonly documents: Documents;
};

async function securedTarget({ starts, judge, documents, ...target }: Parts): Promise<Target> {
  const forms: string[] = [];
  for (const { value, answer } of starts)
    if (answer === 'accepted') forms.push(...(await securedForms(value, documents)));
  return {
    ...target,
    seeds: starts.map(({ name, value, answer }) => ({ name, input: JSON.stringify(value), answer })),
    accept: async (input) => {
      const limits = { maxBytes: LIMITS.documentBytes, maxDepth: LIMITS.documentDepth };
      const parsed = parseJson(bytesOf(input), limits);
      return parsed.ok ? judge(parsed.value) : { refused: `not read: ${parsed.fault.reason}` };
    },
    canonical: (input) => securedForm(readText(textOf(input)), documents),
    genuine: new Set(forms),
  };
}

const judgedCredential = async (result: Promise<CredentialResult>): Promise<Answer> => {
  const { verified, reports } = await result;
  return judgedReports(verified, reports);
};

/** Throws where the answer is none: not verified and no reason, or verified in spite of one. */
function judgedReports(verified: boolean, reports: readonly Report[]): Answer {
  const [first, ...more] = fatalFaults(reports);
  if (verified !== (first === undefined))
    throw new Error(verified ? 'verified with a fault' : 'refused without a fault');
  if (!first) return 'accepted';
  const nameless = [first, ...more].find(
    ({ reason, detail, at = '' }) => !Object.hasOwn(FAULT_TYPES, reason) || detail === '' || !/^(?:\/|$)/.test(at),
  );
  if (nameless) throw new Error(`a fault that says nothing: ${JSON.stringify(nameless)}`);
  return { refused: first.reason };
}

/** Of the object around the token, and of the token. */
function envelopeMutations(starts: ProtocolGenuine['enveloped']): fc.Arbitrary<Mutation> {
  const tokens = jwsMutations(starts.map(({ name, token }) => ({ name, value: token })));
  const wrapped = fc
    .tuple(tokens, fc.constantFrom('application/vc+jwt', 'application/jwt', 'application/vp+jwt'))
    .map(([mutation, mediaType]) => ({ ...mutation, input: inEnvelope(mutation.input, mediaType) }));
  return fc.oneof({ weight: 3, arbitrary: wrapped }, { weight: 1, arbitrary: jsonMutations(valuesOf(starts)) });
}

function inEnvelope(token: Input, mediaType: string): string {
  const envelope: JsonObject = wrapEnvelope('vc', textOf(token) ?? '\ufffd');
  return JSON.stringify({ ...envelope, id: String(envelope.id).replace('application/vc+jwt', mediaType) });
}
