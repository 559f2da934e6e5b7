/** `npm run records`: tries a file of learning records, or takes it in, writes what is refused as a table to mend, and sets a source's column mapping. */
import { parseArgs } from 'node:util';
import { type Deps, prepareDatabase } from '../deps.ts';
import { StartError } from '../errors.ts';
import { type Actor, operator } from '../issuer/actor.ts';
import { organisationOrThrow } from '../issuer/establish.ts';
import { setSourceMapping, sourceMapping } from '../issuer/source-mapping.ts';
import { dryRun } from '../learning/formats/dry-run.ts';
import { errorTableHead, errorTableLine } from '../learning/formats/error-table.ts';
import { type Mapping, parseMapping } from '../learning/formats/mapping.ts';
import type { RecordFile } from '../learning/formats/read-records.ts';
import { nodeDeps } from '../node-platform.ts';
import { command, UsageError } from './console/command.ts';
import { type NewTable, newTable } from './console/new-table.ts';
import { progressLine } from './console/progress-line.ts';
import { openRecordFile, readJsonFile } from './console/record-file.ts';
import { inLines, shippedSchemes } from './console/scheme-file.ts';
import { table } from './console/table.ts';
import { type Taken, takeRecords } from './console/take-records.ts';

const USAGE = `npm run records -- check <file> [--mapping <json>] [--source <name>]
      试读学习记录文件(CSV、XLSX、NDJSON、JSON):显示列映射、数量和前 20 处错误,不写入数据库;被拒绝的行写到 <file>.errors.csv
      Reads a file of learning records without writing any: the mapping, the counts, the first 20 errors; refused rows go to <file>.errors.csv
npm run records -- take <file> --org <id> --source <name> [--mapping <json>]
      记入文件中的学习记录并签发证书,行数不限;中断后重复同一命令即可,已记入的不重复计算;被拒绝的行写到 <file>.errors.csv
      Records what is in the file, however long, and issues what is earned; interrupted, the same command again: nothing counts twice; refused rows go to <file>.errors.csv
  --mapping  列映射文件;take 省略时用来源已设定的映射 the column mapping to read it by; without it take uses the one that is set for the source
  --source   来源名称,有的规则只认某些来源 whose records they are: some rules are for some sources only
npm run records -- map <json> --org <id> --source <name>
      设定来源的列映射,以后它的表格都按此读取 Sets the mapping by which a source's tables are read from now on
已有的文件不会被覆盖:名称后加 -2、-3…… No file is written over: the name gets -2, -3 and so on.
check 不使用数据库 (DATA_DIR / DATABASE_URL)。 check does not open the database.
Exit: 0 done, 1 rows were refused, the mapping has errors or it was interrupted, 2 usage`;

const SHOWN = 20;

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { mapping: { type: 'string' }, source: { type: 'string' }, org: { type: 'string' } },
  });
  const [verb, file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('应给出一个文件。 Expected one file.');
  if (verb === 'check' && values.org === undefined) return check(file, values);
  if (verb === 'take') return inOffice(values, (deps, actor) => take(deps, actor, file, values.mapping));
  if (verb === 'map' && values.mapping === undefined) return inOffice(values, (deps, actor) => map(deps, actor, file));
  throw new UsageError('应给出 check、take 或 map。 Expected check, take or map.');
});

async function check(
  path: string,
  { mapping: mappingPath, source }: { mapping?: string; source?: string },
): Promise<number> {
  const mapping = mappingPath === undefined ? undefined : mappingOf(mappingPath);
  const file = await openRecordFile(path, { mapping });
  const context = { schemes: shippedSchemes, now: Math.floor(Date.now() / 1000), source: source ?? '' };
  const first: [number, string, string][] = [];
  const errors = errorsOf(path, file);
  const { rows, good, refused, problems } = await dryRun(file.rows, context, async ({ row, problem }) => {
    if (first.length < SHOWN) first.push([row.line, problem.code, `${problem.zh} ${problem.en}`]);
    await errors.add(errorTableLine(row, problem));
  });
  const written = await errors.close();
  console.log(mappingSheet(file));
  console.log(`行 rows: ${rows}; 可用 good: ${good}; 拒绝 refused: ${refused}`);
  if (refused === 0) return 0;
  console.log(`\n${table(['代码 code', '行数 rows'], Object.entries(problems))}`);
  console.log(`\n${table(['行 line', '代码 code', '原因 reason'], first)}`);
  console.log(`\n${whereRefused(written)}`);
  return 1;
}

function errorsOf(path: string, { header }: RecordFile): NewTable {
  return newTable(`${path}.errors.csv`, errorTableHead(header));
}

function whereRefused(written: string | undefined): string {
  return `被拒绝的行在 ${written},改正后可直接发送。 The refused rows are in ${written}: mend them there and send that file.`;
}

/** Throws a StartError with all that is wrong in it. */
function mappingOf(path: string): Mapping {
  const parsed = parseMapping(readJsonFile(path));
  if (parsed.ok) return parsed.mapping;
  const { errors } = parsed;
  throw new StartError(`${path} 有 ${errors.length} 处错误。 ${errors.length} errors:\n${inLines(errors)}`);
}

async function take(deps: Deps, actor: Actor, path: string, mappingPath: string | undefined): Promise<number> {
  const mapping = mappingPath === undefined ? (await sourceMapping(deps, actor))?.mapping : mappingOf(mappingPath);
  const file = await openRecordFile(path, { mapping });
  const errors = errorsOf(path, file);
  const [line, started] = [progressLine(), performance.now()];
  const seconds = () => (performance.now() - started) / 1000;
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  let written: string | undefined;
  let taken: Taken;
  try {
    taken = await takeRecords(deps, actor, file.rows, {
      onRefused: ({ row, problem }) => errors.add(errorTableLine(row, problem)),
      partDone: ({ rows }) => line.show(`${rows} 行 rows ${Math.round(rows / seconds())} 行 rows/s`),
      goOn: () => !isInterrupted,
    });
  } finally {
    written = await errors.close();
    line.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  console.log(takenInWords(taken, seconds()));
  if (written !== undefined) console.log(whereRefused(written));
  if (!taken.isWhole)
    console.log('未完成;重复同一命令即可。 Not finished: give the same command again, nothing counts twice.');
  return taken.isWhole && taken.refused === 0 ? 0 : 1;
}

function takenInWords(taken: Taken, seconds: number): string {
  const { rows, accepted, duplicates, refused, issued, pending, problems } = taken;
  return [
    table(
      ['行 rows', '记录 accepted', '重复 duplicates', '拒绝 refused', '签发 issued', '待签发 pending'],
      [[rows, accepted, duplicates, refused, issued, pending]],
    ),
    ...(refused === 0 ? [] : ['', table(['代码 code', '行数 rows'], Object.entries(problems))]),
    `用时 ${seconds.toFixed(1)} 秒 seconds, ${Math.round(rows / seconds)} 行 rows/s`,
  ].join('\n');
}

function mappingSheet({ columns, encoding }: RecordFile): string {
  if (!columns) return '';
  const rows = [
    ...columns.shown.map(({ column, fields }) => [column, fields.join(', ') || '(不读 not read)']),
    ...columns.constants.map(({ field, value }) => [`= ${value}`, field]),
  ];
  return `编码 encoding: ${encoding()}\n${table(['列 column', '字段 field'], rows)}\n`;
}

async function map(deps: Deps, actor: Actor, path: string): Promise<number> {
  await setSourceMapping(deps, actor, readJsonFile(path));
  console.log(`来源 ${actor.source} 的列映射已设定。 The mapping of ${actor.source} is set.`);
  return 0;
}

/** With the database open, for an organisation that is in it. */
async function inOffice(
  { org, source }: { org?: string; source?: string },
  work: (deps: Deps, actor: Actor) => Promise<number>,
): Promise<number> {
  if (!org || !source) throw new UsageError('缺少 --org 或 --source。 --org or --source is missing.');
  const deps = await nodeDeps({ env: process.env });
  try {
    await prepareDatabase(deps);
    await organisationOrThrow(deps, org);
    return await work(deps, operator(org, source));
  } finally {
    deps.db.close();
  }
}
