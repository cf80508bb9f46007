import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-dir-lock.js';

describe('the lock of a data directory', () => {
  let runDir: string;
  beforeEach(() => (runDir = mkdtempSync(join(tmpdir(), 'assay-lock-'))));
  afterEach(() => rmSync(runDir, { recursive: true }));

  it('refuses a second start while the first lives, in words', () => {
    lockDataDir(runDir);
    expect(() => lockDataDir(runDir)).toThrow(expect.objectContaining({ code: 'platform.already-running' }));
    expect(() => lockDataDir(runDir)).toThrow(`(kill ${process.pid})`);
  });

  it('can be taken after its release, and leaves nothing behind', () => {
    lockDataDir(runDir).release();
    lockDataDir(runDir).release();
    expect(readdirSync(runDir)).toEqual([]);
  });

  it('can be taken from a holder that was killed, also if its id is in use again', () => {
    writeFileSync(join(runDir, 'lock.3'), `${process.pid} another-boot:17\n`);
    lockDataDir(runDir);
    expect(readdirSync(runDir)).toEqual(['lock.4']);
  });
});
