/** An issuing office on a database of its own: it takes records, issues, publishes under its own development root. Everything in it is the code that ships. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { type CorrectionOutcome, correctRecords } from '../../src/issuer/correct.ts';
import { establishDevelopment, makeDevelopmentRoot } from '../../src/issuer/development.ts';
import { createIssuer, draftTrustList, installTrust, issuerAt, type KeyChange } from '../../src/issuer/establish.ts';
import { type RecordOutcome, recordEvents } from '../../src/issuer/record-event.ts';
import { nodeDeps, trustRootPath } from '../../src/node-platform.ts';
import type { Arg, Rows, Statement } from '../../src/store/client.ts';
import { type CredentialRow, findCredential } from '../../src/store/credentials.ts';
import { migrate } from '../../src/store/migrate.ts';
import type { Organisation } from '../../src/store/organisations.ts';
import { credentialForms, signedTexts } from '../../src/vc/credential.ts';
import { type Bytes, hex } from '../../src/vc/encoding.ts';
import { hashData } from '../../src/vc/proof/data-integrity.ts';
import { openSealedKey } from '../../src/vc/proof/sealed-key.ts';
import { emitPayload, toDigits } from '../../src/vc/qr/payload.ts';
import { fillCredential } from '../../src/vc/template/fill.ts';
import { signGeneral } from '../../src/vc/trust/signed-document.ts';
import type { Verdict } from '../../src/vc/verify/verdict.ts';
import { verify } from '../../src/vc/verify/verify.ts';
import type { SentRecord } from './records.ts';

export type LogEntry = Parameters<Deps['log']>[0];

export type Office = {
  readonly deps: Deps;
  readonly organisation: Organisation;
  readonly dataDir: string;
  /** What another program needs to work for the same office. */
  readonly env: Readonly<Record<string, string>>;
  readonly logs: readonly LogEntry[];
  record(records: readonly SentRecord[], source?: string): Promise<RecordOutcome>;
  /** A further organisation with keys and lists of its own, published. */
  addOrganisation(id: string, name: string): Promise<Organisation>;
  /** The root signs the trust list as the database would have it now, and it is installed. Returns the bundle's number. */
  renewTrust(changes?: ReadonlyMap<number, KeyChange>, by?: Deps): Promise<number>;
  sql(statement: string, ...args: Arg[]): Promise<Rows>;
  /** Every credential of the office, whatever its state, in the order of reservation. */
  credentials(): Promise<CredentialRow[]>;
  /** The packed bytes that the reserved slots and the key lead to: what an undisturbed signer would have made. */
  signedAnew(row: CredentialRow): Promise<string>;
  /** The credential as a verifier would be shown it. */
  code(row: CredentialRow): string;
  json(row: CredentialRow): Promise<string>;
  /** Judged with the newest published trust, now. */
  verdict(row: CredentialRow): Promise<Verdict>;
  close(): void;
};

export const ORGANISATION = { id: 'shangcheng', name: '杭州市上城区教育局' };

export async function openOffice({ env: settings = {} }: { env?: Record<string, string> } = {}): Promise<Office> {
  const dataDir = mkdtempSync(join(tmpdir(), 'xingzheng-office-'));
  const env = { NODE_ENV: 'development', DATA_DIR: dataDir, PUBLIC_URL: 'http://localhost:8787', ...settings };
  const first = await nodeDeps({ env });
  await migrate(first.db);
  const root = await makeDevelopmentRoot(first);
  writeFileSync(trustRootPath(first.config), JSON.stringify(root.document));
  first.db.close();

  const logs: LogEntry[] = [];
  const deps: Deps = { ...(await nodeDeps({ env })), log: (entry) => logs.push(entry) };
  const { publicUrl } = deps.config;
  const organisation = issuerAt(publicUrl, ORGANISATION);
  await establishDevelopment(deps, root, organisation);

  const renewTrust: Office['renewTrust'] = async (changes, by = deps) => {
    const signer = await openSealedKey(root.sealed, deps.sealingKey, deps.secretPrimitives);
    const trustList = await signGeneral('xz-trust+jws', await draftTrustList(by, changes), [{ kid: root.kid, signer }]);
    return installTrust(by, { root: root.document, trustList });
  };

  return {
    deps,
    organisation,
    dataDir,
    env,
    logs,
    renewTrust,
    record: (records, source) => recordEvents(deps, operator(organisation.id, source), asRows(records)),
    addOrganisation: async (id, name) => {
      const another = issuerAt(publicUrl, { id, name });
      await createIssuer(deps, another, { development: true });
      await renewTrust();
      return another;
    },
    sql: (statement, ...args) => deps.db.read(statement, args),
    credentials: () => allCredentials(deps),
    signedAnew: (row) => signedAnew(deps, row),
    code: (row) => toDigits(packedOf(row)),
    json: async (row) => {
      const { template, key } = await reservedUnder(deps, row);
      const proofValue = packedOf(row).slice(-66, -2);
      return JSON.stringify(fillCredential(template, signedTexts(template, key.issuer, { ...row.fields, proofValue })));
    },
    verdict: async (row) =>
      verify(
        { qr: toDigits(packedOf(row)) },
        { trust: await deps.trust(), now: deps.clock.now(), primitives: deps.primitives },
      ),
    close: () => {
      deps.db.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const asRows = (records: readonly SentRecord[]) => records.map((value) => ({ value }));

/** The same office as another program sees it: whatever was kept in memory about its keys and trust stays with the first. */
export async function anotherProgram(office: Office, changes: Partial<Deps> = {}): Promise<Deps> {
  return { ...(await nodeDeps({ env: office.env })), log: () => undefined, ...changes };
}

/** Statements as an operator with a database shell would write them. */
export async function writeSql(office: Office, ...statements: Statement[]): Promise<void> {
  await office.deps.db.write(statements);
}

/** Takes records back, as the office's operator does. */
export const reverseRecords = (office: Office, recordIds: readonly string[]): Promise<CorrectionOutcome> =>
  correctRecords(office.deps, operator(office.organisation.id), { recordIds, reason: 'recorded by mistake' });

async function allCredentials(deps: Deps): Promise<CredentialRow[]> {
  const rows = await deps.db.read('select uuid, organisation from credentials order by reserved_at, points, uuid');
  const found = await Promise.all(
    rows.map(({ uuid, organisation }) => findCredential(deps.db, String(uuid), { organisation: String(organisation) })),
  );
  return found.flatMap((row) => row ?? []);
}

function packedOf({ fields, packed }: CredentialRow): Bytes {
  if (packed) return packed;
  throw new Error(`credential ${fields.uuid} is not issued`);
}

async function reservedUnder(deps: Deps, { fields }: CredentialRow) {
  const trust = await deps.trust();
  const [template, key] = [deps.templates.get(fields.template), trust?.keysByNumber.get(fields.key)];
  if (!template || !key) throw new Error(`credential ${fields.uuid} names a template or key that is not published`);
  return { template, key };
}

async function signedAnew(deps: Deps, row: CredentialRow): Promise<string> {
  const { template, key } = await reservedUnder(deps, row);
  const data = await hashData(credentialForms(template, key.issuer, row.fields), deps.primitives);
  const proofValue = await (await deps.signer(row.fields.key)).sign(data);
  return hex(emitPayload({ ...row.fields, proofValue }).bytes);
}
