import { AssayError } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.js';

describe('a group commit', () => {
  it('writes what comes together together, and gives each its own result', async () => {
    const groups: number[][] = [];
    const commit = new GroupCommit<number, string>({
      maxItems: 3,
      write: async (group) => {
        groups.push([...group]);
        return group.map(String);
      },
    });
    expect(await Promise.all([1, 2, 3, 4].map((item) => commit.commit(item)))).toEqual(['1', '2', '3', '4']);
    expect(groups).toEqual([[1, 2, 3], [4]]);
    expect(commit.size).toBe(0);
  });

  it('finds the one that cannot be written, and writes the others', async () => {
    const commit = new GroupCommit<number>({
      maxItems: 100,
      write: async (group) => {
        if (group.includes(7)) throw new Error('seven');
        return group.map(() => undefined);
      },
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, item) => commit.commit(item)));
    expect(outcomes.flatMap(({ status }, item) => (status === 'rejected' ? [item] : []))).toEqual([7]);
  });

  it('does not look for the fault of one where nothing can be written', async () => {
    let writes = 0;
    const commit = new GroupCommit<number>({
      maxItems: 100,
      write: async () => {
        writes += 1;
        throw new AssayError('unavailable', 'a.b', 'Away.');
      },
    });
    const outcomes = await Promise.allSettled([1, 2, 3].map((item) => commit.commit(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(writes).toBe(1);
  });
});
