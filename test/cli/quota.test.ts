/** The operator's command for quotas: given out to a file, listed, resumed; wrong usage is explained. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operator } from '../../src/issuer/actor.ts';
import { learnerCodeOf } from '../../src/issuer/learner-code.ts';
import { redeemSlips } from '../../src/issuer/redeem-slips.ts';
import { readQuota } from '../../src/vc/slip/quota.ts';
import { isoSeconds } from '../../src/vc/time.ts';
import { device, signedSlip } from '../support/attendance.ts';
import { type Office, openOffice } from '../support/office.ts';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const run = (...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { ...process.env, ...office.env };
    execFile(process.execPath, ['dist/node/cli/quota.js', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

test('a quota is given out, suspended by a contradiction, listed and resumed', async () => {
  const now = office.deps.clock.now();
  const out = join(office.dataDir, 'quota.jws');
  const org = ['--org', office.organisation.id];
  const create = [
    'create',
    ...org,
    '--device',
    device.multibase,
    '--title',
    '家长沙龙',
    '--scheme',
    'shangcheng-star-licence',
  ];
  const record = ['--stage', '4-6', '--activity', 'station:salon-1', '--category', 'offline', '--verb', 'attended'];
  const times = ['--from', isoSeconds(now - 60), '--until', isoSeconds(now + 60), '--redeemby', isoSeconds(now + 600)];
  const made = await run(...create, ...record, ...times, '--serials', '3', '--out', out);
  expect(made).toMatchObject({ code: 0, stdout: '' });
  const read = readQuota(readFileSync(out, 'utf8'));
  if (!read.ok) throw new Error(read.reason);
  const { id } = read.fields;

  const codes = await Promise.all(
    ['p1', 'p2'].map((who) => learnerCodeOf(office.deps, operator(office.organisation.id), who)),
  );
  const slips = codes.map((learner) => signedSlip({ quota: id, serial: 1, learner, time: now, bundle: 0 }));
  await redeemSlips(office.deps, await Promise.all(slips));

  const listed = await run('list', ...org, '--suspended');
  expect(JSON.parse(listed.stdout)).toMatchObject({ id, state: 'suspended', contradictions: [{ serial: 1 }] });
  expect(await run('resume', id, ...org, '--reason', '已核实')).toMatchObject({ code: 0 });
  expect((await run('list', ...org, '--suspended')).stdout).toBe('');
  expect(JSON.parse((await run('list', ...org)).stdout)).toMatchObject({ id, state: 'open' });

  const { stdout: newKey } = await run('key', ...org);
  expect(newKey.trim()).not.toBe(read.kid);
  const again = await run(...create, ...record, ...times, '--serials', '3');
  expect(readQuota(again.stdout.trim())).toMatchObject({ ok: true, kid: newKey.trim() });
});

test('what is missing or wrong is named, with the usage', async () => {
  const org = ['--org', office.organisation.id];
  expect(await run('create', ...org)).toMatchObject({ code: 2, stderr: expect.stringContaining('--device') });
  expect(await run('resume', 'x', ...org)).toMatchObject({ code: 2, stderr: expect.stringContaining('--reason') });
  expect(await run('resume', 'x', ...org, '--reason', 'y')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('没有这份配额'),
  });
  expect(await run('list')).toMatchObject({ code: 2 });
});
