/** What axe-core finds on a page as it is shown now: WCAG 2.2, levels A and AA, and its best practices. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Each violation with the elements that it is about; none when the page is as it should be. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE); // through the debugger, which the page's policy does not bind
  return page.evaluate(async (values) => {
    const { axe } = globalThis as unknown as { axe: Axe }; // the line above brought it
    const found = await axe.run(document, { runOnly: { type: 'tag', values } });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, RULES);
}

type Axe = {
  run(
    context: Document,
    options: { runOnly: { type: 'tag'; values: string[] } },
  ): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
};
