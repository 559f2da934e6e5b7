/** `npm run sample`: writes a file to try things with; nothing in it is anybody's. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { command, UsageError } from './console/command.ts';
import {
  CERTIFICATE_HEADER,
  certificateLines,
  FEWEST,
  faultCount,
  faultNames,
  foundAs,
} from './console/sample-certificates.ts';
import { table } from './console/table.ts';

const USAGE = `npm run sample -- certificates <rows> [--seed <number>] [--out <file>]
写出一份虚构的已有电子证书名单(CSV),其中各种错误的数量已知;同一种子得同一文件。 Writes an invented list of certificates that were given before, as CSV, with every
fault that such lists have in a known number. The same seed gives the same file.
  <rows>   行数,${FEWEST} 到 10000000 rows, ${FEWEST} to 10,000,000
  --seed   随机种子(默认 20210701) seed of what is drawn
  --out    写到此文件(默认写到标准输出) a file to write to; without it standard output`;

const BATCH = 1_000;

await command(USAGE, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seed: { type: 'string', default: '20210701' }, out: { type: 'string' } },
  });
  const [what, count = '', ...more] = positionals;
  const [rows, seed] = [count, values.seed].map((text) => (/^\d{1,10}$/.test(text) ? Number(text) : Number.NaN));
  if (
    what !== 'certificates' ||
    more.length > 0 ||
    !rows ||
    rows < FEWEST ||
    rows > 10_000_000 ||
    seed === undefined ||
    Number.isNaN(seed)
  )
    throw new UsageError('应为 certificates 和行数。 Expected certificates and a number of rows.');
  await writeLines(values.out, certificateLines(rows, seed));
  console.error(
    table(
      ['错误 fault', '行数 rows', '导入时报告 the import says'],
      faultNames.map((fault) => [fault, faultCount(fault, rows), foundAs(fault)]),
    ),
  );
  return 0;
});

async function writeLines(path: string | undefined, lines: Iterable<string>): Promise<void> {
  const out = path === undefined ? process.stdout : createWriteStream(path);
  const failed = once(out, 'error').then(([error]) => {
    throw new UsageError(`${path ?? 'stdout'}: ${error instanceof Error ? error.message : ''}`);
  });
  const write = async () => {
    let batch = `\uFEFF${CERTIFICATE_HEADER}\r\n`;
    let count = 0;
    for (const line of lines) {
      batch += line;
      if (++count % BATCH !== 0) continue;
      if (!out.write(batch)) await once(out, 'drain');
      batch = '';
    }
    out.write(batch);
    if (path !== undefined) await new Promise<void>((resolve) => out.end(resolve));
  };
  await Promise.race([write(), failed]);
}
