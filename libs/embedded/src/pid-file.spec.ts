import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endProcess } from './end-process.js';
import { pidFileNames, readLivePid, removePidFile, writePidFile } from './pid-file.js';
import { commandLineOf, isAlive, startTokenOf } from './process-identity.js';

describe('a pid file', () => {
  let runDir: string;
  beforeEach(() => (runDir = mkdtempSync(join(tmpdir(), 'assay-run-'))));
  afterEach(() => rmSync(runDir, { recursive: true }));

  it('holds the id alone, and names its process while that lives', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    writePidFile(runDir, 'scanner-2', child.pid!);

    expect(readFileSync(join(runDir, 'scanner-2.pid'), 'utf8')).toBe(`${child.pid}\n`);
    expect(pidFileNames(runDir)).toEqual(['scanner-2']);
    expect(readLivePid(runDir, 'scanner-2')).toBe(child.pid);
    expect(commandLineOf(child.pid!)).toBe('sleep 60');

    await endProcess(child.pid!, ['SIGTERM'], 5_000);
    expect(isAlive(child.pid!)).toBe(false);
    expect(readLivePid(runDir, 'scanner-2')).toBeUndefined();
  });

  it('does not name a process that merely got the same id', () => {
    writePidFile(runDir, 'scanner', process.pid);
    expect(readLivePid(runDir, 'scanner')).toBe(process.pid);
    writeFileSync(join(runDir, 'scanner.started'), `${process.pid} another-boot:1\n`);
    expect(readLivePid(runDir, 'scanner')).toBeUndefined();
  });

  it('is gone once removed, and no harm is done by removing it twice', () => {
    writePidFile(runDir, 'scanner', process.pid);
    removePidFile(runDir, 'scanner');
    removePidFile(runDir, 'scanner');
    expect(pidFileNames(runDir)).toEqual([]);
    expect(readLivePid(runDir, 'scanner')).toBeUndefined();
  });
});

describe('the start of a process', () => {
  it('is the same at every look and nothing for no process', () => {
    expect(startTokenOf(process.pid)).toBe(startTokenOf(process.pid));
    expect(startTokenOf(process.pid)).not.toBe(startTokenOf(process.ppid));
    expect(startTokenOf(2 ** 22 + 1)).toBeUndefined();
  });
});
