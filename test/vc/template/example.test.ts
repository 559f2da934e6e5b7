/** The page beside the templates follows one line through: the line is still there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { slotTexts } from '../../../src/vc/credential.ts';
import { canonicalDocument } from '../../../src/vc/template/fill.ts';
import { createAuthority, issuerTexts, MILESTONE_TEMPLATE } from '../../support/authority.ts';

const page = readFileSync('src/vc/template/README.md', 'utf8');
const block = (kind: string): string => new RegExp(`\`\`\`${kind}\\n(.*?)\\n\`\`\``, 's').exec(page)?.[1] ?? kind;

const { template, issue } = await createAuthority();
const milestone = template(MILESTONE_TEMPLATE);

test('the template, its compiled line, and the line filled', async () => {
  const { credentialSubject } = milestone.document as { credentialSubject: Record<string, unknown> }; // as in its source
  expect(block('template')).toContain(`"id": "${credentialSubject.id}", "points": "${credentialSubject.points}"`);
  const marked = milestone.canonicalDocument
    .map((part) => (typeof part === 'string' ? part : 'when' in part ? '' : `{${part.join('.')}}`))
    .join('');
  expect(marked).toContain(`${block('compiled')}\n`);
  const { fields } = await issue();
  const filled = canonicalDocument(milestone, slotTexts(milestone, issuerTexts('a', 'a-milestone'), fields));
  expect(filled).toContain(`${block('filled')}\n`);
});

test('it names every file of the folder that it explains', () => {
  for (const name of ['compile', 'compiled', 'display', 'fill', 'match', 'parts', 'pattern', 'slot'])
    expect(page).toContain(`[${name}.ts](${name}.ts)`);
});
