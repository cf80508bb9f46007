import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, hexOf, type Digest } from '@assay/kernel';
import { afterAll, describe, expect, it } from 'vitest';
import { itKeepsArtifacts } from './artifact-store.contract.js';
import { ArtifactStore } from './artifact-store.js';
import { FolderDriver } from './folder-driver.js';
import { abandonedDraftMs } from './limits.js';

const made: string[] = [];
afterAll(() => Promise.all(made.map((directory) => rm(directory, { recursive: true }))));

async function aFolder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'assay-artifacts-'));
  made.push(directory);
  return directory;
}

async function aStore(directory: string): Promise<ArtifactStore> {
  const store = new ArtifactStore(new FolderDriver(directory));
  await store.start();
  return store;
}

function pathOf(directory: string, digest: Digest): string {
  const hex = hexOf(digest);
  return join(directory, 'acme', hex.slice(0, 2), hex);
}

describe('a folder', () => {
  itKeepsArtifacts(async () => {
    const directory = await aFolder();
    return {
      store: await aStore(directory),
      tamper: (_tenant, digest, bytes) => writeFile(pathOf(directory, digest), bytes),
      close: () => Promise.resolve(),
    };
  });
});

describe('the folder driver', () => {
  it('leaves no draft behind, also if the content fails', async () => {
    const directory = await aFolder();
    const store = await aStore(directory);
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield randomBytes(10);
      throw new Error('the spool has gone');
    }
    const digest = digestOf('never whole');
    await store.put('acme', randomBytes(10));
    const refused = store.put('acme', { digest, size: 20, content: failing });
    await expect(refused).rejects.toMatchObject({ kind: 'unavailable', code: 'artifacts.unavailable' });
    expect(await readdir(join(directory, '.drafts'))).toEqual([]);
    expect(await store.has('acme', digest)).toBe(false);
  });

  it('makes an artifact young when it is put again, and writes one of the wrong size anew', async () => {
    const directory = await aFolder();
    const store = await aStore(directory);
    const bytes = randomBytes(100);
    const { digest } = await store.put('acme', bytes);
    const longAgo = new Date('2020-01-01');
    await utimes(pathOf(directory, digest), longAgo, longAgo);
    await store.put('acme', bytes);
    expect(await store.remove('acme', digest, new Date('2021-01-01'))).toBe(false);
    await writeFile(pathOf(directory, digest), 'damaged');
    await store.put('acme', bytes);
    expect((await store.read('acme', digest, 100)).equals(bytes)).toBe(true);
  });

  it('sweeps the drafts of dead processes at start, not those of living ones', async () => {
    const directory = await aFolder();
    await aStore(directory);
    const drafts = join(directory, '.drafts');
    await writeFile(join(drafts, 'old'), 'x');
    await writeFile(join(drafts, 'new'), 'x');
    const longAgo = new Date(Date.now() - abandonedDraftMs - 1000);
    await utimes(join(drafts, 'old'), longAgo, longAgo);
    await aStore(directory);
    expect(await readdir(drafts)).toEqual(['new']);
  });

  it('says that it is not available when its folder has gone', async () => {
    const directory = await aFolder();
    const store = await aStore(directory);
    await rm(join(directory, '.drafts'), { recursive: true });
    await expect(store.check()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
