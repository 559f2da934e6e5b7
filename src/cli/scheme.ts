/** `npm run scheme`: shows a scheme, checks a file of one, tells beforehand what a new version would change, and has all ladders evaluated once it is in force. */
import { parseArgs } from 'node:util';
import { prepareDatabase } from '../deps.ts';
import { evaluateScheme } from '../issuer/evaluate-scheme.ts';
import type { Scheme } from '../learning/scheme.ts';
import { nodeDeps } from '../node-platform.ts';
import { command, UsageError } from './console/command.ts';
import { openRecordFile } from './console/record-file.ts';
import { inLines, readSchemeFile, shippedSchemes } from './console/scheme-file.ts';
import { schemeSheet } from './console/scheme-sheet.ts';
import { type Simulation, simulate } from './console/simulation.ts';
import { table } from './console/table.ts';

const USAGE = `npm run scheme -- show [<id>]
      方案的阶段、级别、规则、假定和来源;不给编号则列出全部 A scheme's stages, ladders, rules, assumptions and sources; without an id the list of schemes
npm run scheme -- check <file>
      检查方案文件,逐条指出错误的位置 Checks a scheme file and names the place of every error
npm run scheme -- simulate <file> --records <csv> [--source <name>] [--json]
      试算:与现行版本相比,多少学员得到或失去哪一级 How many learners would gain or lose which level, against the version in force
  --records  学习记录,格式同 POST /api/events 的 CSV learning records, as POST /api/events takes them as CSV
  --source   记录的来源名称,有的规则只认某些来源 whose records they are: some rules are for some sources only
  --json     只输出 JSON print exactly the JSON
npm run scheme -- evaluate <id>
      新版本上线后:按它重新评定所有学员,服务随后签发;已签发的不变 After a new version is in force: every learner is evaluated by it and the service issues what is reached; nothing issued changes
只有 evaluate 使用数据库 (DATA_DIR / DATABASE_URL)。 Only evaluate opens the database.
Exit: 0 done, 1 errors in the file, 2 usage`;

const OPTIONS = {
  records: { type: 'string' },
  source: { type: 'string', default: '' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

const VERBS: Readonly<Record<string, (subject: string | undefined, values: Values) => number | Promise<number>>> = {
  show,
  check: (file) =>
    withScheme(file, (scheme) =>
      console.log(`${scheme.id} 第 ${scheme.version} 版没有错误。 Version ${scheme.version} has no errors.`),
    ),
  simulate: (file, values) => withScheme(file, (scheme) => printSimulation(scheme, values)),
  evaluate,
};

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [verb = '', subject, ...more] = positionals;
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!run || more.length > 0)
    throw new UsageError('应给出 show、check、simulate 或 evaluate。 Expected show, check, simulate or evaluate.');
  return run(subject, values);
});

function show(id: string | undefined): number {
  const schemes = [...shippedSchemes.values()];
  if (id === undefined) {
    const rows = schemes.map(({ id, version, name, stages }) => [id, version, stages.length, `${name.zh} ${name.en}`]);
    console.log(table(['编号 id', '版本 version', '阶段 stages', '名称 name'], rows));
    return 0;
  }
  const scheme = shippedSchemes.get(id);
  if (!scheme) throw new UsageError(`没有方案 ${id}。 There is no scheme ${id}.`);
  console.log(schemeSheet(scheme));
  return 0;
}

async function withScheme(file: string | undefined, work: (scheme: Scheme) => unknown): Promise<number> {
  if (file === undefined) throw new UsageError('缺少方案文件。 The scheme file is missing.');
  const parsed = readSchemeFile(file);
  if (parsed.ok) {
    await work(parsed.scheme);
    return 0;
  }
  console.error(
    `${file} 有 ${parsed.errors.length} 处错误。 ${parsed.errors.length} errors:\n${inLines(parsed.errors)}`,
  );
  return 1;
}

async function printSimulation(proposed: Scheme, { records: file, source, json }: Values): Promise<void> {
  if (file === undefined) throw new UsageError('缺少 --records。 --records is missing.');
  const simulation = await simulate({
    current: shippedSchemes.get(proposed.id),
    proposed,
    rows: (await openRecordFile(file)).rows,
    source,
    now: Math.floor(Date.now() / 1000),
  });
  console.log(json ? JSON.stringify(simulation) : inWords(simulation, proposed));
}

async function evaluate(id: string | undefined): Promise<number> {
  if (id === undefined || !shippedSchemes.has(id))
    throw new UsageError(`没有方案 ${id ?? ''}。 There is no such scheme.`);
  const deps = await nodeDeps({ env: process.env });
  try {
    await prepareDatabase(deps);
    const marked = await evaluateScheme(deps, id);
    console.log(
      `${marked} 个学员阶段待重新评定,服务会在十分钟内开始。 ${marked} ladders wait to be evaluated; the service begins within ten minutes.`,
    );
    return 0;
  } finally {
    deps.db.close();
  }
}

function inWords({ scheme, from, to, records, learners, levels }: Simulation, { stages }: Scheme): string {
  const refused = Object.entries(records.refused).map(([code, count]) => `${code} ${count}`);
  const nameOf = (id: string) => stages.find((stage) => stage.id === id)?.name.zh ?? id;
  return [
    from === null
      ? `${scheme}: 尚无现行版本 → 第 ${to} 版。 No version is in force yet; this is ${to}.`
      : `${scheme}: 第 ${from} 版 → 第 ${to} 版。 Version ${from} in force, against ${to}.`,
    `记录 records: ${records.read} 读取 read, ${records.counted} 采用 used, ${records.repeated} 重复 repeated${refused.length > 0 ? `, 拒绝 refused: ${refused.join(', ')}` : ''}`,
    `学员 learners: ${learners.all}; 得到级别 gaining: ${learners.gaining}; 失去级别 losing: ${learners.losing}`,
    '',
    table(
      ['阶段 stage', '级别 level', '现在 before', '以后 after', '得到 gain', '失去 lose'],
      levels.map(({ stage, level, ...counts }) => [
        `${stage} ${nameOf(stage)}`,
        level,
        counts.before,
        counts.after,
        counts.gain,
        counts.lose,
      ]),
    ),
    '',
    learners.losing > 0
      ? '已签发的证书不会因此失效;失去的级别供人决定。 Certificates already issued stay valid; what is lost is for people to decide.'
      : '没有学员失去级别。 No learner loses a level.',
  ].join('\n');
}
