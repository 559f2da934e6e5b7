/** What a new version of a scheme would change for learners whose records are at hand: a pure comparison, nothing is written. */
import { parseRecord } from '../../learning/event.ts';
import type { Reading } from '../../learning/formats/columns.ts';
import type { LedgerEntry } from '../../learning/ledger.ts';
import { standing } from '../../learning/milestone.ts';
import { hasStage, levelsOf, type Scheme } from '../../learning/scheme.ts';

export type Simulation = {
  scheme: string;
  /** Versions; null when no scheme of this id is in force. */
  from: number | null;
  to: number;
  records: {
    read: number;
    counted: number;
    repeated: number /** By the code of the problem. */;
    refused: Record<string, number>;
  };
  learners: { all: number; gaining: number; losing: number };
  /** Learners per level, before and after the change; every level of either version. */
  levels: { stage: string; level: string; before: number; after: number; gain: number; lose: number }[];
};

export type SimulationInput = {
  current: Scheme | undefined;
  proposed: Scheme;
  rows: AsyncIterable<Reading>;
  /** Whose records they are. */
  source: string;
  /** Epoch seconds. */
  now: number;
};

export async function simulate({ current, proposed, rows, source, now }: SimulationInput): Promise<Simulation> {
  const versions = current ? [current, proposed] : [proposed];
  const { ledgers, records } = await gather(rows, versions, { source, now });
  const levels = new Map<string, Simulation['levels'][number]>();
  for (const scheme of versions)
    for (const { id: stage } of scheme.stages)
      for (const { id: level } of levelsOf(scheme, stage))
        levels.set(`${stage}\n${level}`, { stage, level, before: 0, after: 0, gain: 0, lose: 0 });

  const learners = { all: ledgers.size, gaining: 0, losing: 0 };
  for (const entries of ledgers.values()) {
    const before = reached(entries, current);
    const after = reached(entries, proposed);
    const gained = [...after].filter((level) => !before.has(level));
    const lost = [...before].filter((level) => !after.has(level));
    if (gained.length > 0) learners.gaining++;
    if (lost.length > 0) learners.losing++;
    const counted = { before, after, gain: gained, lose: lost } as const;
    for (const [column, names] of Object.entries(counted))
      for (const name of names) {
        const row = levels.get(name);
        if (row) row[column as keyof typeof counted]++; // its own keys
      }
  }
  const from = current?.version ?? null;
  return { scheme: proposed.id, from, to: proposed.version, records, learners, levels: [...levels.values()] };
}

/** A record counts here when either version would take it; the same id twice is one record. */
async function gather(
  rows: AsyncIterable<Reading>,
  versions: readonly Scheme[],
  { source, now }: { source: string; now: number },
): Promise<{ ledgers: Map<string, LedgerEntry[]>; records: Simulation['records'] }> {
  const ledgers = new Map<string, LedgerEntry[]>();
  const seen = new Set<string>();
  const records: Simulation['records'] = { read: 0, counted: 0, repeated: 0, refused: {} };
  const contexts = versions.map((scheme) => ({ schemes: new Map([[scheme.id, scheme]]), source, now }));
  const once = sharedTexts();
  for await (const row of rows) {
    records.read++;
    const readings =
      'problem' in row
        ? [{ ok: false as const, problem: row.problem }]
        : contexts.map((context) => parseRecord(row.value, context));
    const taken = readings.find((reading) => reading.ok);
    const refusal = readings.at(-1);
    if (!taken?.ok) {
      if (refusal && !refusal.ok) {
        const { code } = refusal.problem;
        records.refused[code] = (records.refused[code] ?? 0) + 1;
      }
      continue;
    }
    const { learner, ...record } = taken.record;
    if (seen.has(record.id)) {
      records.repeated++;
      continue;
    }
    seen.add(record.id);
    records.counted++;
    const [scheme, stage, activity] = [once(record.scheme), once(record.stage), once(record.activity)];
    const [category, verb] = [once(record.category), once(record.verb)];
    const entry: LedgerEntry = { ...record, scheme, stage, activity, category, verb, kind: 'record', source };
    const own = ledgers.get(learner.id);
    if (own) own.push(entry);
    else ledgers.set(learner.id, [entry]);
  }
  return { ledgers, records };
}

/** Millions of records hold the same few texts: each is kept once. */
function sharedTexts(): (text: string) => string {
  const kept = new Map<string, string>();
  return (text) => {
    const known = kept.get(text);
    if (known === undefined) kept.set(text, text);
    return known ?? text;
  };
}

/** Levels as `stage\nlevel`. */
function reached(entries: readonly LedgerEntry[], scheme: Scheme | undefined): Set<string> {
  if (!scheme) return new Set();
  const stages = new Set(entries.flatMap((entry) => (entry.kind === 'record' ? [entry.stage] : [])));
  return new Set(
    [...stages]
      .filter((stage) => hasStage(scheme, stage))
      .flatMap((stage) => standing(entries, scheme, stage).reached.map((level) => `${stage}\n${level}`)),
  );
}
