/** Credentials of any shape, by the full JSON-LD path: our signing, verifying and whole cycle of issuing against @digitalbazaar/vc. */
import type { CredentialIssuer } from '../../src/issuer/credential-issuer.ts';
import { secureCredential } from '../../src/issuer/secure-credential.ts';
import { nodePrimitives } from '../../src/node-primitives.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { addProof } from '../../src/vc/proof/issue-proof.ts';
import { noDocuments } from '../../src/vc/protocol/documents.ts';
import { verifyCredential } from '../../src/vc/protocol/verify-credential.ts';
import { libraryIssuer } from '../support/library-issuer.ts';
import { openOffice } from '../support/office.ts';
import { alumni, openBadge, type Values, valuesOf } from '../support/shapes.ts';
import { NOW_MS } from '../vc/proof/issuer.ts';
import { type Contestant, type Rates, ratioOf, takeTurns } from './measure.ts';
import type { BenchOptions, Row } from './row.ts';

type Shape = (issuer: string, values: Values) => JsonObject;
const SHAPES: readonly Shape[] = [alumni, openBadge];

/** Each ratio is that of the shape that does worst. */
export async function fullPathRows({ progress }: BenchOptions): Promise<readonly Row[]> {
  const rates: Rates[] = [];
  for (const shape of SHAPES) {
    progress(`  full path: ${shape.name} …`);
    rates.push(await measured(shape));
  }
  const least = (name: string, other: string): number => Math.min(...rates.map((each) => ratioOf(each, name, other)));
  return [
    {
      key: 'full_path_vs_library',
      what: 'sign a credential of any shape (VC 2.0, Open Badges 3.0), against `issue` of @digitalbazaar/vc: the same bytes',
      value: least('sign', 'library'),
      goal: { atLeast: 2 },
    },
    {
      key: 'full_path_verify_vs_library',
      what: 'verify it by the specifications, against `verifyCredential` of @digitalbazaar/vc',
      value: least('verify', 'libraryVerify'),
    },
    {
      key: 'full_path_cycle_vs_library',
      what: 'the whole cycle of the VC-API: check, sign, verify what was signed; against `issue` alone',
      value: least('cycle', 'library'),
    },
  ];
}

async function measured(shape: Shape): Promise<Rates> {
  const library = await libraryIssuer('xingzheng bench');
  const { did, request, libraryIssues, libraryVerifies } = library;
  const office = await openOffice();
  try {
    const deps = { ...office.deps, clock: { now: () => NOW_MS / 1000 } };
    const issuer = issuerOf(library);
    let n = 0;
    const next = (): JsonObject => shape(did, valuesOf(n++));
    const issued: JsonObject[] = [];
    for (let i = 0; i < 500; i++) issued.push(await sameBytes(next(), library));
    const old = (): JsonObject => structuredClone(issued[n++ % issued.length] ?? {});
    const context = { documents: noDocuments, nowMs: NOW_MS, primitives: nodePrimitives };
    return await takeTurns([
      contestant('library', next, libraryIssues),
      contestant('sign', next, (credential) => succeeded(addProof(request(credential)))),
      contestant('cycle', next, (credential) =>
        succeeded(secureCredential(deps, issuer, { request: { credential }, documents: noDocuments })),
      ),
      contestant('libraryVerify', old, async (credential) => mustBe(await libraryVerifies(credential))),
      contestant('verify', old, async (credential) => mustBe((await verifyCredential(credential, context)).verified)),
    ]);
  } finally {
    office.close();
  }
}

const contestant = (name: string, make: () => JsonObject, work: (one: JsonObject) => Promise<unknown>): Contestant => ({
  name,
  async run(times) {
    for (let i = 0; i < times; i++) await work(make());
  },
});

type Library = Awaited<ReturnType<typeof libraryIssuer>>;

async function sameBytes(credential: JsonObject, { request, libraryIssues }: Library): Promise<JsonObject> {
  const ours = await succeeded(addProof(request(credential)));
  if (JSON.stringify(ours) !== JSON.stringify(await libraryIssues(credential)))
    throw new Error('the library signs something else');
  return ours;
}

function issuerOf({ did, request }: Library): CredentialIssuer {
  const { verificationMethod, keyType, signer } = request({});
  return {
    name: 'bench',
    did,
    securing: { form: 'data-integrity', cryptosuite: 'eddsa-rdfc-2022' },
    key: { id: verificationMethod, type: keyType, signer },
    foreignStatus: 'refuse',
  };
}

async function succeeded(outcome: ReturnType<typeof addProof>): Promise<JsonObject> {
  const found = await outcome;
  if (found.ok) return found.value;
  throw new Error(found.faults[0]?.detail);
}

function mustBe(verified: boolean): void {
  if (!verified) throw new Error('it does not verify');
}
