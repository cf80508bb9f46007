import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./measure-memory.mjs', import.meta.url));

interface Measured {
  readonly megabytes: number;
  readonly rules: number;
  readonly results: number;
  readonly score: number | null;
  /** Above what the process had before it read: the most that was resident, and that the heap held when it was cleaned. */
  readonly residentMb: number;
  readonly heapMb: number;
}

/** Reads a document in a process of its own and gives what that took. */
async function measure(document: string): Promise<Measured> {
  const flags = ['--expose-gc', '--max-semi-space-size=8'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, document], {
    env: { PATH: process.env['PATH'] ?? '' },
  });
  return JSON.parse(stdout) as Measured;
}

describe('memory stays flat', () => {
  it('for an asset report collection of 14 MB', async () => {
    const measured = await measure('oscap/deb12-web-01-anssi_bp28_enhanced.arf.xml.gz');
    expect(measured).toMatchObject({ rules: 591, results: 591, score: 61.39 });
    expect(measured.heapMb).toBeLessThan(4);
    expect(measured.residentMb).toBeLessThan(60);
  });

  // A million, 322 MB: 65 MB resident, 1 MB of heap, 70 s of processor time (`node … measure-memory.mjs 1000000`).
  it('for thirty thousand rules with their results', async () => {
    const measured = await measure('30000');
    expect(measured).toMatchObject({ rules: 30_000, results: 30_000, score: 50 });
    expect(measured.megabytes).toBeGreaterThan(9);
    expect(measured.heapMb).toBeLessThan(4);
    expect(measured.residentMb).toBeLessThan(60);
  });
});
