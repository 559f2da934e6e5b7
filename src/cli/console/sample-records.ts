/** Sample learning records for the demo: invented parents of one district on three platforms, the same for the same seed, independent of the clock. */
import { FIELDS, type Field } from '../../learning/formats/mapping.ts';
import { chineseName, RARE_NAMES, type Random, seededRandom } from './sample-people.ts';

export type SampleSource = { source: string; title: { zh: string; en: string }; csv: string };

/**
 * Three CSV files for `readRecords`: some 5,500 rows of 252 parents, 2025-09-01 to 2026-10-31, with 40 repeated rows and
 * one row for each of the mistakes that platforms make.
 */
export function sampleRecords(seed = 20260901): SampleSource[] {
  const random = seededRandom(seed);
  const rows: Record<SourceId, SampleRow[]> = { 'zjhj-online': [], 'shangcheng-edu': [], 'community-stations': [] };
  for (const ladder of ladders(random)) {
    for (const event of learn(ladder, random)) {
      rows[event.source].push({ ...event, learner: ladder.id, name: ladder.name, stage: ladder.stage });
    }
  }
  return SOURCES.map(({ source, prefix, title }) => {
    const sorted = rows[source].sort((a, b) => a.at - b.at || (a.learner < b.learner ? -1 : 1));
    const lines = sorted.map((row, at) => cells(row, `${prefix}-${String(at + 1).padStart(5, '0')}`));
    const records = lines.map((line) => line.join(','));
    for (let n = 0; n < REPEATS[source]; n++) {
      const from = random.below(records.length - 1);
      records.splice(from + 1 + random.below(records.length - from), 0, records[from] ?? '');
    }
    // In the second half, so that a re-used id comes after the record that it belongs to.
    const half = Math.ceil(records.length / 2);
    for (const broken of BROKEN[source]) {
      records.splice(half + random.below(half), 0, broken(lines[random.below(200)] ?? []));
    }
    return { source, title, csv: `${[FIELDS.join(','), ...records].join('\r\n')}\r\n` };
  });
}

type SourceId = 'zjhj-online' | 'shangcheng-edu' | 'community-stations';

const SOURCES: readonly { source: SourceId; prefix: string; title: { zh: string; en: string } }[] = [
  {
    source: 'zjhj-online',
    prefix: 'zjhj',
    title: { zh: '之江汇家长学校(线上)', en: 'Zhijianghui parent school (online)' },
  },
  {
    source: 'shangcheng-edu',
    prefix: 'scedu',
    title: { zh: '上城区家庭教育平台', en: 'Shangcheng district parenting platform' },
  },
  {
    source: 'community-stations',
    prefix: 'yz',
    title: { zh: '社区驿站线下活动', en: 'Community stations, offline activities' },
  },
];

type Event = {
  source: SourceId;
  activity: string;
  category: 'online' | 'offline';
  verb: string;
  at: number;
  minutes?: number;
  score?: number;
  points: number;
};
type SampleRow = Event & { learner: string; name: string; stage: string };

/** One parent in one stage; `points` is what they roughly collect, `offline` how many offline activities they come to. */
type Ladder = { id: string; name: string; stage: string; points: number; offline: number };

const STAGES = ['0-3', '4-6', '7-9', '10-12', '13-15'] as const;
const PARENTS = 252;
const DAY = 86_400;
/** 2025-09-01T00:00:00+08:00, a Monday. */
const FIRST_DAY = Date.UTC(2025, 7, 31, 16) / 1000;
const DAYS = 426;
const WEEKENDS = 60;

function ladders(random: Random): Ladder[] {
  const all: Ladder[] = [];
  for (let n = 0; n < PARENTS; n++) {
    const id = `hz-sc-${310_000 + n * 37}`;
    const name = RARE_NAMES[n % 18 === 5 ? Math.floor(n / 18) : -1] ?? chineseName(random);
    const stage = random.below(STAGES.length);
    all.push({ id, name, stage: STAGES[stage] ?? '0-3', ...ambition(random) });
    const second = STAGES[stage + 1] ?? STAGES[stage - 1];
    if (n % 8 === 3 && second) all.push({ id, name, stage: second, ...ambition(random) });
  }
  return all;
}

/** Many at one or two stars, few at five; every ninth has the points for more but stayed away from offline activities. */
function ambition(random: Random): { points: number; offline: number } {
  const draw = random.below(100);
  const stars = draw < 20 ? 0 : draw < 56 ? 1 : draw < 83 ? 2 : draw < 94 ? 3 : draw < 98 ? 4 : 5;
  const points = 100 * stars + (stars === 0 ? 10 : 5) + 5 * random.below(16);
  if (stars > 0 && random.below(9) === 0) return { points, offline: random.below(stars) };
  return { points, offline: stars === 0 ? random.below(2) : stars + 1 + random.below(stars + 2) };
}

function learn({ stage, points, offline }: Ladder, random: Random): Event[] {
  const events: Event[] = [];
  const taken = new Set<string>();
  const add = (event: Event) => {
    if (taken.has(event.activity)) return;
    taken.add(event.activity);
    events.push(event);
  };
  const start = random.below(DAYS - 120);
  while (events.length < offline) add(offlineEvent(stage, random));
  const sum = () => events.reduce((total, event) => total + event.points, 0);
  const lectures = Math.floor(points / 40);
  for (let n = 0; n < lectures && sum() + 15 <= points; n++) add(lectureEvent(random));
  while (sum() < points) add(lessonEvent(stage, start, random));
  return events;
}

/** Sessions are at fixed times, so that the same activity has the same date for everybody. */
function offlineEvent(stage: string, random: Random): Event {
  const week = random.below(WEEKENDS);
  const day = week * 7 + 5 + random.below(2);
  const place = random.pick(PLACES);
  const source = 'community-stations';
  const on = dayName(day);
  const event = { category: 'offline', verb: 'attended', source } as const;
  switch (
    random.pick(['lecture', 'lecture', 'station', 'station', 'station', 'group', 'group', 'visit', 'service'] as const)
  ) {
    case 'lecture':
      return {
        ...event,
        source: 'shangcheng-edu',
        activity: `lecture:hall-${on}`,
        at: clock(day, 14, 0),
        minutes: 90,
        points: 20,
      };
    case 'station':
      return { ...event, activity: `station:${place}-${on}`, at: clock(day, 9, 30), minutes: 60, points: 20 };
    case 'group':
      return { ...event, activity: `group:${place}-${stage}-${on}`, at: clock(day, 15, 30), minutes: 75, points: 25 };
    case 'visit':
      return {
        ...event,
        verb: 'received',
        activity: `visit:${place}-${on}`,
        at: clock(day, 10, 0),
        minutes: 45,
        points: 30,
      };
    case 'service':
      return {
        ...event,
        verb: 'volunteered',
        activity: `service:${place}-${on}`,
        at: clock(day, 8, 30),
        minutes: 120,
        points: 20,
      };
  }
}

function lectureEvent(random: Random): Event {
  const week = random.below(WEEKENDS);
  const activity = `lecture:live-${String(week + 1).padStart(2, '0')}`;
  return {
    source: 'shangcheng-edu',
    activity,
    category: 'online',
    verb: 'attended',
    at: clock(week * 7 + 2, 19, 30),
    minutes: 60,
    points: 15,
  };
}

function lessonEvent(stage: string, start: number, random: Random): Event {
  const number = String(1 + random.below(80)).padStart(3, '0');
  const at =
    clock(start + random.below(DAYS - start), random.pick([7, 12, 12, 19, 20, 20, 21, 21, 22]), random.below(60)) +
    random.below(60);
  const event = { source: 'zjhj-online', category: 'online', at, points: 5 } as const;
  if (random.below(4) > 0)
    return { ...event, activity: `lesson:${stage}-${number}`, verb: 'completed', minutes: 4 + random.below(9) };
  return {
    ...event,
    activity: `quiz:${stage}-${number}`,
    verb: 'passed',
    minutes: 2 + random.below(5),
    score: 60 + random.below(41),
  };
}

function clock(day: number, hour: number, minute: number): number {
  return FIRST_DAY + day * DAY + hour * 3600 + minute * 60;
}

function dayName(day: number): string {
  return beijing(clock(day, 0, 0))
    .slice(0, 10)
    .replaceAll('-', '');
}

function beijing(seconds: number): string {
  return `${new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 19)}+08:00`;
}

/** No cell of the sample needs quoting. The province's platform writes UTC with milliseconds, the others Beijing time. */
function cells(row: SampleRow, id: string): string[] {
  const occurredAt = row.source === 'zjhj-online' ? new Date(row.at * 1000).toISOString() : beijing(row.at);
  const numbers = [row.minutes, row.score].map((value) => (value === undefined ? '' : String(value)));
  return [
    id,
    row.learner,
    row.name,
    'shangcheng-star-licence',
    row.stage,
    row.activity,
    row.category,
    row.verb,
    occurredAt,
    ...numbers,
  ];
}

/** How many rows each platform sends twice: 40 in all. */
const REPEATS: Record<SourceId, number> = { 'zjhj-online': 25, 'shangcheng-edu': 9, 'community-stations': 6 };

type Broken = (line: readonly string[]) => string;

/** A good row with a new id and some cells replaced. */
function instead(id: string, changes: Partial<Record<Field, string>>): Broken {
  const changed: Partial<Record<Field, string>> = { id, ...changes };
  return (line) => FIELDS.map((column, at) => changed[column] ?? line[at] ?? '').join(',');
}

/** One row for each mistake, with what is wrong in its id; the last re-uses the id of a good record for other content. */
const BROKEN: Record<SourceId, readonly Broken[]> = {
  'zjhj-online': [
    instead('zjhj-bad-date', { occurredAt: '2026-02-30T20:15:00+08:00' }),
    instead('zjhj-which-day', { occurredAt: '3/1/2026 20:15' }),
    instead('zjhj-future', { occurredAt: '2031-05-01T20:15:00+08:00' }),
    instead('zjhj-unknown-activity', { activity: 'game:puzzle-7' }),
    instead('zjhj-control-character', { 'learner.name': '王\u0007明' }),
    instead('zjhj-negative-minutes', { minutes: '-5' }),
    (line) => instead(line[0] ?? '', { minutes: '59' })(line),
  ],
  'shangcheng-edu': [
    instead('scedu-unknown-stage', { stage: '16-18' }),
    instead('scedu-unknown-scheme', { scheme: 'star-licence' }),
    instead('scedu-no-learner', { 'learner.id': '' }),
    instead('scedu-unknown-category', { category: 'hybrid' }),
  ],
  'community-stations': [
    (line) => ['yz-short-row', ...line.slice(1, 7)].join(','),
    instead('yz-score-too-high', { score: '120' }),
    instead('yz-compatibility-name', { 'learner.name': '王⼩明' }),
  ],
};

const PLACES = [
  'kaixuan',
  'caihe',
  'sijiqing',
  'wangjiang',
  'xiaoying',
  'ziyang',
  'hubin',
  'qingbo',
  'nanxing',
  'dinglan',
  'jianqiao',
  'jiubao',
];
