import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, pidFileNames, writePidFile } from '@assay/embedded';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endLeftovers } from './leftovers.js';

describe('what a killed supervisor left behind', () => {
  let runDir: string;
  let processes: ChildProcess[];
  const running = async (): Promise<number> => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    processes.push(child);
    return child.pid!;
  };
  beforeEach(() => {
    runDir = mkdtempSync(join(tmpdir(), 'assay-leftovers-'));
    processes = [];
  });
  afterEach(() => {
    for (const child of processes) child.kill();
    rmSync(runDir, { recursive: true });
  });

  it('is ended, except for a process that merely has an id of ours, and for what is adopted elsewhere', async () => {
    const [scanner, stranger, postgres] = [await running(), await running(), await running()];
    writePidFile(runDir, 'scanner', scanner);
    writePidFile(runDir, 'signer', stranger);
    writeFileSync(join(runDir, 'signer.started'), `${stranger} another-boot:1\n`);
    writePidFile(runDir, 'postgres', postgres);
    const said: string[] = [];

    await endLeftovers(runDir, (line) => said.push(line));

    expect([scanner, stranger, postgres].map(isAlive)).toEqual([false, true, true]);
    expect(pidFileNames(runDir)).toEqual(['postgres']);
    expect(said).toEqual([`scanner was left running by an earlier start (process ${scanner}); ending it`]);
  });
});
