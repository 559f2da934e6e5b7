/** The learning record, and the one strict reading of it at the edge. */

import { checkHolderName } from './name.ts';
import { type RecordProblem, recordProblem } from './record-problem.ts';
import { matchActivity } from './rules.ts';
import { hasStage, type Scheme } from './scheme.ts';

export type LearningRecord = {
  /** Unique within its source. */
  id: string;
  learner: { id: string; name?: string };
  scheme: string;
  stage: string;
  activity: string;
  category: string;
  verb: string;
  /** Epoch seconds. */
  occurredAt: number;
  minutes?: number;
  score?: number;
};

export type RecordContext = {
  schemes: ReadonlyMap<string, Scheme>;
  /** Epoch seconds. */
  now: number;
  /** Whose records they are: some rules are for some sources only. */
  source: string;
  /** The categories that the source may record; absent: all. */
  categories?: ReadonlySet<string>;
};

const REQUIRED = ['id', 'learner', 'stage', 'activity', 'category', 'verb', 'occurredAt'];
const RECORD_FIELDS = new Set([...REQUIRED, 'scheme', 'minutes', 'score']);
const LEARNER_FIELDS = new Set(['id', 'name']);

/** Clocks of other platforms may be ahead by this much. */
const FUTURE_SECONDS = 600;
const EARLIEST = Date.UTC(2015, 0, 1) / 1000;
const LATEST = Date.UTC(2106, 0, 1) / 1000;

/** The record with its scheme settled, its texts in NFC; or the first thing wrong with it. Unknown fields are refused. */
export function parseRecord(
  value: unknown,
  ctx: RecordContext,
): { ok: true; record: LearningRecord } | { ok: false; problem: RecordProblem } {
  const fields = readObject(value, '', RECORD_FIELDS);
  if (isProblem(fields)) return refuse(fields);
  const learner = readLearner(fields.learner);
  if (isProblem(learner)) return refuse(learner);

  const id = readText(fields.id, 'id', 128);
  if (isProblem(id)) return refuse(id);
  const stage = readText(fields.stage, 'stage', 64);
  if (isProblem(stage)) return refuse(stage);
  const activity = readText(fields.activity, 'activity', 128);
  if (isProblem(activity)) return refuse(activity);
  const category = readText(fields.category, 'category', 64);
  if (isProblem(category)) return refuse(category);
  const verb = readText(fields.verb, 'verb', 64);
  if (isProblem(verb)) return refuse(verb);
  const occurredAt = readDate(fields.occurredAt, 'occurredAt', ctx.now);
  if (isProblem(occurredAt)) return refuse(occurredAt);
  const minutes = readCount(fields.minutes, 'minutes', 1440);
  if (isProblem(minutes)) return refuse(minutes);
  const score = readCount(fields.score, 'score', 100);
  if (isProblem(score)) return refuse(score);

  if (ctx.categories && !ctx.categories.has(category)) return refuse(recordProblem('category-not-allowed', 'category'));
  const scheme = settleScheme(fields.scheme, { stage, activity, category, verb, source: ctx.source }, ctx.schemes);
  if (isProblem(scheme)) return refuse(scheme);
  return {
    ok: true,
    record: {
      id,
      learner,
      scheme,
      stage,
      activity,
      category,
      verb,
      occurredAt,
      ...(minutes !== undefined && { minutes }),
      ...(score !== undefined && { score }),
    },
  };
}

const AN_OBJECT = { zh: '对象', en: 'an object' };
const A_TEXT = { zh: '文本', en: 'a text' };
const A_NUMBER = { zh: '数字', en: 'a number' };

function refuse(problem: RecordProblem): { ok: false; problem: RecordProblem } {
  return { ok: false, problem };
}

/** Everything else that the readers return is a text, a number, or an object without `code`: RECORD_FIELDS has none. */
function isProblem<T>(result: T | RecordProblem): result is RecordProblem {
  return typeof result === 'object' && result !== null && 'code' in result;
}

function readObject(value: unknown, path: string, known: ReadonlySet<string>): Record<string, unknown> | RecordProblem {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return recordProblem('wrong-type', path, AN_OBJECT);
  const stranger = Object.keys(value).find((key) => !known.has(key));
  if (stranger !== undefined) return recordProblem('unknown-field', `${path}${path && '.'}${printable(stranger)}`);
  return { __proto__: null, ...value };
}

function readLearner(value: unknown): LearningRecord['learner'] | RecordProblem {
  if (value === undefined) return recordProblem('missing-field', 'learner');
  const fields = readObject(value, 'learner', LEARNER_FIELDS);
  if (isProblem(fields)) return fields;
  const id = readText(fields.id, 'learner.id', 128);
  if (isProblem(id)) return id;
  if (fields.name === undefined) return { id };
  if (typeof fields.name !== 'string') return recordProblem('wrong-type', 'learner.name', A_TEXT);
  const checked = checkHolderName(fields.name);
  if (checked.ok) return { id, name: checked.name };
  switch (checked.reason) {
    case 'empty':
      return recordProblem('missing-field', 'learner.name');
    case 'too-long':
      return recordProblem('too-long', 'learner.name', '29');
    case 'bad-characters':
      return recordProblem('bad-characters', 'learner.name');
  }
}

/** Control, format (bidi, zero-width), private-use, lone surrogates, separators other than an inner space, and what prints as nothing. */
const UNFIT =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]|(?! )\p{Zs}|^ | $/u;

function readText(value: unknown, field: string, maxLength: number): string | RecordProblem {
  if (value === undefined || value === '') return recordProblem('missing-field', field);
  if (typeof value !== 'string') return recordProblem('wrong-type', field, A_TEXT);
  if (value.length > maxLength) return recordProblem('too-long', field, String(maxLength));
  return UNFIT.test(value) ? recordProblem('bad-characters', field) : value.normalize('NFC');
}

/** A stranger's key is repeated to its sender only when it is short and harmless. */
function printable(key: string): string {
  return key === '' || key.length > 64 || UNFIT.test(key) ? '?' : key;
}

function readCount(value: unknown, field: string, most: number): number | undefined | RecordProblem {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') return recordProblem('wrong-type', field, A_NUMBER);
  const fits = Number.isSafeInteger(value) && value >= 0 && value <= most;
  // -0 becomes 0.
  return fits ? value + 0 : recordProblem('out-of-range', field, `0–${most}`);
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))$/i;

/** RFC 3339 §5.6 without leap seconds, to whole epoch seconds; a fraction is cut off. */
function readDate(value: unknown, field: string, now: number): number | RecordProblem {
  if (value === undefined || value === '') return recordProblem('missing-field', field);
  if (typeof value !== 'string') return recordProblem('wrong-type', field, A_TEXT);
  const match = DATE_TIME.exec(value);
  if (!match) return recordProblem('bad-date', field);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const [offsetHour, offsetMinute] = [Number(match[8] ?? 0), Number(match[9] ?? 0)];
  const inCalendar = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  const onClock = hour <= 23 && minute <= 59 && second <= 59 && offsetHour <= 23 && offsetMinute <= 59;
  if (!inCalendar || !onClock) return recordProblem('bad-date', field);
  const offsetSeconds = (match[7] === '-' ? -1 : 1) * (offsetHour * 3600 + offsetMinute * 60);
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - offsetSeconds;
  if (year < 2015 || seconds < EARLIEST || seconds >= LATEST) return recordProblem('absurd-date', field);
  return seconds > now + FUTURE_SECONDS ? recordProblem('future-date', field) : seconds;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** The id of the scheme that the record counts in. It may be left out when only one scheme can be meant. */
function settleScheme(
  named: unknown,
  record: { stage: string; activity: string; category: string; verb: string; source: string },
  schemes: ReadonlyMap<string, Scheme>,
): string | RecordProblem {
  if (named === undefined) {
    const fitting = [...schemes.values()].filter(
      (scheme) => hasStage(scheme, record.stage) && matchActivity(scheme, record),
    );
    return fitting.length === 1 && fitting[0] ? fitting[0].id : recordProblem('missing-field', 'scheme');
  }
  const id = readText(named, 'scheme', 64);
  if (isProblem(id)) return id;
  const scheme = schemes.get(id);
  if (!scheme) return recordProblem('unknown-scheme', 'scheme');
  if (!hasStage(scheme, record.stage)) return recordProblem('unknown-stage', 'stage');
  return matchActivity(scheme, record) ? id : recordProblem('unknown-activity', 'activity');
}
