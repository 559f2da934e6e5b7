/** What an import came to, in words for the console. */
import type { Actor } from '../../issuer/actor.ts';
import type { ImportTrial } from '../../issuer/check-import.ts';
import type { ImportReport } from '../../issuer/import-progress.ts';
import { table } from './table.ts';

export function trialInWords(trial: ImportTrial): string {
  const { scheme, source, columns, constants, rows, accepted, duplicates, refused, repeated, problems, findings } =
    trial;
  return [
    `试导入,没有写入任何内容。 A trial: nothing was written. ${scheme}, ${source}`,
    table(
      ['列 column', '读作 read as'],
      [
        ...columns.map(({ column, fields }) => [column, fields.join(', ') || '不读 not read']),
        ...constants.map(({ field, value }) => ['(每行相同 every row)', `${field} = ${value}`]),
      ],
    ),
    '',
    table(
      ['行 rows', '将记录 accepted', '重复 duplicates', '拒绝 refused', '其中已有证书 repeated'],
      [[rows, accepted, duplicates, refused, repeated]],
    ),
    ...problemLines(problems),
    ...(findings.length > 0 ? ['', '最前面的几行 The first of them'] : []),
    ...findings.map(
      ({ line, problem: { column, code, zh, en } }) => `  第 ${line} 行 line ${line}: ${column} ${code} — ${zh} ${en}`,
    ),
  ].join('\n');
}

export function reportInWords(report: ImportReport): string {
  const { id, state, fileName, rows, done, accepted, duplicates, refused, repeated, issued, waiting } = report;
  const { rolledBack } = report;
  return [
    `导入 import ${id} ${fileName}: ${STATES[state]}`,
    table(
      [
        '行 rows',
        '完成 done',
        '记录 accepted',
        '重复 duplicates',
        '拒绝 refused',
        '已有证书 repeated',
        '签发 issued',
        '待签发 waiting',
      ],
      [[rows, done, accepted, duplicates, refused, repeated, issued, waiting]],
    ),
    ...problemLines(report.problems),
    ...(rolledBack === null
      ? []
      : [`撤回原因 rolled back because: ${rolledBack.reason}; 撤销 revoked: ${rolledBack.revoked}`]),
  ].join('\n');
}

export const closingInWords = (
  report: ImportReport,
  actor: Pick<Actor, 'organisation' | 'source'>,
  { seconds, problems }: { seconds: number; problems: string | undefined },
): string =>
  [
    reportInWords(report),
    `用时 ${seconds.toFixed(1)} 秒 seconds`,
    ...(problems === undefined ? toAskForProblems(report, actor) : [whereProblems(problems)]),
  ].join('\n');

const toAskForProblems = (
  { id, problems }: ImportReport,
  { organisation, source }: Pick<Actor, 'organisation' | 'source'>,
): string[] =>
  Object.keys(problems).length === 0
    ? []
    : [
        '写出需要核对的行 to have the rows to look at written:',
        `  npm run import -- show ${id} --org ${organisation} --source ${source} --problems <文件 file>`,
      ];

export const whereProblems = (path: string): string => `需要核对的行 rows to look at: ${path}`;

const problemLines = (problems: Readonly<Record<string, number>>): string[] => {
  const rows = Object.entries(problems).sort(([, a], [, b]) => b - a);
  return rows.length === 0 ? [] : ['', table(['问题 problem', '行 rows'], rows)];
};

const STATES: Readonly<Record<ImportReport['state'], string>> = {
  uploading: '上传中 uploading',
  running: '进行中 running',
  done: '完成 done',
  'rolling-back': '撤回中 rolling back',
  'rolled-back': '已撤回 rolled back',
};
