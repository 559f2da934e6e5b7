/** `npm run erasures`: the list of erased learners, to be kept apart from the backups, and its replay after a restore. */
import { readFileSync } from 'node:fs';
import { prepareDatabase } from '../deps.ts';
import { StartError } from '../errors.ts';
import { replayErasures } from '../issuer/erase.ts';
import { nodeDeps } from '../node-platform.ts';
import { type ErasureRecord, listErasures } from '../store/people.ts';
import { fromIsoSeconds, isoSeconds } from '../vc/time.ts';
import { command, UsageError } from './console/command.ts';

const USAGE = `npm run erasures -- list
npm run erasures -- replay <file>
已删除学员的名单:另行保存;恢复备份之后重放,使备份中的同一批人再次被删除。
The list of erased learners: keep it apart from the backups. After a restore, replay it, and the same people are erased again.
  list      writes it to standard output, a JSON object a line
  replay    erases whoever is in the file and in this database; repeated, it finds nobody`;

await command(USAGE, async (args) => {
  const [act, file, ...rest] = args;
  const isKnown = act === 'list' ? file === undefined : act === 'replay' && file !== undefined;
  if (!isKnown || rest.length > 0) throw new UsageError('缺少参数。 Something is missing.');
  const deps = await nodeDeps({ env: process.env });
  await prepareDatabase(deps);
  if (file === undefined) {
    for (const { erasedAt, ...one } of await listErasures(deps.db))
      console.log(JSON.stringify({ ...one, erasedAt: isoSeconds(erasedAt) }));
  } else {
    const count = await replayErasures(deps, readList(readFileSync(file, 'utf8')));
    console.log(`已再次删除 ${count} 人。 ${count} people were erased again.`);
  }
  deps.db.close();
  return 0;
});

/** All of it or nothing: a list that was cut off must not pass for a whole one. */
function readList(text: string): ErasureRecord[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, at) => {
    const record = erasureRecord(line);
    if (record) return record;
    throw new StartError(`第 ${at + 1} 行不是名单中的一项。 Line ${at + 1} is no entry of the list.`);
  });
}

function erasureRecord(line: string): ErasureRecord | undefined {
  try {
    const { organisation, personHash, erasedAt, actor, reason } = JSON.parse(line);
    const at = fromIsoSeconds(String(erasedAt));
    const texts = [organisation, personHash, actor, reason].every((one) => typeof one === 'string');
    if (!texts || at === undefined || !/^[0-9a-f]{32}$/.test(personHash)) return undefined;
    return { organisation, personHash, erasedAt: at, actor, reason };
  } catch {
    return undefined;
  }
}
