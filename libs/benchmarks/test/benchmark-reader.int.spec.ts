import { afterAll, describe, expect, it } from 'vitest';
import { BenchmarkReader, readBenchmark } from '../src/index.js';
import { everything, fixture, opened } from './bytes.js';

const reader = new BenchmarkReader();
const large = 2 * 1024 * 1024;

afterAll(async () => reader.onApplicationShutdown());

describe('a large document', () => {
  it.each([
    ['patchmon', 'patchmon/agent-on-demand.json.gz'],
    ['xccdf', 'from-repos/rookery__almalinux9-standard-results.xml.gz'],
    ['docker-bench-json', 'docker-bench/rookery__real-docker-bench-1.3.4.json'],
  ] as const)('as %s is read in a thread, and is what it is without one', async (form, file) => {
    const open = opened(fixture(file));
    const [inThread, here] = await Promise.all([reader.read(form, open, large), readBenchmark(form, open)]);
    expect(JSON.stringify(inThread)).toBe(JSON.stringify(here));
    expect(await everything(inThread.scans[0]!)).toEqual(await everything(here.scans[0]!));
    expect(await reader.readHead(form, open, large)).toEqual(JSON.parse(JSON.stringify(here)));
  });

  it('need not be read to its end, nor by one reader at a time', async () => {
    const open = opened(fixture('from-repos/rookery__almalinux9-standard-results.xml.gz'));
    const { scans } = await reader.read('xccdf', open, large);
    for await (const { rules, results } of scans[0]!.batches()) {
      expect(rules.length + results.length).toBeGreaterThan(0);
      break;
    }
    const all = await Promise.all([1, 2, 3, 4, 5].map(async () => (await everything(scans[0]!)).results.length));
    expect(all).toEqual([1530, 1530, 1530, 1530, 1530]);
  });

  it('is refused with what is wrong with it, or with its source', async () => {
    await expect(reader.read('xccdf', opened('<!DOCTYPE a><a/>'), large)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'benchmarks.doctype',
    });
    const broken = async function* () {
      yield Buffer.from('<a>');
      throw new Error('the disk is gone');
    };
    await expect(reader.read('xccdf', broken, large)).rejects.toThrow('the disk is gone');
    expect((await reader.readHead('patchmon', opened('{"scans":[]}'), large)).scans).toEqual([]);
  });
});
