import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of the clock that /proc counts in: `sysconf(_SC_CLK_TCK)`, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly parent: number;
  readonly seconds: number;
}

/**
 * Processor seconds that these processes and their descendants have used so far, by name (proc(5), `stat`). What descends
 * from two of them counts for the nearer one: the platform is the parent of its Postgres, and a measurement the platform's.
 */
export function processorSeconds(roots: ReadonlyMap<string, number>): Map<string, number> {
  const all = new Map<number, ProcessTimes>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const times = timesOf(entry);
    if (times !== null) all.set(Number(entry), times);
  }
  const names = new Map([...roots].map(([name, pid]) => [pid, name]));
  const sums = new Map([...roots.keys()].map((name) => [name, 0]));
  for (const [pid, { seconds }] of all) {
    const name = nearestName(pid, names, all);
    if (name !== undefined) sums.set(name, sums.get(name)! + seconds);
  }
  return sums;
}

/** "platform 61 %, postgres 30 %, nats 7 %" of one core, between two readings. */
export function shares(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  seconds: number,
): string {
  return [...after]
    .map(([name, used]) => `${name} ${((100 * (used - (before.get(name) ?? 0))) / seconds).toFixed(0)} %`)
    .join(', ');
}

function nearestName(
  pid: number,
  names: ReadonlyMap<number, string>,
  all: ReadonlyMap<number, ProcessTimes>,
): string | undefined {
  for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) {
    const name = names.get(at);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** User and system time, that of ended children included; null for a process that has ended meanwhile. */
function timesOf(pid: string): ProcessTimes | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; what follows it does not. Fields 4 and 14 to 17 of proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
    return { parent: Number(fields[1]), seconds: ticks / ticksPerSecond };
  } catch {
    return null;
  }
}
