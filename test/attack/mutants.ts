/**
 * `npm run mutants`: removes the checks of each verifier one by one, and shows which attack succeeds without each.
 * A check that can be removed without any attack succeeding ends it with 1, so a check is never added without its attack.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Suite } from './attack.ts';
import { buildMutable } from './mutants/build.ts';
import { tryAll } from './mutants/pool.ts';
import { judge, type Removal, summary, table } from './mutants/result.ts';

/** One row per verifier: the module that exports its suite. */
const SUITES: Readonly<Record<string, string>> = { trust: 'trust/suite.ts', protocol: 'protocol/suite.ts' };

const HELP = `npm run mutants [-- --suite <${Object.keys(SUITES).join('|')}>] [-- --file <part of a path>] [-- --brief]
逐一去掉核验程序的每项检查，并列出没有它就会得手的攻击。
Removes every check of the verifiers, one by one, and lists the attacks that succeed without it.
--suite  only that verifier
--file   only the checks of files whose path holds this
--brief  only what went wrong, and the sums
Exit 0 when every check is needed, 1 when one can be removed without any attack succeeding, 2 for a wrong call.`;

const call = readCall();
if (call?.help) console.log(HELP);
else if (!call || (call.suite !== undefined && !Object.hasOwn(SUITES, call.suite))) {
  console.error(HELP);
  process.exitCode = 2;
} else {
  for (const [name, module] of Object.entries(SUITES))
    if ((call.suite ?? name) === name) await run(module, { file: call.file ?? '', brief: call.brief ?? false });
}

function readCall() {
  try {
    return parseArgs({
      options: {
        suite: { type: 'string' },
        file: { type: 'string' },
        brief: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch {
    return undefined;
  }
}

async function run(module: string, shown: { file: string; brief: boolean }): Promise<void> {
  const started = performance.now();
  const path = join(import.meta.dirname, module);
  const { suite } = (await import(path)) as { suite: Suite<unknown> }; // every suite module exports its suite
  const whole = await buildMutable(suite.doors, suite.elsewhere);
  const built = { ...whole, sites: whole.sites.filter(({ file }) => file.includes(shown.file)) };
  const trials = await tryAll(built, path, suite.attacks.length);
  const removals = judge(
    built.sites,
    trials,
    suite.exemptions.filter(({ file }) => file.includes(shown.file)),
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(table(suite, removals, shown));
  console.log(summary(suite, removals, seconds));
  if (removals.some(({ judgement }) => isWrong(judgement))) process.exitCode = 1;
}

function isWrong(judgement: Removal['judgement']): boolean {
  return judgement === 'survives' || judgement === 'needless exemption';
}
