/** Peak memory of reading two million learning records as they come: `node test/bench/records-memory.ts [rows]`. A process for each format; the records are made as they are read. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dryRun } from '../../src/learning/formats/dry-run.ts';
import { knownValues } from '../../src/learning/formats/known-words.ts';
import { type RecordMediaType, readRecords } from '../../src/learning/formats/read-records.ts';
import { parseScheme } from '../../src/learning/scheme-reader.ts';
import { parseJson } from '../../src/vc/json.ts';

const ROWS_A_PIECE = 500;
const [wanted = '2000000', mediaType] = process.argv.slice(2);
const rows = Number(wanted);

async function measure(type: RecordMediaType): Promise<void> {
  const parsed = parseScheme(JSON.parse(readFileSync('credentials/shangcheng-star-licence/scheme.json', 'utf8')));
  if (!parsed.ok) throw new Error('the scheme does not read');
  const schemes = new Map([[parsed.scheme.id, parsed.scheme]]);
  const started = performance.now();
  const read = await readRecords(pieces(type), { mediaType: type, parseJson: strict, values: knownValues(schemes) });
  if (!read.ok) throw new Error(read.problem.en);
  const { good, refused } = await dryRun(
    read.rows,
    { schemes, now: Date.now() / 1000, source: 'bench' },
    () => undefined,
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${type}: ${good} good, ${refused} refused, ${seconds} s, peak ${peak} MB resident`);
}

function strict(text: string): unknown {
  const parsed = parseJson(text, { maxBytes: 1 << 16, maxDepth: 8 });
  if (!parsed.ok) throw new SyntaxError(parsed.fault.reason);
  return parsed.value;
}

function* pieces(type: RecordMediaType): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  if (type === 'text/csv')
    yield encoder.encode('\uFEFF记录编号,学员编号,姓名,阶段,活动,学习方式,状态,日期,时长（分钟）,成绩\r\n');
  const line = type === 'text/csv' ? csvLine : jsonLine;
  for (let from = 0; from < rows; from += ROWS_A_PIECE) {
    const lines = Array.from({ length: Math.min(ROWS_A_PIECE, rows - from) }, (_, at) => line(from + at));
    yield encoder.encode(lines.join(''));
  }
}

const csvLine = (n: number): string =>
  `r-${n},3301${n % 220_000},王小明,4-6,lesson：${n % 500},线上,已完成,2026年3月${(n % 28) + 1}日 下午8:15,${n % 60},${n % 100}\r\n`;

const jsonLine = (n: number): string =>
  `{"id":"r-${n}","learner":{"id":"3301${n % 220_000}","name":"王小明"},"stage":"4-6","activity":"lesson:${n % 500}","category":"online","verb":"completed","occurredAt":"2026-03-${String((n % 28) + 1).padStart(2, '0')}T20:15:00+08:00","minutes":${n % 60},"score":${n % 100}}\n`;

if (mediaType === undefined) {
  for (const type of ['text/csv', 'application/x-ndjson'])
    spawnSync(process.execPath, [import.meta.filename, wanted, type], { stdio: 'inherit' });
} else {
  await measure(mediaType as RecordMediaType); // from the list above
}
