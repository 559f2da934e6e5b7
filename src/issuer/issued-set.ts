/** The verb that says what a key has signed, for a list that calls it compromised: every certificate of it in this database. */
import type { Deps } from '../deps.ts';
import { AppError } from '../errors.ts';
import { type CredentialRow, credentialsOfKey } from '../store/credentials.ts';
import { addIssuedSet } from '../store/issued-sets.ts';
import { credentialForms } from '../vc/credential.ts';
import { type Bytes, concat, fromBase64url, hex } from '../vc/encoding.ts';
import { hashData } from '../vc/proof/data-integrity.ts';
import { tagOf } from '../vc/trust/issued-set.ts';

/** Rows read at a time. */
const PAGE = 5_000;

/**
 * Makes the file and keeps it; returns what the key's entry says of it. The same certificates give the same file. Whoever
 * signs a list with it vouches for this database: a forger who could write into it is in the set.
 */
export async function makeIssuedSet(deps: Deps, keyNumber: number): Promise<{ sha256: string; count: number }> {
  const key = (await deps.trust())?.keysByNumber.get(keyNumber);
  if (key?.purpose !== 'milestone') throw notAMilestoneKey(keyNumber);
  const tags: Bytes[] = [];
  for (let after = -1; ; ) {
    const rows = await credentialsOfKey(deps.db, keyNumber, { after, limit: PAGE });
    for (const { row, keptTag } of rows) {
      const tag = keptTag === null ? await issuedTag(deps, row) : fromBase64url(keptTag);
      if (!tag) throw nameless(row.fields.uuid);
      tags.push(tag);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
    after = last.row.fields.statusIndex;
  }
  const file = concat(...tags);
  const sha256 = hex(await deps.primitives.sha256(file));
  await addIssuedSet(deps.db, { key: keyNumber, sha256, file }, { id: deps.random.uuid(), at: deps.clock.now() });
  return { sha256, count: tags.length };
}

/** What its key's issued set names it by; undefined where nothing is signed, or the key or template is not published any more. */
export async function issuedTag(deps: Deps, { fields, packed }: CredentialRow): Promise<Bytes | undefined> {
  const trust = await deps.trust();
  const [template, key] = [deps.templates.get(fields.template), trust?.keysByNumber.get(fields.key)];
  if (!packed || !template || !key) return undefined;
  const signed = await hashData(credentialForms(template, key.issuer, fields), deps.primitives);
  return tagOf(signed, deps.primitives);
}

const nameless = (uuid: string) =>
  new AppError('invalid-field', {
    zh: `证书 ${uuid} 的资料已删除,又没有留下签名的标记,签发清单会把它当成伪造,因此没有制作。`,
    en: `The data of certificate ${uuid} were erased and no mark of its signature was kept: the issued set would call it forged, so none was made.`,
  });

const notAMilestoneKey = (number: number) =>
  new AppError('invalid-field', {
    zh: `密钥 ${number} 不是已发布的证书签发密钥,没有签发清单。`,
    en: `Key ${number} is no published milestone key: there is no issued set of it.`,
  });
