/** Verifying beside other packages of npm, for information. */
import type { Issued } from '../support/authority.ts';
import { makeDidkit } from './didkit.ts';
import { libraryVerifier, verifiesAll } from './libraries.ts';
import { type Contestant, ratioOf, takeTurns } from './measure.ts';
import type { Row } from './row.ts';
import type { Stage } from './stage.ts';

type Ours = { readonly ours: Contestant; readonly issued: readonly Issued[] };

export async function verifyPeerRows(stage: Stage, { ours, issued }: Ours): Promise<readonly Row[]> {
  const digitalcredentials = libraryVerifier('digitalcredentials', stage);
  const didkit = await makeDidkit(stage);
  const didkits: string[] = [];
  for (const { fields } of issued) didkits.push(await didkit.issue(didkit.unsigned(stage.unsigned(fields))));
  const rates = await takeTurns([
    ours,
    verifiesAll(
      'digitalcredentials',
      digitalcredentials,
      issued.map(({ json }) => json),
    ),
    verifiesAll('didkit', didkit.verify, didkits),
  ]);
  return [
    {
      key: 'verify_vs_digitalcredentials',
      what: 'verify JSON text, against `verifyCredential` of @digitalcredentials/vc',
      value: ratioOf(rates, 'json', 'digitalcredentials'),
    },
    {
      key: 'verify_vs_didkit',
      what: 'verify JSON text, against `verifyCredential` of @spruceid/didkit-wasm-node over the same claims as VC 1.1 (no dates, trust or status)',
      value: ratioOf(rates, 'json', 'didkit'),
    },
  ];
}
