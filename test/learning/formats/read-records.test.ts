/** JSON, NDJSON and CSV as one stream of rows: what each row says, where it stands, and that a bad one costs no good one. */
import { parse as oracle } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unguarded } from '../../../src/learning/formats/cell.ts';
import { type RecordMediaType, readRecords } from '../../../src/learning/formats/read-records.ts';
import { readings, rowsIn } from './rows.ts';

const header = 'id,learner.id,learner.name,scheme,stage,activity,category,verb,occurredAt,minutes,score';
const line = 'r-1,p-1,王小明,s,0-3,lesson:1,online,completed,2026-03-01T09:00:00+08:00,7,90';
const value = {
  id: 'r-1',
  learner: { id: 'p-1', name: '王小明' },
  scheme: 's',
  stage: '0-3',
  activity: 'lesson:1',
  category: 'online',
  verb: 'completed',
  occurredAt: '2026-03-01T09:00:00+08:00',
  minutes: 7,
  score: 90,
};
const json = (text: string, mediaType: RecordMediaType = 'application/json') => readings(text, { mediaType });
const csv = (...lines: string[]) => readings(lines.join('\n'));

describe('JSON', () => {
  test('one record, or an array of them', async () => {
    expect(await json('{"id":"a"}')).toEqual([{ id: 'a' }]);
    expect(await json('[{"id":"a"},3]')).toEqual([{ id: 'a' }, 3]);
    expect(await json('\uFEFF[]')).toEqual([]);
  });

  test('broken JSON refuses the whole body, and so does one that is broken in a character', async () => {
    expect(await json('[{"id":')).toEqual(['malformed-json', '']);
    expect(await json('')).toEqual(['malformed-json', '']);
    expect(await readings(Uint8Array.of(0x22, 0xe7, 0x8e, 0x22), { mediaType: 'application/json' })).toEqual([
      'undecodable',
      '',
    ]);
  });

  test('a row is given back as its own text', async () => {
    expect(await rowsIn('[{"id":"a"},3]', { mediaType: 'application/json' })).toEqual([
      { line: 1, cells: ['{"id":"a"}'], value: { id: 'a' } },
      { line: 2, cells: ['3'], value: 3 },
    ]);
  });

  test('what is too large to be read whole is refused before it is', async () => {
    const endless = (function* () {
      for (;;) yield new Uint8Array(1 << 20).fill(0x20);
    })();
    const read = await readRecords(endless, { mediaType: 'application/json', parseJson: JSON.parse });
    expect(read).toMatchObject({ ok: false, problem: { code: 'json-too-large' } });
  });
});

describe('NDJSON', () => {
  const lines = (text: string) => json(text, 'application/x-ndjson');

  test('a broken line does not stop the others, empty lines do not count', async () => {
    expect(await lines('{"id":"a"}\r\n\n{oops\n[1]\n')).toEqual([{ id: 'a' }, 'malformed-json', [1]]);
  });

  test('a row names its line in the file and keeps its text', async () => {
    const [, broken] = await rowsIn('{}\n\n{oops', { mediaType: 'application/x-ndjson' });
    expect(broken).toMatchObject({ line: 3, cells: ['{oops'], problem: { en: 'Not correct JSON (line 3).' } });
  });

  test('a line without end costs itself only, and is not held', async () => {
    const long = `"${'x'.repeat(300_000)}"`;
    const rows = await rowsIn(`1\n${long}\n2`, { mediaType: 'application/x-ndjson', pieceBytes: 1000 });
    expect(rows).toMatchObject([{ value: 1 }, { line: 2, problem: { code: 'line-too-long' } }, { line: 3, value: 2 }]);
    expect(rows[1]?.cells[0]?.length).toBe(1024);
  });

  test('a line with broken bytes costs itself only', async () => {
    const text = Buffer.concat([
      Buffer.from('{"id":"王小明"}\n{"id":"王'),
      Buffer.of(0xe5, 0xb0),
      Buffer.from('"}\n{"id":"李"}\n'),
    ]);
    expect(await readings(text, { mediaType: 'application/x-ndjson' })).toEqual([
      { id: '王小明' },
      'undecodable',
      { id: '李' },
    ]);
  });
});

describe('CSV', () => {
  test('a row becomes the same value as the JSON record, and keeps its cells', async () => {
    expect(await csv(header, line)).toEqual([value]);
    expect(await rowsIn(`${header}\n${line}`)).toEqual([{ line: 2, cells: line.split(','), value }]);
  });

  test('byte order mark, CRLF and mixed line ends, columns in another order', async () => {
    expect(await csv(`\uFEFF${header}\r\n${line}\r\n${line}\n${line}`)).toEqual([value, value, value]);
    expect(await csv(`${header}\r${line}\r\r${line}`)).toEqual([value, value]);
    expect(await csv('verb,learner.id,id,stage,activity,category,occurredAt', 'v,p,r,s,a,c,d')).toEqual([
      { verb: 'v', id: 'r', stage: 's', activity: 'a', category: 'c', occurredAt: 'd', learner: { id: 'p' } },
    ]);
  });

  test('tabs, or the commas of a Chinese keyboard, where the header has no other', async () => {
    expect(await csv(header.replaceAll(',', '\t'), line.replaceAll(',', '\t'))).toEqual([value]);
    expect(await csv(header.replaceAll(',', '，'), line.replaceAll(',', '，'))).toEqual([value]);
  });

  test('an empty cell is an absent value', async () => {
    expect(await csv(header, 'r-1,,,,0-3,,online,completed,2026,,')).toEqual([
      { id: 'r-1', learner: {}, stage: '0-3', category: 'online', verb: 'completed', occurredAt: '2026' },
    ]);
  });

  test('quoted cells may hold commas, quotation marks and line ends; lines are counted as a person counts them', async () => {
    const quoted = line.replace('lesson:1', '"lesson:1,\r\n""2"""');
    const rows = await rowsIn([header, quoted, line].join('\n'));
    expect(rows).toMatchObject([
      { line: 2, value: { ...value, activity: 'lesson:1,\r\n"2"' } },
      { line: 4, value },
    ]);
  });

  test('a row with too few or too many cells does not stop the others', async () => {
    expect(await csv(header, 'r-0,p-1', line, `${line},9`, line)).toEqual([
      'malformed-row',
      value,
      'malformed-row',
      value,
    ]);
    const rows = await rowsIn(`${header}\n${line}\nr-0,p-1`);
    expect(rows[1]).toMatchObject({
      line: 3,
      cells: ['r-0', 'p-1'],
      problem: { en: expect.stringContaining('Line 3 ') },
    });
  });

  test('a quotation mark out of place is its row’s problem', async () => {
    expect(await csv(header, line.replace('lesson:1', '"lesson"1'), line)).toEqual(['malformed-row', value]);
    expect(await csv(header, line.replace('lesson:1', 'les"son'), line)).toEqual(['malformed-row', value]);
  });

  test('a quotation mark that never closes costs its own line, not the file', async () => {
    const open = line.replace('lesson:1', '"lesson');
    expect(await csv(header, line, open, line, line)).toEqual([value, 'malformed-row', value, value]);
    expect(await csv(header, line, open)).toEqual([value, 'malformed-row']);
    // The mark that closes it is the next row's first: the cell would end before a letter.
    expect(await csv(header, open, line.replace('王小明', '"王小明"'), line)).toEqual(['malformed-row', value, value]);
    // Here it would end well, and three rows would be one of too few cells.
    expect(await csv(header, open, line, `${line},"`, line)).toEqual(['malformed-row', value, 'malformed-row', value]);
  });

  test('nor more than a record may hold, in a file that is larger', async () => {
    const many = Array.from({ length: 3000 }, () => line);
    const open = line.replace('lesson:1', '"lesson');
    const rows = await rowsIn([header, open, ...many].join('\n'), { pieceBytes: 5000 });
    expect(rows.length).toBe(3001);
    expect(rows.filter((row) => 'problem' in row).map((row) => row.line)).toEqual([2]);
    expect(rows[0]?.cells).toEqual(open.split(','));
  });

  test('a line without end costs itself only, and is not held', async () => {
    const rows = await rowsIn(`${header}\n${'x'.repeat(300_000)}\r\n${line}`, { pieceBytes: 1000 });
    expect(rows).toMatchObject([
      { line: 2, problem: { code: 'malformed-row' } },
      { line: 3, value },
    ]);
    expect(rows[0]?.cells.join().length).toBeLessThan(2000);
  });

  test.each([
    ['7', 7],
    ['007', 7],
    ['-5', -5],
    ['7.5', 7.5],
    ['1e3', '1e3'],
    ['0x10', '0x10'],
    ['9'.repeat(40), '9'.repeat(40)],
  ])('minutes %j become %j', async (cell, minutes) => {
    expect(await csv(header, line.replace(',7,90', `,${cell},90`))).toEqual([{ ...value, minutes }]);
  });

  test.each([
    ['an unknown column', `${header},birthDate`, 'unknown-column', 'birthDate'],
    ['a column that only objects have', `${header},constructor`, 'unknown-column', 'constructor'],
    ['a missing column', header.replace('verb,', ''), 'missing-column', 'verb'],
    ['a column twice', `${header},id`, 'duplicate-column', 'id'],
    ['no header', line, 'missing-column', 'id'],
    ['nothing at all', '', 'missing-column', 'id'],
    ['a quotation mark that never closes in the header', `"${header}`, 'malformed-csv', ''],
  ])('%s refuses the whole file and names the column', async (_, first, code, field) => {
    expect(await csv(first)).toEqual([code, field]);
    if (first !== '') expect(await csv(first, line)).toEqual([code, field]);
  });

  /** A file without end, which says how much of it was taken and whether it was closed. */
  function endless(first: string) {
    const state = { pieces: 0, closed: false };
    const source = (async function* () {
      try {
        for (;;) {
          yield new TextEncoder().encode(state.pieces === 0 ? `${first}\n` : `${line}\n`.repeat(10));
          state.pieces++;
        }
      } finally {
        state.closed = true;
      }
    })();
    return { state, source };
  }

  test('leaving early closes the source, and so does a header that is refused', async () => {
    const left = endless(header);
    const read = await readRecords(left.source, { mediaType: 'text/csv', parseJson: JSON.parse });
    if (read.ok) for await (const _ of read.rows) break;
    expect(left.state.closed).toBe(true);
    const refused = endless('a,b');
    expect(await readRecords(refused.source, { mediaType: 'text/csv', parseJson: JSON.parse })).toMatchObject({
      ok: false,
    });
    expect(refused.state.closed).toBe(true);
  });

  test('no more of a file is taken than its reader has asked for, but for what tells its encoding', async () => {
    const { state, source } = endless(header);
    const read = await readRecords(source, { mediaType: 'text/csv', parseJson: JSON.parse, encoding: 'utf-8' });
    let rows = 0;
    if (read.ok)
      for await (const _ of read.rows) {
        expect(state.pieces - rows / 10).toBeLessThanOrEqual(2);
        if (++rows === 5000) break;
      }
    expect(rows).toBe(5000);
  });
});

describe('pieces of any size give the same rows', () => {
  const lines = (...more: string[]) => [header, line, line.replace('王小明', '"王\r\n小,明""𠮷"'), '', ...more, line];
  test.each([
    ['line feeds', lines().join('\n')],
    ['CR LF', lines().join('\r\n')],
    ['CR', lines().join('\r')],
    [
      'rows that are wrong',
      lines('r-0,p-0', line.replace('王', '"'), line.replace('lesson:1', '"lesson')).join('\r\n'),
    ],
    ['a byte order mark', `\uFEFF${lines().join('\n')}\n`],
  ])('%s', async (_, text) => {
    const expected = await rowsIn(text);
    expect(expected.length).toBeGreaterThan(2);
    for (const pieceBytes of [1, 2, 3, 5, 7, 64, 100]) expect(await rowsIn(text, { pieceBytes })).toEqual(expected);
  });

  test('whatever is written as RFC 4180 has it is read as it was written; csv-parse agrees', async () => {
    const cell = fc
      .oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[",\r\n王a ]{0,6}$/))
      .filter((text) => !/[\uFFFD\p{Co}\p{Cs}]/u.test(text) && unguarded(text) === text);
    const width = 7;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(cell, { minLength: width, maxLength: width }).filter((row) => row.some((one) => one.trim() !== '')),
          { maxLength: 5 },
        ),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 40 }),
        async (table, end, pieceBytes) => {
          const columns = ['id', 'learner.id', 'stage', 'activity', 'category', 'verb', 'occurredAt'];
          const text = [columns, ...table]
            .map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(','))
            .join(end);
          const read = (await rowsIn(text, { pieceBytes, encoding: 'utf-8' })).map(({ cells }) => cells);
          expect(read).toEqual(table);
          expect(read).toEqual(oracle(text, { record_delimiter: end }).slice(1));
        },
      ),
    );
  });
});
