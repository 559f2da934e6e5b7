/** A sample of the certificates that a province gave before: invented people, the same for the same seed, with every fault that such lists have in a known number. */
import { chineseName, RARE_NAMES, type Random, seededRandom } from './sample-people.ts';

export const CERTIFICATE_HEADER = '证书编号,姓名,学员编号,学段,发证日期,发证单位';

/** One fault in so many rows, at least one of each; `found` is what the import says of it. */
const FAULTS = {
  'missing-name': { every: 1_000, found: 'missing-name' },
  'repeated-person': { every: 500, found: 'repeated-person' },
  'reused-serial': { every: 2_000, found: 'record-conflict' },
  'repeated-row': { every: 1_000, found: 'duplicate' },
  'unknown-stage': { every: 5_000, found: 'unknown-stage' },
  'impossible-day': { every: 5_000, found: 'bad-date' },
  'day-to-come': { every: 10_000, found: 'future-date' },
  'unfit-name': { every: 5_000, found: 'bad-characters' },
  'missing-person': { every: 10_000, found: 'missing-field' },
} as const;
export type Fault = keyof typeof FAULTS;
export const faultNames = Object.keys(FAULTS) as Fault[]; // of a literal
export const foundAs = (fault: Fault): string => FAULTS[fault].found;

/** Fewer rows have no room for every fault. */
export const FEWEST = 60;

export const faultCount = (fault: Fault, rows: number): number => Math.max(1, Math.floor(rows / FAULTS[fault].every));

type Certificate = { serial: string; name: string; person: string; stage: string; day: string; office: string };

/** So many rows, one after the other, each with its line end. */
export function* certificateLines(rows: number, seed = 20210701): Generator<string> {
  const random = seededRandom(seed);
  const faults = placed(rows);
  /** Good rows, for faults that are about another row. Each is taken once, so that no fault hides another. */
  const earlier: Certificate[] = [];
  let first: Certificate | undefined;
  for (let n = 0; n < rows; n++) {
    const own = certificate(n, seed, random);
    const fault = faults.get(n);
    if (fault !== undefined) {
      const other = earlier.splice(random.below(earlier.length), 1)[0] ?? own;
      yield line(faulty(fault, own, other));
    } else if (first && n % 20 === 7) {
      yield line({ ...own, person: first.person, name: first.name, stage: nextStage(first.stage) });
      first = undefined;
    } else {
      yield line(own);
      if (n % 20 === 3) first = own;
      else if (n % 7 === 0) earlier.push(own);
    }
  }
}

/** Row → fault, spread over the file, but for its first quarter: some faults are about an earlier row. */
function placed(rows: number): Map<number, Fault> {
  const places = new Map<number, Fault>();
  const from = Math.ceil(rows / 4);
  for (const fault of faultNames) {
    const count = faultCount(fault, rows);
    for (let k = 0; k < count; k++) {
      let place = from + Math.floor(((k + 0.5) * (rows - from)) / count);
      while (places.has(place)) place = place + 1 < rows ? place + 1 : from;
      places.set(place, fault);
    }
  }
  return places;
}

function faulty(fault: Fault, own: Certificate, other: Certificate): Certificate {
  switch (fault) {
    case 'missing-name':
      return { ...own, name: '' };
    case 'repeated-person':
      return { ...own, name: other.name, person: other.person, stage: other.stage };
    case 'reused-serial':
      return { ...own, serial: other.serial };
    case 'repeated-row':
      return other;
    case 'unknown-stage':
      return { ...own, stage: '大学' };
    case 'impossible-day':
      return { ...own, day: '2021-02-30' };
    case 'day-to-come':
      return { ...own, day: '2091-06-01' };
    case 'unfit-name':
      return { ...own, name: '王⼩明' }; // U+2F29, which looks like 小
    case 'missing-person':
      return { ...own, person: '' };
  }
}

const STAGES = ['学前', '小学', '小学', '小学', '初中', '初中', '高中', '0–3岁'] as const;
const nextStage = (stage: string): string => (stage === '小学' ? '初中' : '小学');

const CITIES = [...'杭宁温嘉湖绍金衢舟台丽'];
const FULL: Readonly<Record<string, string>> = {
  杭: '杭州市',
  宁: '宁波市',
  温: '温州市',
  嘉: '嘉兴市',
  湖: '湖州市',
  绍: '绍兴市',
  金: '金华市',
  衢: '衢州市',
  舟: '舟山市',
  台: '台州市',
  丽: '丽水市',
};
/** 2020-09-01, and the days to the middle of 2021. */
const FIRST_DAY = Date.UTC(2020, 8, 1);
const DAYS = 300;

function certificate(n: number, seed: number, random: Random): Certificate {
  return {
    serial: `ZJ${String(seed % 10_000).padStart(4, '0')}-${String(n + 1).padStart(7, '0')}`,
    name: random.below(100) === 0 ? random.pick(RARE_NAMES) : chineseName(random),
    person: `33${String((n * 7_919 + (seed % 1_000)) % 100_000_000).padStart(8, '0')}`, // no two alike: 7,919 is prime
    stage: random.pick(STAGES),
    day: new Date(FIRST_DAY + random.below(DAYS) * 86_400_000).toISOString().slice(0, 10),
    office: `${FULL[random.pick(CITIES)] ?? ''}数字家长学校`,
  };
}

/** No cell needs quoting. */
const line = ({ serial, name, person, stage, day, office }: Certificate): string =>
  `${serial},${name},${person},${stage},${day},${office}\r\n`;
