/** `npm run records`: tries a file of learning records before it is sent, writes what is refused as a table to mend, and sets a source's column mapping. */
import { type FileHandle, open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { prepareDatabase } from '../deps.ts';
import { operator } from '../issuer/actor.ts';
import { organisationOrThrow } from '../issuer/establish.ts';
import { setSourceMapping } from '../issuer/source-mapping.ts';
import { dryRun } from '../learning/formats/dry-run.ts';
import { errorTableHead, errorTableLine } from '../learning/formats/error-table.ts';
import { parseMapping } from '../learning/formats/mapping.ts';
import type { RecordFile } from '../learning/formats/read-records.ts';
import { nodeDeps } from '../node-platform.ts';
import { command, UsageError } from './console/command.ts';
import { openRecordFile, readJsonFile } from './console/record-file.ts';
import { inLines, shippedSchemes } from './console/scheme-file.ts';
import { table } from './console/table.ts';

const USAGE = `npm run records -- check <file> [--mapping <json>] [--source <name>]
      试读学习记录文件(CSV、XLSX、NDJSON、JSON):显示列映射、数量和前 20 处错误,不写入数据库;被拒绝的行写到 <file>.errors.csv
      Reads a file of learning records without writing any: the mapping, the counts, the first 20 errors; refused rows go to <file>.errors.csv
  --mapping  列映射文件 the column mapping to read it by
  --source   来源名称,有的规则只认某些来源 whose records they are: some rules are for some sources only
npm run records -- map <json> --org <id> --source <name>
      设定来源的列映射,以后它的表格都按此读取 Sets the mapping by which a source's tables are read from now on
只有 map 使用数据库 (DATA_DIR / DATABASE_URL)。 Only map opens the database.
Exit: 0 done, 1 rows were refused or the mapping has errors, 2 usage`;

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
  if (verb === 'map' && values.mapping === undefined) return map(file, values);
  throw new UsageError('应给出 check 或 map。 Expected check or map.');
});

async function check(
  path: string,
  { mapping: mappingPath, source }: { mapping?: string; source?: string },
): Promise<number> {
  const parsed = mappingPath === undefined ? undefined : parseMapping(readJsonFile(mappingPath));
  if (parsed && !parsed.ok) {
    console.error(
      `${mappingPath} 有 ${parsed.errors.length} 处错误。 ${parsed.errors.length} errors:\n${inLines(parsed.errors)}`,
    );
    return 1;
  }
  const file = await openRecordFile(path, { mapping: parsed?.mapping });
  const context = { schemes: shippedSchemes, now: Math.floor(Date.now() / 1000), source: source ?? '' };
  const first: [number, string, string][] = [];
  const errors = errorFile(`${path}.errors.csv`, file);
  const { rows, good, refused, problems } = await dryRun(file.rows, context, async ({ row, problem }) => {
    if (first.length < SHOWN) first.push([row.line, problem.code, `${problem.zh} ${problem.en}`]);
    await errors.add(errorTableLine(row, problem));
  }).finally(errors.close);
  console.log(mappingSheet(file));
  console.log(`行 rows: ${rows}; 可用 good: ${good}; 拒绝 refused: ${refused}`);
  if (refused === 0) return 0;
  console.log(`\n${table(['代码 code', '行数 rows'], Object.entries(problems))}`);
  console.log(`\n${table(['行 line', '代码 code', '原因 reason'], first)}`);
  console.log(
    `\n被拒绝的行在 ${path}.errors.csv,改正后可直接发送。 The refused rows are in ${path}.errors.csv: mend them there and send that file.`,
  );
  return 1;
}

function mappingSheet({ columns, encoding }: RecordFile): string {
  if (!columns) return '';
  const rows = [
    ...columns.shown.map(({ column, fields }) => [column, fields.join(', ') || '(不读 not read)']),
    ...columns.constants.map(({ field, value }) => [`= ${value}`, field]),
  ];
  return `编码 encoding: ${encoding()}\n${table(['列 column', '字段 field'], rows)}\n`;
}

/** Made with the first refused row; one that is there already may be half mended, and is never overwritten. */
function errorFile(path: string, { header }: RecordFile) {
  let handle: FileHandle | undefined;
  let waiting = '';
  const flush = async () => {
    if (waiting === '') return;
    handle ??= await open(path, 'wx').catch(() => {
      throw new UsageError(
        `${path} 已存在或无法写入,请先移走。 ${path} exists already or cannot be written: move it away.`,
      );
    });
    await handle.write(waiting);
    waiting = '';
  };
  return {
    async add(line: string): Promise<void> {
      if (waiting === '' && handle === undefined) waiting = errorTableHead(header);
      waiting += line;
      if (waiting.length > 64 << 10 || handle === undefined) await flush();
    },
    async close(): Promise<void> {
      await flush();
      await handle?.close();
    },
  };
}

async function map(path: string, { org, source }: { org?: string; source?: string }): Promise<number> {
  if (!org || !source) throw new UsageError('缺少 --org 或 --source。 --org or --source is missing.');
  const mapping = readJsonFile(path);
  const deps = await nodeDeps({ env: process.env });
  try {
    await prepareDatabase(deps);
    await organisationOrThrow(deps, org);
    await setSourceMapping(deps, operator(org, source), mapping);
    console.log(`来源 ${source} 的列映射已设定。 The mapping of ${source} is set.`);
    return 0;
  } finally {
    deps.db.close();
  }
}
