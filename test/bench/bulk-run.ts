/** One run of the cycle: `node bulk-run.ts <certificates>`; prints one BulkResult. The scheme is ours with one activity more, whose record is a first star. */

import { once } from 'node:events';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Deps } from '../../src/deps.ts';
import { operator } from '../../src/issuer/actor.ts';
import { publish } from '../../src/issuer/publish.ts';
import { recordEvents } from '../../src/issuer/record-event.ts';
import type { Reading } from '../../src/learning/formats/columns.ts';
import { findCredential } from '../../src/store/credentials.ts';
import { addStatusLists, OPEN_UNTIL } from '../../src/store/keys.ts';
import { parseJson } from '../../src/vc/json.ts';
import { openOffice } from '../support/office.ts';

export type BulkResult = { seconds: number; databaseMb: number; peakMb: number };

/** Records of one unit of work, and units under way at once: while one is signed, another is written, and a third is ready whenever one of them waits. */
const RECORDS = 2_000;
const LANES = 3;
/** A bundle holds the lists in use and the next one: it follows the work, as the periodic job makes it do. */
const PUBLISH_EVERY = 50_000;

const SURNAMES = ['王', '李', '张', '刘', '陈', '杨', '欧阳'];
const GIVEN = ['小明', '晓月', '建国', '丽', '子涵', '欣怡', '伟', '雨桐', '志强', '敏', '浩然'];
const SCHEME = 'shangcheng-star-licence';
const STAGES = ['0-3', '4-6', '7-9', '10-12', '13-15'];

const certificates = Number(process.argv[2]);
let reading: Promise<unknown> = Promise.resolve();
const office = await openOffice();
try {
  const { deps, organisation } = office;
  await addStatusLists(deps.db, organisation.id, Math.ceil(certificates / OPEN_UNTIL) + 1);
  await office.renewTrust();
  const file = join(office.dataDir, 'records.ndjson');
  await writeRecords(file);
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);

  const started = performance.now();
  await takeIn({ ...deps, schemes: withOneRecordStar(deps.schemes), issueInline: RECORDS }, file);
  await publish(deps);
  await deps.db.read('pragma wal_checkpoint(truncate)');
  const seconds = (performance.now() - started) / 1000;
  clearInterval(watch);

  await expectAllIssued();
  const databaseMb = statSync(join(office.dataDir, 'xingzheng.db')).size / 1e6;
  const result: BulkResult = { seconds, databaseMb, peakMb: peak / 1e6 };
  console.log(JSON.stringify(result));
} finally {
  office.close();
}

/** Units of work, a few under way at once. */
async function takeIn(deps: Deps, file: string): Promise<void> {
  const actor = operator(organisationId(), 'zjhj-online');
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const iterator = lines[Symbol.asyncIterator]();
  let published = 0;
  let taken = 0;
  const lane = async (): Promise<void> => {
    for (let rows = await nextRows(iterator); rows.length > 0; rows = await nextRows(iterator)) {
      taken += rows.length;
      if (taken - published > PUBLISH_EVERY || published === 0) {
        published = taken;
        await publish(deps);
      }
      const { accepted, rejected, milestones } = await recordEvents(deps, actor, rows);
      const issued = milestones.filter(({ state }) => state === 'issued').length;
      if (accepted !== rows.length || issued !== rows.length)
        throw new Error(
          `${rows.length} records: ${accepted} accepted, ${issued} issued, ${JSON.stringify(rejected[0])}`,
        );
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** One lane at a time reads. */
function nextRows(lines: AsyncIterator<string>): Promise<Reading[]> {
  const read = async (): Promise<Reading[]> => {
    const rows: Reading[] = [];
    while (rows.length < RECORDS) {
      const { value, done } = await lines.next();
      if (done) break;
      const parsed = parseJson(value, { maxBytes: 4096, maxDepth: 4 });
      if (!parsed.ok) throw new Error(`no JSON: ${value}`);
      rows.push({ value: parsed.value });
    }
    return rows;
  };
  const next = reading.then(read);
  reading = next;
  return next;
}

/** Our scheme with one activity more, whose record alone is a first star. */
function withOneRecordStar(schemes: Deps['schemes']): Deps['schemes'] {
  const scheme = schemes.get(SCHEME);
  const [rule] = scheme?.activities ?? [];
  if (!scheme || !rule) throw new Error(`no scheme ${SCHEME}`);
  const whole = {
    ...rule,
    id: 'certificate',
    category: 'offline',
    verbs: ['earned'],
    activity: 'certificate:*',
    points: 100,
  };
  return new Map([[scheme.id, { ...scheme, activities: [whole, ...scheme.activities] }]]);
}

async function writeRecords(path: string): Promise<void> {
  const out = createWriteStream(path);
  for (let n = 0; n < certificates; n++) {
    const learner = { id: `3301${String(n).padStart(8, '0')}`, name: `${SURNAMES[n % 7]}${GIVEN[n % 11]}` };
    const record = {
      id: `c-${n}`,
      learner,
      scheme: SCHEME,
      stage: STAGES[n % 5],
      activity: `certificate:${n % 97}`,
      category: 'offline',
      verb: 'earned',
      occurredAt: '2026-06-01T10:00:00+08:00',
    };
    if (!out.write(`${JSON.stringify(record)}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** Counted in the database, and one in the middle judged as a stranger would. */
async function expectAllIssued(): Promise<void> {
  const [counts] = await office.sql(
    `select count(*) as issued, (select count(*) from ledger) as entries from credentials where state = 'issued'`,
  );
  if (counts?.issued !== certificates || counts?.entries !== certificates) throw new Error(JSON.stringify(counts));
  const [middle] = await office.sql('select uuid from credentials limit 1 offset ?', Math.floor(certificates / 2));
  const row = await findCredential(office.deps.db, String(middle?.uuid), { organisation: organisationId() });
  const { outcome } = await office.verdict(row ?? fail());
  if (outcome !== 'valid') throw new Error(`a certificate is ${outcome}`);
}

function organisationId(): string {
  return office.organisation.id;
}

function fail(): never {
  throw new Error('a certificate is missing');
}
