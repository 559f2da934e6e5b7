/** `npm run demo`: the whole path on sample data with the embedded database, then the service stays up. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Deps } from '../deps.ts';
import { StartError } from '../errors.ts';
import { operator, SCOPES } from '../issuer/actor.ts';
import { makeApiKey } from '../issuer/api-key.ts';
import { type DevelopmentRoot, establishDevelopment, makeDevelopmentRoot } from '../issuer/development.ts';
import { issuerAt } from '../issuer/establish.ts';
import { linkToCredential } from '../issuer/holder-link.ts';
import { type RecordOutcome, recordEvents } from '../issuer/record-event.ts';
import { resumePending } from '../jobs/resume.ts';
import { type Row, readRecords } from '../learning/formats/read-records.ts';
import { nodeDeps, trustRootPath } from '../node-platform.ts';
import { type CredentialRow, credentialTotals, exampleCredential } from '../store/credentials.ts';
import { migrate } from '../store/migrate.ts';
import { codePrefix, toDigits } from '../vc/qr/payload.ts';
import { symbolText } from '../vc/qr/symbol.ts';
import type { Verdict } from '../vc/verify/verdict.ts';
import { verify } from '../vc/verify/verify.ts';
import { OUTCOME_WORDING } from '../vc/verify/wording.ts';
import { command } from './console/command.ts';
import { sampleRecords } from './console/sample-records.ts';
import { table as tableText } from './console/table.ts';

const USAGE = `npm run demo
在 DATA_DIR(默认 ./data)建立演示环境,导入示例学习记录,签发证书,离线核验一张,然后保持服务运行。
Sets up a demonstration in DATA_DIR (default ./data), imports sample learning records, issues certificates,
verifies one offline, and leaves the service up. A second run changes nothing. Settings: PORT, DATA_DIR, …`;

const ORGANISATION = { id: 'shangcheng', name: '杭州市上城区教育局(演示)' };
const ROWS_AT_ONCE = 500;

await command(USAGE, async () => {
  if (process.env.NODE_ENV === 'production') {
    throw new StartError(
      '演示使用开发密钥,不能在 NODE_ENV=production 下运行。 The demo uses development keys: not with NODE_ENV=production.',
    );
  }
  const deps = await established();
  await refuseBusyPort(deps.config.host, deps.config.port);
  const before = await credentialTotals(deps.db, ORGANISATION.id);
  const outcomes = await importSample(deps);
  await resumePending(deps);
  await printOutcome(deps, outcomes, JSON.stringify(before));
  const example = await exampleCredential(deps.db, ORGANISATION.id);
  if (example) await showExample(deps, example);
  await printLinks(deps);
  deps.db.close();
  return serveUntilStopped();
});

/** Root, keys, trust list and first bundle; whatever stands already is kept. */
async function established(): Promise<Deps> {
  const first = await nodeDeps({ env: process.env });
  await migrate(first.db);
  const keyPath = join(first.config.dataDir, 'development-root.key.json');
  if (!existsSync(keyPath)) {
    const root = await makeDevelopmentRoot(first);
    writeFileSync(keyPath, JSON.stringify(root), { mode: 0o600 });
  }
  first.db.close();
  const root: DevelopmentRoot = JSON.parse(readFileSync(keyPath, 'utf8'));
  writeFileSync(trustRootPath(first.config), JSON.stringify(root.document));
  const deps = await nodeDeps({ env: { ...process.env, TRUST_ROOT: JSON.stringify(root.document) } });
  const made = await establishDevelopment(deps, root, issuerAt(deps.config.publicUrl, ORGANISATION));
  print(
    made
      ? `已在 ${deps.config.dataDir} 建立数据库和开发密钥(仅供演示)。 Database and development keys made in ${deps.config.dataDir}.`
      : `使用 ${deps.config.dataDir} 中已有的数据库和开发密钥。 Using the database and development keys in ${deps.config.dataDir}.`,
  );
  return deps;
}

type SourceOutcome = {
  source: string;
  title: { zh: string; en: string };
  read: number;
  outcome: RecordOutcome;
  rows: readonly Row[];
};

async function importSample(deps: Deps): Promise<SourceOutcome[]> {
  const outcomes: SourceOutcome[] = [];
  for (const { source, title, csv } of sampleRecords()) {
    const read = await readRecords([new TextEncoder().encode(csv)], { mediaType: 'text/csv', parseJson: JSON.parse });
    if (!read.ok) throw new Error(`the sample of ${source} does not read: ${read.problem.en}`);
    const rows: Row[] = [];
    for await (const row of read.rows) rows.push(row);
    const outcome: RecordOutcome = { accepted: 0, duplicates: 0, rejected: [], milestones: [] };
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      progress(`导入 importing ${title.zh} ${title.en}: ${from} / ${rows.length}`);
      const part = await recordEvents(deps, operator(ORGANISATION.id, source), rows.slice(from, from + ROWS_AT_ONCE));
      outcome.accepted += part.accepted;
      outcome.duplicates += part.duplicates;
      outcome.rejected.push(...part.rejected.map(({ index, problem }) => ({ index: index + from, problem })));
      outcome.milestones.push(...part.milestones);
    }
    outcomes.push({ source, title, read: rows.length, outcome, rows });
  }
  progress('');
  return outcomes;
}

async function printOutcome(deps: Deps, outcomes: readonly SourceOutcome[], before: string): Promise<void> {
  print('\n学习记录 Learning records');
  table(
    ['来源 source', '读取 read', '接受 accepted', '重复 duplicates', '拒绝 rejected'],
    outcomes.map(({ source, read, outcome }) => [
      source,
      read,
      outcome.accepted,
      outcome.duplicates,
      outcome.rejected.length,
    ]),
  );
  print('\n被拒绝的记录 Rejected records');
  table(
    ['来源与行 source, line', '原因 reason', '说明 explanation'],
    outcomes.flatMap(({ source, outcome }) =>
      outcome.rejected.map(({ index, problem }) => [`${source} ${index + 2}`, problem.code, problem.zh]),
    ),
  );
  const totals = await credentialTotals(deps.db, ORGANISATION.id);
  const scheme = deps.schemes.get('shangcheng-star-licence');
  print('\n证书 Certificates');
  table(
    ['星级 star', '已签发 issued', '待签发 pending', '已撤销 revoked'],
    (scheme?.levels ?? []).map(({ id, name }) => [
      `${name.zh} ${name.en}`,
      ...(['issued', 'pending', 'revoked'] as const).map((state) =>
        totals.filter((one) => one.level === id && one.state === state).reduce((sum, { count }) => sum + count, 0),
      ),
    ]),
  );
  const accepted = outcomes.reduce((sum, { outcome }) => sum + outcome.accepted, 0);
  if (accepted === 0 && JSON.stringify(totals) === before) {
    print('\n没有变化:这些记录以前都已导入。 Nothing changed: all of these records were imported before.');
  }
}

async function showExample(deps: Deps, example: CredentialRow): Promise<void> {
  const { fields, packed } = example;
  const digits = packed ? toDigits(packed) : '';
  const prefix = codePrefix(deps.config.publicUrl);
  const file = join(deps.config.dataDir, 'bundle.jws');
  print(`\n一张证书的二维码 The code of one certificate (${fields.uuid})`);
  print(symbolText(prefix, digits));
  const verdict = await verify(
    { qr: prefix + digits },
    { trust: await deps.trust(), now: deps.clock.now(), primitives: deps.primitives },
  );
  print(`离线核验 Verified offline: ${inOneLine(verdict)}`);
  print(
    `核验命令 To verify it yourself, with no network:\n  npm run bundle -- --out ${file} && npm run -s verify -- '${prefix}${digits}' --bundle ${file}`,
  );
  const link = await linkToCredential(deps, example);
  print(`\n持证人链接(15 分钟内有效) Holder's link, for 15 minutes:\n  ${link.url}`);
}

function inOneLine({ outcome, credential, asOf }: Verdict): string {
  const { word } = OUTCOME_WORDING[outcome];
  const what = credential ? ` — ${credential.achievement.name},${credential.holder},${credential.issuer.name}` : '';
  return `${word.zh} ${word.en}${what}(数据 bundle ${asOf.bundle ?? '–'})`;
}

async function printLinks(deps: Deps): Promise<void> {
  const keyPath = join(deps.config.dataDir, 'development-api-key.txt');
  if (!existsSync(keyPath)) {
    const token = await makeApiKey(deps, {
      organisation: ORGANISATION.id,
      source: 'demo',
      scopes: SCOPES,
      development: true,
    });
    writeFileSync(keyPath, token, { mode: 0o600 });
  }
  const { publicUrl } = deps.config;
  print(`
到哪里看 Where to look
  首页 start page        ${publicUrl}/
  核验 check a code      ${publicUrl}/c/
  核验站 check station   ${publicUrl}/station/
  信任数据 trust bundle  ${publicUrl}/trust/bundle
开发用 API 密钥 Development API key: ${readFileSync(keyPath, 'utf8')}
  curl -s ${publicUrl}/readyz
`);
}

async function serveUntilStopped(): Promise<number> {
  const server = spawn(process.execPath, [join(import.meta.dirname, '..', 'node.js')], {
    stdio: 'inherit',
    env: process.env,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal));
  return new Promise((resolve) => server.once('exit', (code) => resolve(code ?? 0)));
}

/** Before any work: a demo that ends in "port in use" has wasted its reader's time. */
function refuseBusyPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(
        new StartError(`端口 ${port} 已被占用;请设置 PORT 换一个。 Port ${port} is in use: set PORT to another one.`),
      ),
    );
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

function print(text: string): void {
  console.log(text);
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== '') console.error(text);
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  print(tableText(head, rows));
}
