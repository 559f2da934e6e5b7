/** The canary: what the templates sign is also judged by JSON-LD, and a difference stops everything, loudly, until it is mended. */
import { afterEach, expect, test } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { issuePending } from '../../src/issuer/issue.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import { canaryFailures } from '../../src/store/canary.ts';
import type { CompiledTemplate } from '../../src/vc/template/compiled.ts';
import type { Trust } from '../../src/vc/trust/bundle.ts';
import { asRows, type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

const MILESTONE_TEMPLATE = 2;
const record = (deps: Deps, learner: string) =>
  recordEvents(deps, operator(office.organisation.id), asRows(recordsForStars(1, { learner })));
const states = async () => (await office.credentials()).map(({ state }) => state);

/** A compiler's slip: what is signed is not what JSON-LD makes of the document. Everything of ours agrees with itself. */
async function withSlip(deps: Deps): Promise<Deps> {
  const trust = await deps.trust();
  const template = trust?.templates.get(MILESTONE_TEMPLATE);
  if (!trust || !template) throw new Error('nothing is published');
  const canonicalDocument = JSON.parse(
    JSON.stringify(template.canonicalDocument).replaceAll('vocab#points', 'vocab#score'),
  );
  const slipped: CompiledTemplate = { ...template, canonicalDocument };
  const wrong: Trust = { ...trust, templates: new Map([...trust.templates, [MILESTONE_TEMPLATE, slipped]]) };
  return { ...deps, trust: async () => wrong };
}

test('certificates that are canaries pass when all is well', async () => {
  office = await openOffice({ env: { CANARY_EVERY: '1' } });
  await record(office.deps, 'p1');
  expect(await states()).toEqual(['issued']);
  expect(await canaryFailures(office.deps.db)).toEqual([]);
});

test('a difference stops the issuing, is kept, and ends by itself once the credential comes out right', async () => {
  office = await openOffice({ env: { CANARY_EVERY: '1' } });
  const slipped = await withSlip(office.deps);
  await record(slipped, 'p1');
  expect(await states()).toEqual(['pending']);
  expect(office.logs).toContainEqual(
    expect.objectContaining({ event: 'canary-failed', reason: expect.stringContaining('bad-signature') }),
  );

  // Not one that is no canary either, in a process that starts anew.
  await record({ ...slipped, config: { ...slipped.config, canaryEvery: 1_000_000 } }, 'p2');
  expect(await states()).toEqual(['pending', 'pending']);
  expect(office.logs).toContainEqual(
    expect.objectContaining({ event: 'issue-failed', reason: expect.stringContaining('stopped by the canary') }),
  );

  expect(await issuePending(office.deps, 10)).toBe(2);
  expect(office.logs).toContainEqual(expect.objectContaining({ event: 'canary-recovered' }));
  for (const row of await office.credentials()) expect((await office.verdict(row)).outcome).toBe('valid');
});

test('without a canary the slip would have gone out: only the full path sees it', async () => {
  office = await openOffice({ env: { CANARY_EVERY: '1000000' } });
  await record(await withSlip(office.deps), 'p1');
  expect(await states()).toEqual(['issued']);
});
