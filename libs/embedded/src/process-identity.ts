import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/** True if a process with this id exists, whoever owns it. A zombie, which only waits for its parent, does not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return processState(pid) !== 'Z';
}

/**
 * A word that two processes never share, even when the second got the id of the first: the machine's boot and the
 * clock tick of the start (proc(5), field 22 of `/proc/<pid>/stat`), or what `ps` says where there is no `/proc`.
 * Nothing if there is no such process.
 */
export function startTokenOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (platform() !== 'linux') return ps(pid, 'lstart=');
  const ticks = statFields(pid)?.[19];
  return ticks === undefined ? undefined : `${bootId()}:${ticks}`;
}

/** The command line of a process, its words joined by spaces; empty if there is none to be seen. */
export function commandLineOf(pid: number): string {
  if (platform() !== 'linux') return ps(pid, 'command=') ?? '';
  return (readOrNothing(`/proc/${pid}/cmdline`) ?? '').split('\0').join(' ').trim();
}

function processState(pid: number): string | undefined {
  return platform() === 'linux' ? statFields(pid)?.[0] : ps(pid, 'stat=')?.[0];
}

/** The fields after the command name, which itself may hold spaces and brackets: the first is the state (field 3). */
function statFields(pid: number): string[] | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function bootId(): string {
  return (readOrNothing('/proc/sys/kernel/random/boot_id') ?? 'unknown').trim();
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // The process ended between two looks at it.
  }
}

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // `ps` answers 1 for a process that is gone.
  }
}
