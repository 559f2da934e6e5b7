/** `npm run quota`: a bureau's quotas for recording attendance offline, given out, listed and resumed. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { prepareDatabase } from '../deps.ts';
import { operator } from '../issuer/actor.ts';
import { organisationOrThrow } from '../issuer/establish.ts';
import { createQuota, makeQuotaKey, quotasOf, resume } from '../issuer/quota.ts';
import { nodeDeps } from '../node-platform.ts';
import type { JsonObject } from '../vc/json.ts';
import { isoSeconds } from '../vc/time.ts';
import { command, UsageError } from './console/command.ts';

const USAGE = `npm run quota -- create --org <id> --device <key> --title <text> --scheme <id> --stage <id> --activity <id>
                        --category <id> --verb <id> [--minutes <n>] --from <time> --until <time> --serials <n> --redeemby <time>
                        [--out <file>]
npm run quota -- list --org <id> [--suspended]
npm run quota -- resume <quota id> --org <id> --reason <text>
npm run quota -- key --org <id>
为一台核验站设备发放离线签到配额。 Lets one station's device record one activity offline.
  --org        organisation
  --device     the device's public key, z6Mk…, as the station app shows it
  --title      the activity as the clerk reads it
  --scheme --stage --activity --category --verb --minutes   what each slip becomes as a learning record
  --from --until   slips of this time count; times are written 2026-12-01T14:00:00+08:00
  --serials    how many slips at most
  --redeemby   after it no slip is redeemed
  --out        file for the quota (default: printed)
  --suspended  only those for whose serials a device signed two contents
  --reason     what a person found out`;

const ACTS = ['create', 'list', 'resume', 'key'];
const TEXTS = ['device', 'title'] as const;
const RECORD = ['scheme', 'stage', 'activity', 'category', 'verb'] as const;
const text = { type: 'string' } as const;

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...{
        org: text,
        device: text,
        title: text,
        scheme: text,
        stage: text,
        activity: text,
        category: text,
        verb: text,
      },
      ...{ minutes: text, from: text, until: text, serials: text, redeemby: text, out: text, reason: text },
      suspended: { type: 'boolean' },
    },
  });
  const [act, id, ...more] = positionals;
  const { org, reason } = values;
  const known = act === 'resume' ? id !== undefined && more.length === 0 : id === undefined;
  if (!org || !known || !ACTS.some((one) => one === act)) throw new UsageError('缺少参数。 Something is missing.');
  const fields = act === 'create' ? fieldsOf(values) : {};
  if (act === 'resume' && !reason) throw new UsageError('请用 --reason 说明原因。 Say why, with --reason.');

  const deps = await nodeDeps({ env: process.env });
  await prepareDatabase(deps);
  await organisationOrThrow(deps, org);
  const actor = operator(org);
  if (act === 'create') {
    const { id, quota } = await createQuota(deps, actor, fields);
    if (values.out === undefined) console.log(quota);
    else writeFileSync(values.out, quota);
    console.error(`配额 ${id} 已签发。 Quota ${id} is signed.`);
  } else if (act === 'list') {
    for (const one of await quotasOf(deps, actor, values.suspended ? 'suspended' : undefined))
      console.log(
        JSON.stringify({ state: one.state, redeemed: one.redeemed, ...one.says, contradictions: one.contradictions }),
      );
  } else if (act === 'key') {
    console.log((await makeQuotaKey(deps, actor)).id);
  } else {
    await resume(deps, actor, { id: id ?? '', reason: reason ?? '' });
    console.log('已恢复。 Resumed.');
  }
  deps.db.close();
  return 0;
});

function fieldsOf(values: Readonly<Record<string, string | boolean | undefined>>): JsonObject {
  const given = (name: string): string => {
    const value = values[name];
    if (typeof value === 'string') return value;
    throw new UsageError(`缺少 --${name}。 --${name} is missing.`);
  };
  const whole = (name: string): number => {
    const value = given(name);
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw new UsageError(`--${name} 应为整数。 --${name} must be a whole number.`);
  };
  const moment = (name: string): string => {
    const value = given(name);
    const epoch = Date.parse(value) / 1000;
    if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/.test(value) && epoch >= 0) return isoSeconds(epoch);
    throw new UsageError(
      `--${name} 应如 2026-12-01T14:00:00+08:00。 --${name} must be like 2026-12-01T14:00:00+08:00.`,
    );
  };
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, given(name)])),
    record: {
      ...Object.fromEntries(RECORD.map((name) => [name, given(name)])),
      ...(values.minutes === undefined ? {} : { minutes: whole('minutes') }),
    },
    from: moment('from'),
    until: moment('until'),
    serials: whole('serials'),
    redeemBy: moment('redeemby'),
  };
}
