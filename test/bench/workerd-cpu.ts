/** What the workerd processes that this one started have used of the processor; only Linux tells. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of all their threads together; not a number where nothing tells. */
export function workerdMs(): number {
  if (!existsSync('/proc/self/schedstat')) return Number.NaN;
  const ours = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isOurWorkerd(pid));
  const nanoseconds = ours.flatMap((pid) =>
    readdirSync(`/proc/${pid}/task`).map((task) =>
      Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    ),
  );
  return nanoseconds.reduce((all, one) => all + one, 0) / 1e6;
}

function isOurWorkerd(pid: string): boolean {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return name === 'workerd' && Number(parent) === process.pid;
  } catch {
    return false; // it has ended
  }
}
