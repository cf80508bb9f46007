import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { readRepository } from '../architecture/repository.js';

it('Nx knows every package and how to build it', async () => {
  const { stdout } = await promisify(execFile)('nx', ['show', 'projects', '--with-target', 'build', '--json'], {
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const names = readRepository(process.cwd())
    .packages.filter(({ references }) => references !== undefined)
    .map(({ name }) => name);
  expect((JSON.parse(stdout) as string[]).toSorted()).toEqual(names.toSorted());
});
