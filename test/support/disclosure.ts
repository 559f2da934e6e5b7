/** Derived proofs of ecdsa-sd-2023 (vc-di-ecdsa §3.5.8), made by hand and always the same: the signing library rolls dice for its keys. */
import { encode as encodeCbor } from 'cborg';
import { type Bytes, base64url, concat, fromMultibase58, utf8 } from '../../src/vc/encoding.ts';
import type { JsonObject } from '../../src/vc/json.ts';
import { webPrimitives } from '../../src/vc/primitives.ts';
import { proofOptions, type TestKey } from '../vc/proof/issuer.ts';
import { plainGraph } from './plain-graph.ts';
import { namedKey } from './signing-key.ts';

const statementKey = await namedKey('P-256', 'xingzheng test statements');

/** `document` as its holder shows it, with a proof by `key`; `isMandatory` tells the issuer's statements from the holder's choice. */
export async function disclose(
  document: JsonObject,
  key: TestKey,
  isMandatory: (statement: string) => boolean,
): Promise<JsonObject> {
  const options = proofOptions('ecdsa-sd-2023', key);
  const canonical = await plainGraph(document);
  const labels = await labelsOf(canonical);
  const statements = canonical
    .split('\n')
    .slice(0, -1)
    .map((line) => `${line.replace(/_:c14n(\d+)/g, (_, n) => `_:u${base64url(labels.get(Number(n)) ?? utf8(''))}`)}\n`)
    .sort();
  const mandatory = statements.filter(isMandatory);
  const keyBytes = fromMultibase58(statementKey.multibase, 72) ?? utf8('');
  const signed = concat(
    await webPrimitives.sha256(utf8(await plainGraph({ ...options, '@context': document['@context'] ?? null }))),
    keyBytes,
    await webPrimitives.sha256(utf8(mandatory.join(''))),
  );
  const signatures: Bytes[] = [];
  for (const statement of statements)
    if (!isMandatory(statement)) signatures.push(await statementKey.signer.sign(utf8(statement)));
  const parts = [
    await key.signer.sign(signed),
    keyBytes,
    signatures,
    labels,
    statements.flatMap((statement, index) => (isMandatory(statement) ? [index] : [])),
  ];
  const proofValue = `u${base64url(concat(Uint8Array.of(0xd9, 0x5d, 0x01), encodeCbor(parts)))}`;
  return { ...document, proof: { ...options, proofValue } };
}

/** Number of a canonical blank node → its name when it was signed. */
async function labelsOf(canonical: string): Promise<Map<number, Bytes>> {
  const numbers = [...canonical.matchAll(/_:c14n(\d+)/g)].map(([, number]) => Number(number));
  const labels = new Map<number, Bytes>();
  for (const number of [...new Set(numbers)].sort((a, b) => a - b))
    labels.set(number, await webPrimitives.sha256(utf8(`name of node ${number}`)));
  return labels;
}
