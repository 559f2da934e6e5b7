/** The verb that signs: the numbered cycle from a reserved row to a recorded first signature, resumable after any step. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import {
  type CredentialRow,
  type PendingPage,
  pendingCredentials,
  recordSignatures,
  type Signed,
} from '../store/credentials.ts';
import { type SignedFields, signedTexts, slotTexts, tagOf } from '../vc/credential.ts';
import { hashData } from '../vc/proof/data-integrity.ts';
import { codePrefix, emitPayload } from '../vc/qr/payload.ts';
import { fitsSymbol, MAX_VERSION } from '../vc/qr/symbol.ts';
import { fillCredential } from '../vc/template/fill.ts';
import { matchTemplate } from '../vc/template/match.ts';
import type { Trust } from '../vc/trust/bundle.ts';
import type { TrustedKey } from '../vc/trust/trust-list.ts';
import { verify } from '../vc/verify/verify.ts';

const ROWS_AT_ONCE = 200;

/**
 * Step 1, the reservation, is award's. Returns the uuids that are issued now. A row that cannot be issued stays
 * pending and is logged; the others go on. Few rows are checked one by one, many by sample until one of it fails.
 */
export async function issueCredentials(deps: Deps, rows: readonly CredentialRow[]): Promise<Set<string>> {
  const trust = await deps.trust();
  const issued = new Set<string>();
  if (!trust) return issued;
  const { selfCheckEvery } = deps.config;
  let checkEach = rows.length <= selfCheckEvery;
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const sample: CredentialRow[] = [];
    const rest: CredentialRow[] = [];
    for (const [offset, row] of rows.slice(from, from + ROWS_AT_ONCE).entries()) {
      const index = from + offset;
      (index % selfCheckEvery === 0 || index === rows.length - 1 ? sample : rest).push(row);
    }
    const signed = await signAll(deps, sample, { trust, selfCheck: true });
    checkEach ||= signed.length < sample.length;
    signed.push(...(await signAll(deps, rest, { trust, selfCheck: checkEach })));
    // 6. Record the first signature; a later, different one is discarded by the guard in the statement.
    if (signed.length > 0) await recordSignatures(deps.db, signed, deps.clock.now());
    for (const { uuid } of signed) issued.add(uuid);
  }
  return issued;
}

/**
 * Rows that an earlier process reserved and did not finish: the same slots, so the same bytes. Goes once through all of
 * them, `pageSize` at a time, so that rows which are refused hide nothing. Returns how many are issued now.
 */
export async function issuePending(deps: Deps, pageSize: number): Promise<number> {
  let issued = 0;
  let after: PendingPage['next'];
  do {
    const page = await pendingCredentials(deps.db, { after, limit: pageSize });
    issued += (await issueCredentials(deps, page.rows)).size;
    after = page.next;
  } while (after);
  return issued;
}

type SignContext = { trust: Trust; selfCheck: boolean };

async function signAll(deps: Deps, rows: readonly CredentialRow[], context: SignContext): Promise<Signed[]> {
  const signed: Signed[] = [];
  for (const row of rows) {
    const one = await sign(deps, row, context);
    if (one) signed.push(one);
  }
  return signed;
}

async function sign(deps: Deps, row: CredentialRow, { trust, selfCheck }: SignContext): Promise<Signed | undefined> {
  const { fields } = row;
  try {
    // 2. Build
    const template = trust.templates.get(fields.template);
    const key = trust.keysByNumber.get(fields.key);
    if (!template || !key) throw selfCheckFailed('the template or the key is not in the published trust');
    if (key.state === 'compromised') throw selfCheckFailed('the reserved key is compromised');
    const data = await hashData(template, slotTexts(template, key.issuer, fields), deps.primitives);
    // 3. Check shape and QR budget, before the key is touched
    checkShape(deps, fields, { template, key });
    // 4. Sign
    const proofValue = await (await deps.signer(fields.key)).sign(data);
    const signed: SignedFields = { ...fields, proofValue };
    // 5. Unpack and compare (emitPayload does), and let the published trust judge
    const { bytes, digits } = emitPayload(signed);
    if (selfCheck) {
      const verdict = await verify({ qr: digits }, { trust, now: deps.clock.now(), primitives: deps.primitives });
      const wrong = verdict.checks.find(({ result }) => result === 'failed' || result === 'skipped');
      if (wrong || verdict.outcome === 'unknown') throw selfCheckFailed(JSON.stringify(verdict.checks));
    }
    return { uuid: fields.uuid, packed: bytes, tag: tagOf(await deps.primitives.sha256(data)) };
  } catch (error) {
    deps.log({ event: 'issue-refused', uuid: fields.uuid, reason: error instanceof Error ? error.message : 'unknown' });
    return undefined;
  }
}

/** The JSON that will be shown must be exactly the template's, and the code must fit the largest symbol that scans well. */
function checkShape(
  deps: Deps,
  fields: CredentialRow['fields'],
  { template, key }: { template: Parameters<typeof matchTemplate>[0]; key: TrustedKey },
): void {
  const trial: SignedFields = { ...fields, proofValue: new Uint8Array(64).fill(0xff) };
  if (!matchTemplate(template, fillCredential(template, signedTexts(template, key.issuer, trial)))) {
    throw selfCheckFailed('the slots do not fit the template');
  }
  const prefix = codePrefix(deps.config.publicUrl);
  if (!fitsSymbol(prefix, fields)) {
    throw selfCheckFailed(`the code is larger than version ${MAX_VERSION}-M with the prefix ${prefix}`);
  }
}

const selfCheckFailed = (reason: string) =>
  new AppError('self-check-failed', {
    zh: `签发自检未通过:${reason}`,
    en: `The self-check before recording failed: ${reason}`,
  });
