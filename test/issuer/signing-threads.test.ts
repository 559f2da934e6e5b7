/** Large batches are signed on threads: the same bytes as here, whatever is refused among them, and again after a thread has died. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, expect, test } from 'vitest';
import type { SigningJob } from '../../src/deps.ts';
import { codePrefix } from '../../src/vc/qr/payload.ts';
import { type Office, openOffice } from '../support/office.ts';
import { recordsForStars } from '../support/records.ts';

let office: Office;
afterEach(() => office.close());

async function job(count: number): Promise<SigningJob> {
  office = await openOffice();
  await office.record(recordsForStars(1, { learner: 'p1', name: '王小明' }));
  const [row] = await office.credentials();
  const trust = await office.deps.trust();
  const key = trust?.keysByNumber.get(row?.fields.key ?? 0);
  const template = trust?.templates.get(row?.fields.template ?? 0);
  if (!row || !key || !template) throw new Error('nothing is issued');
  const rows = Array.from({ length: count }, (_, n) => ({ ...row.fields, points: n }));
  return { template, issuer: key.issuer, key: key.number, codePrefix: codePrefix(office.deps.config.publicUrl), rows };
}

/** In parts too small for threads. */
async function signedHere(whole: SigningJob) {
  const parts = Array.from({ length: Math.ceil(whole.rows.length / 100) }, (_, n) =>
    whole.rows.slice(n * 100, n * 100 + 100),
  );
  return (await Promise.all(parts.map((rows) => office.deps.sign({ ...whole, rows })))).flat();
}

test('the same signatures in the same order', async () => {
  const whole = await job(1_100);
  const there = await office.deps.sign(whole);
  expect(there).toHaveLength(1_100);
  expect(there).toEqual(await signedHere(whole));
});

test.runIf(existsSync('/proc/thread-self'))('the threads give way to the one that answers requests', async () => {
  const whole = await job(600);
  await office.deps.sign(whole);
  const niceness = readdirSync('/proc/self/task').flatMap((thread) => {
    const stat = `/proc/self/task/${thread}/stat`;
    return existsSync(stat) ? [Number(readFileSync(stat, 'utf8').split(') ')[1]?.split(' ')[16])] : [];
  });
  const own = getPriority();
  expect(niceness.filter((one) => one > own).length).toBeGreaterThanOrEqual(2);
  expect(niceness.filter((one) => one === own).length).toBeGreaterThanOrEqual(2);
});

test('a row that must not be signed is refused alone', async () => {
  const whole = await job(600);
  const rows = whole.rows.map((fields, n) => (n === 300 ? { ...fields, holder: { name: '欧'.repeat(120) } } : fields));
  const signings = await office.deps.sign({ ...whole, rows });
  expect(signings[300]).toEqual({ refusal: expect.stringContaining('larger than version 10-M') });
  expect(signings.filter((one) => 'packed' in one)).toHaveLength(599);
});

test('a job that kills its threads fails, and the next one is signed', async () => {
  const whole = await job(600);
  const poison = {
    ...whole,
    template: null as unknown as SigningJob['template'],
    issuer: null as unknown as SigningJob['issuer'],
  };
  expect((await office.deps.sign(poison)).every((one) => 'refusal' in one)).toBe(true);
  const unclonable = {
    ...whole,
    rows: whole.rows.map((fields) => ({ ...fields, own: (() => 0) as unknown as number[] })),
  };
  await expect(office.deps.sign(unclonable)).rejects.toThrow();
  expect((await office.deps.sign(whole)).every((one) => 'packed' in one)).toBe(true);
});
