/** POST /api/events: learning records as JSON, NDJSON, CSV or XLSX, for good or as a dry run; and the column mapping of the key's source. */
import { type Context, Hono } from 'hono';
import { AppError } from '../../errors.ts';
import { authorise } from '../../issuer/actor.ts';
import { MAX_RECORDS, recordEvents } from '../../issuer/record-event.ts';
import { setSourceMapping, sourceMapping } from '../../issuer/source-mapping.ts';
import { dryRun } from '../../learning/formats/dry-run.ts';
import type { Encoding } from '../../learning/formats/encoding.ts';
import { errorTableHead, errorTableLine } from '../../learning/formats/error-table.ts';
import { knownValues } from '../../learning/formats/known-words.ts';
import { type RecordFile, type Row, readRecords } from '../../learning/formats/read-records.ts';
import { XLSX } from '../../learning/formats/sheet.ts';
import { parseJson } from '../../vc/json.ts';
import type { AppEnv } from '../app-env.ts';
import { requireKey } from '../auth.ts';
import { bodyBytes, bodyObject, JSON_DEPTH, mediaType } from '../body.ts';
import { idempotently } from '../idempotent.ts';
import { recordProblemDocument } from '../problem.ts';

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_MAPPING_BYTES = 64 * 1024;
/** Of a dry run's refused rows, so many are shown. */
const SHOWN = 20;

type Rejected = { index: number; line: number; problem: ReturnType<typeof recordProblemDocument> };

export const events = new Hono<AppEnv>()
  .post('/api/events', requireKey, async (c) => {
    authorise(c.get('actor'), 'records:write');
    const onlyTry = isDryRun(c);
    const body = await bodyBytes(c, MAX_BYTES);
    const file = await openBody(c, body);
    if (onlyTry) return answerDryRun(c, file);
    const rows: Row[] = [];
    for await (const row of file.rows) rows.push(row);
    const response = await idempotently(c, body, async () => {
      const { rejected, ...outcome } = await recordEvents(c.get('deps'), c.get('actor'), rows);
      return {
        ...outcome,
        rejected: rejected.map(({ index, problem }) => ({
          index,
          line: rows[index]?.line,
          problem: recordProblemDocument(problem),
        })),
      };
    });
    if (!wantsTable(c)) return response;
    const answer: { accepted: number; duplicates: number; rejected: Rejected[] } = await response.json(); // ours, above
    const lines = answer.rejected.map(({ index, problem }) =>
      errorTableLine(rows[index] ?? { line: 0, cells: [] }, problem),
    );
    return answerTable(c, file, lines, { ...answer, rejected: lines.length });
  })
  .get('/api/mapping', requireKey, async (c) => {
    const found = await sourceMapping(c.get('deps'), c.get('actor'));
    return c.json({ source: c.get('actor').source, mapping: found?.json ?? null });
  })
  .put('/api/mapping', requireKey, async (c) => {
    const mapping = await bodyObject(c, MAX_MAPPING_BYTES);
    await setSourceMapping(c.get('deps'), c.get('actor'), mapping);
    return c.json({ source: c.get('actor').source, mapping });
  });

/** Anything but true and false is refused: a misspelt dry run must not write. */
function isDryRun(c: Context<AppEnv>): boolean {
  const said = c.req.query('dryRun');
  if (said === undefined || said === 'false' || said === 'true') return said === 'true';
  throw new AppError(
    'invalid-field',
    { zh: '“dryRun” 应为 true 或 false。', en: 'dryRun must be true or false.' },
    'dryRun',
  );
}

/** The body as rows; a problem of the whole of it is the answer. */
async function openBody(c: Context<AppEnv>, body: Uint8Array): Promise<RecordFile> {
  const type = mediaType(c, ['application/json', 'application/x-ndjson', 'text/csv', XLSX]);
  const own = type === 'text/csv' || type === XLSX ? await sourceMapping(c.get('deps'), c.get('actor')) : undefined;
  const read = await readRecords([body], {
    mediaType: type,
    parseJson: strictOrThrow,
    encoding: saidEncoding(c),
    mapping: own?.mapping,
    values: knownValues(c.get('deps').schemes),
  });
  if (read.ok) return { ...read, rows: atMost(read.rows) };
  throw new AppError('malformed-request', read.problem, read.problem.field);
}

/** The first row too many ends it: a small body can hold millions. */
async function* atMost(rows: RecordFile['rows']): RecordFile['rows'] {
  let count = 0;
  for await (const row of rows) {
    if (++count > MAX_RECORDS)
      throw new AppError('too-large', {
        zh: `一次最多 ${MAX_RECORDS} 条记录,试读也是如此;请分批发送,或在命令行用 npm run records 读整个文件。`,
        en: `At most ${MAX_RECORDS} records at a time, in a dry run too. Send them in parts, or give the whole file to npm run records.`,
      });
    yield row;
  }
}

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  'utf-16le': 'utf-16le',
};

/** What `charset` says; without it the bytes do. */
function saidEncoding(c: Context<AppEnv>): Encoding | undefined {
  const [, said] = /;\s*charset="?([^";\s]+)/i.exec(c.req.header('content-type') ?? '') ?? [];
  if (said === undefined) return undefined;
  const name = said.toLowerCase();
  if (Object.hasOwn(ENCODINGS, name)) return ENCODINGS[name];
  const known = Object.keys(ENCODINGS).join(', ');
  throw new AppError('unsupported-media-type', {
    zh: `不认识的 charset;应为 ${known} 之一,或不写。`,
    en: `Unknown charset: use one of ${known}, or none.`,
  });
}

async function answerDryRun(c: Context<AppEnv>, file: RecordFile): Promise<Response> {
  const { schemes, clock } = c.get('deps');
  const { source, categories } = c.get('actor');
  const context = { schemes, now: clock.now(), source, ...(categories ? { categories } : {}) };
  const shown: Rejected[] = [];
  const lines: string[] = [];
  const result = await dryRun(file.rows, context, ({ row, problem }, index) => {
    if (wantsTable(c)) lines.push(errorTableLine(row, problem));
    else if (shown.length < SHOWN) shown.push({ index, line: row.line, problem: recordProblemDocument(problem) });
  });
  if (wantsTable(c)) return answerTable(c, file, lines, { accepted: 0, duplicates: 0, rejected: lines.length });
  const { shown: columns, constants } = file.columns ?? { shown: [], constants: [] };
  return c.json({ dryRun: true, encoding: file.encoding(), columns, constants, ...result, rejected: shown });
}

const wantsTable = (c: Context<AppEnv>): boolean => /^\s*text\/csv\b/i.test(c.req.header('accept') ?? '');

/** The refused rows as a table to mend; the counts, for which it has no place, are headers. */
function answerTable(
  c: Context<AppEnv>,
  { header }: RecordFile,
  lines: readonly string[],
  { accepted, duplicates, rejected }: { accepted: number; duplicates: number; rejected: number },
): Response {
  return c.body(errorTableHead(header) + lines.join(''), 200, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="rejected.csv"',
    'xingzheng-accepted': String(accepted),
    'xingzheng-duplicates': String(duplicates),
    'xingzheng-rejected': String(rejected),
  });
}

function strictOrThrow(text: string): unknown {
  const parsed = parseJson(text, { maxBytes: MAX_BYTES, maxDepth: JSON_DEPTH });
  if (parsed.ok) return parsed.value;
  throw parsed.fault.reason === 'too-large' ? new RangeError() : new SyntaxError();
}
