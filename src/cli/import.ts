/** `npm run import`: takes a list of certificates that were given before, shows how imports stand, and takes one back. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { type Deps, prepareDatabase } from '../deps.ts';
import { StartError } from '../errors.ts';
import { type Actor, operator } from '../issuer/actor.ts';
import { checkImport } from '../issuer/check-import.ts';
import { organisationOrThrow } from '../issuer/establish.ts';
import { findingsCsv } from '../issuer/findings-csv.ts';
import { findingsOf, type ImportReport, importFor, importsFor, reportOf } from '../issuer/import-progress.ts';
import { digestOf, openListFile } from '../issuer/list-file.ts';
import { rollBackImport, workOffRollback } from '../issuer/roll-back-import.ts';
import { type Run, runImport } from '../issuer/run-import.ts';
import { type Staged, startUploaded, uploadImport } from '../issuer/stage-import.ts';
import { certificateRules, listFields } from '../learning/certificate-list.ts';
import { FULL_WORKBOOK } from '../learning/formats/sheet.ts';
import { nodeDeps } from '../node-platform.ts';
import { dropUpload, type Import, importOfFile, leaveImport, takeImport } from '../store/imports.ts';
import { listOrganisations } from '../store/organisations.ts';
import { command, UsageError } from './console/command.ts';
import { closingInWords, reportInWords, trialInWords, whereProblems } from './console/import-words.ts';
import { newTable } from './console/new-table.ts';
import { pace, progressLine } from './console/progress-line.ts';
import { bytesOf, mediaTypeOf, SHEET_TYPES } from './console/record-file.ts';
import { table } from './console/table.ts';

const USAGE = `npm run import -- <file> [--org <id>] [--source <name>] [--column <field>=<column>]… [--dry-run] [--problems <file>]
      导入已有证书名单(CSV、XLSX)并签发;中断后重复同一命令即从中断处继续 Takes a list of existing certificates (CSV, XLSX) and issues them; interrupted, the same command goes on from there
npm run import -- show <id> [--problems <file>] | list [--org <id>]
      一次导入的情况;所有导入 How an import stands; all imports
npm run import -- rollback <id> --reason <text> [--yes]
      撤回一次导入:冲销其全部记录,并撤销由此签发的证书(不可恢复) Takes an import back: reverses its records and revokes the certificates that it made, for good
  --org       本单位编号;只有一个单位时可省略 organisation; may be left out when there is only one
  --source    证书来源(方案规定接收的来源) whose certificates they are; schemes say which sources they take
  --column    某列的名称,如 id=证书号 the name of a column: ${listFields.join(', ')}
  --dry-run   只检查,不写入 reads and checks everything and writes nothing
  --problems  有问题的行写到此文件(默认在名单旁);已有的文件不覆盖,名称后加 -2 where rows with problems are written (default: beside the list); a file that is there stays, and the name gets -2
  --yes       不再询问 does not ask
Exit: 0 done, 1 failed or interrupted, 2 usage`;

const OPTIONS = {
  org: { type: 'string' },
  source: { type: 'string' },
  column: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean', default: false },
  problems: { type: 'string' },
  reason: { type: 'string' },
  yes: { type: 'boolean', default: false },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

type Work = (deps: Deps, actor: Actor, subject: string, values: Values) => Promise<number>;
const VERBS: Readonly<Record<string, Work>> = { show, list, rollback };

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
  const [first = '', second, ...more] = positionals;
  const verb = Object.hasOwn(VERBS, first) ? VERBS[first] : undefined;
  const needsSubject = verb !== undefined && verb !== list;
  if (first === '' || more.length > 0 || (second !== undefined) !== needsSubject)
    throw new UsageError('应给出一个文件,或 show、list、rollback。 Expected a file, or show, list, rollback.');
  const deps = await nodeDeps({ env: process.env });
  try {
    await prepareDatabase(deps);
    const actor = operator(await organisationFor(deps, values.org), sourceFor(deps, values.source));
    return await (verb ? verb(deps, actor, second ?? '', values) : take(deps, actor, first, values));
  } finally {
    deps.db.close();
  }
});

async function organisationFor(deps: Deps, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    await organisationOrThrow(deps, named);
    return named;
  }
  const [only, ...others] = await listOrganisations(deps.db);
  if (only && others.length === 0) return only.id;
  throw new UsageError('请用 --org 指明单位。 Name the organisation with --org.');
}

function sourceFor(deps: Deps, named: string | undefined): string {
  if (named !== undefined) return named;
  const [only, ...others] = certificateRules(deps.schemes).keys();
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError('请用 --source 指明来源。 Name the source with --source.');
}

async function take(deps: Deps, actor: Actor, path: string, values: Values): Promise<number> {
  if (values['dry-run']) return tryOut(deps, actor, path, values);
  const started = performance.now();
  const { one, isNew } = await stage(deps, actor, path, values);
  if (one.state === 'rolling-back') throw beingRolledBack(one.id);
  console.log(opening(one, isNew));
  const isFinished =
    one.state === 'done' ||
    (await work(deps, one, runImport, { total: one.rows ?? 0, before: (await reportOf(deps, one)).done }));
  const report = await reportOf(deps, await importFor(deps, actor, one.id));
  const beside = `${path.replace(/\.[^./\\]*$/, '')}.problems.csv`;
  // One that is there already may be half mended; and half a list's problems are nobody's to mend.
  const isWritten = one.state === 'done' && existsSync(beside);
  const wanted = values.problems ?? (isFinished && !isWritten ? beside : undefined);
  const problems = wanted === undefined ? undefined : await writeProblems(deps, one, wanted);
  console.log(closingInWords(report, actor, { seconds: (performance.now() - started) / 1000, problems }));
  if (isFinished) return 0;
  console.log('未完成;重复同一命令即继续。 Not finished: the same command goes on from here.');
  return 1;
}

async function tryOut(deps: Deps, actor: Actor, path: string, values: Values): Promise<number> {
  const line = progressLine();
  const file = await openListFile(deps, actor, opened(path, values));
  const trial = await checkImport(deps, actor, { file, progress: (rows) => line.show(reading(rows)) });
  line.end();
  console.log(trialInWords(trial));
  return 0;
}

/** A file that was taken in before need not be read into the database again. */
async function stage(deps: Deps, actor: Actor, path: string, values: Values): Promise<Staged> {
  const { organisation, source } = actor;
  const known = await importOfFile(deps.db, { organisation, source, sha256: await digestOf(bytesOf(path)) });
  if (known) return { one: known, isNew: false };
  const line = progressLine();
  const file = await openListFile(deps, actor, opened(path, values));
  const progress = (rows: number) => line.show(reading(rows));
  const uploaded = await uploadImport(deps, actor, { fileName: basename(path), file, progress });
  line.end();
  const staged = await startUploaded(deps, actor, uploaded);
  if (!staged.isNew) await dropUpload(deps.db, uploaded.id); // somebody was faster
  return staged;
}

function reading(rows: number): string {
  return `读取 reading: ${rows} 行 rows`;
}

function opened(path: string, { column = [] }: Values) {
  return {
    bytes: bytesOf(path),
    type: mediaTypeOf(path, SHEET_TYPES),
    named: namedColumns(column),
    workbook: FULL_WORKBOOK,
  };
}

function opening({ id, state, rows }: Import, isNew: boolean): string {
  if (isNew) return `导入 ${id}:${rows} 行。 Import ${id}: ${rows} rows.`;
  if (state === 'done')
    return `此文件已导入过(${id}),没有变化。 This file was imported before (${id}): nothing changes.`;
  return `继续导入 ${id}。 Import ${id} goes on.`;
}

function beingRolledBack(id: string): StartError {
  return new StartError(
    `此文件的导入 ${id} 正在撤回;先完成撤回:npm run import -- rollback ${id} --reason …\n` +
      `Import ${id} of this file is being taken back. Let that come to its end first: npm run import -- rollback ${id} --reason …`,
  );
}

type Verb = (deps: Deps, one: Import, run: Run) => Promise<boolean>;

/** Takes the import over, whoever had it, and works until it is finished or somebody interrupts. */
async function work(
  deps: Deps,
  one: Import,
  verb: Verb,
  { total, before }: { total: number; before: number },
): Promise<boolean> {
  const runner = deps.random.uuid();
  const now = deps.clock.now();
  await takeImport(deps.db, { id: one.id, runner, now, seenBefore: Number.MAX_SAFE_INTEGER });
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const line = progressLine();
  const started = performance.now();
  let done = before;
  const partDone = (count: number) => {
    done += count;
    line.show(pace({ done, total, before, seconds: (performance.now() - started) / 1000 }));
  };
  try {
    return await verb(deps, one, { runner, goOn: () => !isInterrupted, partDone });
  } finally {
    line.end();
    await leaveImport(deps.db, { id: one.id, runner });
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

async function show(deps: Deps, actor: Actor, id: string, { problems }: Values): Promise<number> {
  const one = await importFor(deps, actor, id);
  console.log(reportInWords(await reportOf(deps, one)));
  const written = problems === undefined ? undefined : await writeProblems(deps, one, problems);
  if (written !== undefined) console.log(whereProblems(written));
  return 0;
}

async function list(deps: Deps, actor: Actor): Promise<number> {
  const reports: ImportReport[] = [];
  for (const one of await importsFor(deps, actor)) reports.push(await reportOf(deps, one));
  console.log(
    table(
      ['编号 id', '开始 begun', '状态 state', '文件 file', '行 rows', '完成 done', '签发 issued'],
      reports.map(({ id, createdAt, state, fileName, rows, done, issued }) => [
        id,
        createdAt,
        state,
        fileName,
        rows,
        done,
        issued,
      ]),
    ),
  );
  return 0;
}

async function rollback(deps: Deps, actor: Actor, id: string, { reason, yes }: Values): Promise<number> {
  if (!reason) throw new UsageError('请用 --reason 写明原因。 Say why with --reason.');
  const before = await reportOf(deps, await importFor(deps, actor, id));
  if (!yes && before.state !== 'rolling-back' && !(await isConfirmed(before))) {
    console.log('没有撤回。 Nothing was taken back.');
    return 1;
  }
  const one = await rollBackImport(deps, actor, { id, reason });
  const isFinished =
    one.state === 'rolled-back' || (await work(deps, one, workOffRollback, { total: before.accepted, before: 0 }));
  console.log(reportInWords(await reportOf(deps, await importFor(deps, actor, id))));
  return isFinished ? 0 : 1;
}

async function isConfirmed({ id, fileName, accepted, issued }: ImportReport): Promise<boolean> {
  const question =
    `撤回导入 ${id}(${fileName}):冲销 ${accepted} 条记录,撤销约 ${issued} 张证书,不可恢复。确定请输入 yes: ` +
    `\nTake import ${id} back: ${accepted} records are reversed and about ${issued} certificates revoked, for good. Type yes: `;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await Promise.race([terminal.question(question), once(terminal, 'close').then(() => '')])) === 'yes';
  } finally {
    terminal.close();
  }
}

function namedColumns(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const field = listFields.find((one) => one === pair.slice(0, at));
      if (field === undefined || at + 1 === pair.length)
        throw new UsageError(
          `--column ${pair}: 应为 ${listFields.join('、')} 之一 = 列名。 Expected one of these = a column's name.`,
        );
      return [field, pair.slice(at + 1)];
    }),
  );
}

/** Returns where they are; without any there is no file. */
async function writeProblems(deps: Deps, one: Import, path: string): Promise<string | undefined> {
  const rows = findingsCsv(one.header, findingsOf(deps, one));
  const { value: head } = await rows.next();
  const file = newTable(path, head ?? '');
  for await (const row of rows) await file.add(row);
  return file.close();
}
