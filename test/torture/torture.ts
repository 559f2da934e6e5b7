/** `npm run torture`: many feeders on one database, killed at random moments; everything is counted at the end. */
import { parseArgs } from 'node:util';
import { endure, type Setting } from './ordeal.ts';

const USAGE = `npm run torture -- [--on file,sqld,workers] [--seconds N] [--feeders N] [--seed S]

  --on SETTINGS  file: Node processes on one database file; sqld: Node processes on a libSQL server;
                 workers: workerd processes on a libSQL server (default: all three, one after the other)
  --seconds N    how long they are fed and killed, in each setting (default 60)
  --feeders N    processes (default 8; workers 3)
  --seed S       whole number: the same records, batches and victims (default: the time)

All of them take the same and interleaved records, each wave of learners several times, and are killed (SIGKILL) at random
moments. At the end every record has one ledger entry, every milestone one valid credential, no two share a status entry,
nothing that was acknowledged is lost and nothing waits.

Exit 0 when every promise was kept, 1 when not, 2 for a wrong call.
`;

const SETTINGS: readonly Setting[] = ['file', 'sqld', 'workers'];
type Call = { settings: Setting[]; seconds: number; feeders: number | undefined; seed: number };

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const call = readCall(args);
  if (!call) {
    process.stderr.write(USAGE);
    return 2;
  }
  let kept = true;
  for (const setting of call.settings) {
    const feeders = call.feeders ?? (setting === 'workers' ? 3 : 8);
    process.stdout.write(`${setting}: ${feeders} feeders, ${call.seconds} s, seed ${call.seed}\n`);
    const report = await endure({ setting, feeders, seconds: call.seconds, seed: call.seed });
    const { records, learners, answers, unanswered, kills, credentials, violations } = report;
    process.stdout.write(
      `  ${records} records of ${learners} learners in ${answers} answered batches; ${kills} kills, ` +
        `${unanswered} batches unanswered and sent again; ${credentials} credentials\n`,
    );
    for (const violation of violations) process.stdout.write(`  VIOLATION: ${violation}\n`);
    if (violations.length === 0) process.stdout.write('  every promise was kept\n');
    kept &&= violations.length === 0;
  }
  return kept ? 0 : 1;
}

function readCall(args: readonly string[]): Call | undefined {
  try {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...args],
      options: { on: option, seconds: option, feeders: option, seed: option },
    });
    const named = (values.on ?? SETTINGS.join()).split(',');
    const settings = SETTINGS.filter((setting) => named.includes(setting));
    const [seconds, seed] = [Number(values.seconds ?? 60), Number(values.seed ?? Date.now() % 1_000_000)];
    const feeders = values.feeders === undefined ? undefined : Number(values.feeders);
    const whole = [seconds, seed, feeders ?? 1].every((n) => Number.isSafeInteger(n) && n >= 0);
    if (settings.length !== named.length || !whole || seconds === 0 || feeders === 0) return undefined;
    return { settings, seconds, feeders, seed };
  } catch {
    return undefined;
  }
}

process.exitCode = await main(process.argv.slice(2));
