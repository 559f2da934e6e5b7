/**
 * Peak memory of `npm run records -- check`, or `take`, as built, over two million CSV and NDJSON rows and a full sheet of XLSX:
 * `npm run build && node test/bench/records-memory.ts [check|take] [csv|ndjson|xlsx] [rows]`.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Zip, ZipDeflate } from 'fflate';
import packageJson from '../../package.json' with { type: 'json' };
import { workbookParts } from '../learning/formats/workbooks.ts';
import { openOffice } from '../support/office.ts';

const ROWS_A_PIECE = 1000;
const HEADER = ['记录编号', '学员编号', '姓名', '阶段', '活动', '学习方式', '状态', '日期', '时长', '成绩'];
/** In the child, before the program: says at its end what it has used. */
const HOOK = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(JSON.stringify({ peakMB: Math.round(maxRSS / 1024), cpuSeconds: Math.round((userCPUTime + systemCPUTime) / 1e6) }));
});`;

type Write = (piece: string | Uint8Array) => Promise<unknown>;
const cells = (n: number): (string | number)[] => [
  `r-${n}`,
  3301_000_000 + (n % 220_000),
  '王小明',
  '4-6',
  `lesson：${n % 500}`,
  '线上',
  '已完成',
  `2026年3月${(n % 28) + 1}日 下午8:15`,
  n % 60,
  n % 100,
];

const FORMATS: Readonly<Record<string, { rows: number; write(rows: number, write: Write): Promise<void> }>> = {
  csv: {
    rows: 2_000_000,
    async write(rows, write) {
      await write(`\uFEFF${HEADER.join(',')}\r\n`);
      for (const piece of pieces(rows, (n) => `${cells(n).join(',')}\r\n`)) await write(piece);
    },
  },
  ndjson: {
    rows: 2_000_000,
    async write(rows, write) {
      for (const piece of pieces(rows, (n) => `${JSON.stringify(record(n))}\n`)) await write(piece);
    },
  },
  xlsx: { rows: 1_048_575, write: writeWorkbook },
};

function record(n: number): object {
  const [id, learner, name] = cells(n);
  const occurredAt = `2026-03-${String((n % 28) + 1).padStart(2, '0')}T20:15:00+08:00`;
  const activity = `lesson:${n % 500}`;
  const rest = {
    stage: '4-6',
    activity,
    category: 'online',
    verb: 'completed',
    occurredAt,
    minutes: n % 60,
    score: n % 100,
  };
  return { id, learner: { id: String(learner), name }, ...rest };
}

function* pieces(rows: number, line: (n: number) => string): Generator<string> {
  for (let from = 0; from < rows; from += ROWS_A_PIECE)
    yield Array.from({ length: Math.min(ROWS_A_PIECE, rows - from) }, (_, at) => line(from + at)).join('');
}

/** Texts of the sheet stand in it, but for the ids, which are shared: so memory holds what it must for any sheet of ids. */
async function writeWorkbook(rows: number, write: Write): Promise<void> {
  const parts = Object.entries(workbookParts([HEADER])) as [string, string][]; // all of them are texts
  let ready: Uint8Array[] = [];
  const zip = new Zip((_, piece) => ready.push(piece));
  const flush = async () => {
    for (const piece of ready) await write(piece);
    ready = [];
  };
  for (const [name, content] of parts) {
    const entry = new ZipDeflate(name);
    zip.add(entry);
    const more = name.endsWith('sheet1.xml')
      ? pieces(rows, sheetRow)
      : name.endsWith('sharedStrings.xml')
        ? pieces(rows, (n) => `<si><t>r-${n}</t></si>`)
        : [];
    const cut = content.search(/<\/(?:sheetData|sst)>/);
    const [head, tail] = cut === -1 ? [content, ''] : [content.slice(0, cut), content.slice(cut)];
    entry.push(new TextEncoder().encode(head));
    for (const piece of more) {
      entry.push(new TextEncoder().encode(piece));
      await flush();
    }
    entry.push(new TextEncoder().encode(tail), true);
  }
  zip.end();
  await flush();
}

function sheetRow(n: number): string {
  const xml = cells(n).map((cell, at) => {
    const reference = `${String.fromCharCode(65 + at)}${n + 2}`;
    if (at === 0) return `<c r="${reference}" t="s"><v>${HEADER.length + n}</v></c>`;
    return typeof cell === 'number'
      ? `<c r="${reference}"><v>${cell}</v></c>`
      : `<c r="${reference}" t="inlineStr"><is><t>${cell}</t></is></c>`;
  });
  return `<row r="${n + 2}">${xml.join('')}</row>`;
}

/** What `npm run records` starts, with V8's own heap held small: it takes what it may before it tidies up. */
const asScripted = (): string[] => packageJson.scripts.records.split('&& node ')[1]?.split(' ') ?? [];

async function measure(verb: string, name: string, rows: number): Promise<void> {
  const office = verb === 'take' ? await openOffice() : undefined;
  const desk = mkdtempSync(join(tmpdir(), 'xingzheng-memory-'));
  try {
    const path = join(desk, `records.${name}`);
    const file = createWriteStream(path);
    await FORMATS[name]?.write(rows, async (piece) => file.write(piece) || once(file, 'drain'));
    file.end();
    await once(file, 'close');
    writeFileSync(join(desk, 'hook.mjs'), HOOK);
    const where = office ? ['--org', office.organisation.id, '--source', 'zjhj'] : [];
    const program = ['--import', join(desk, 'hook.mjs'), ...asScripted(), verb, path, ...where];
    const env = { ...process.env, ...office?.env };
    const { stdout, stderr } = spawnSync(process.execPath, program, { encoding: 'utf8', env });
    const said = /^行 rows:.*$/m.exec(stdout)?.[0] ?? stdout;
    console.log(`${verb} ${name}, ${Math.round(statSync(path).size / 2 ** 20)} MB: ${said} ${stderr}`);
  } finally {
    office?.close();
    rmSync(desk, { recursive: true, force: true });
  }
}

const [verb = 'check', only, count] = process.argv.slice(2);
for (const [name, { rows }] of Object.entries(FORMATS))
  if (only === undefined || only === name) await measure(verb, name, count === undefined ? rows : Number(count));
