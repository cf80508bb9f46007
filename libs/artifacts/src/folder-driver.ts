import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hexOf, isDigest, newId, type TenantSlug } from '@assay/kernel';
import type { ArtifactContent } from './artifact-content.js';
import { isSystemError, missing, unavailable } from './artifacts.errors.js';
import type { BlobDriver, BlobKey, StoredArtifact } from './blob-driver.js';
import { abandonedDraftMs, maxReadChunkBytes, readChunkBytes, writeChunkBytes } from './limits.js';

/**
 * Artifacts in a folder, as `<tenant>/<first two hex digits>/<64 hex digits>`. A file appears there whole or not at all: it
 * is written in `.drafts` beside them, synced, renamed, and the folder synced. Several processes may share the folder.
 */
export class FolderDriver implements BlobDriver {
  private readonly drafts: string;

  constructor(private readonly directory: string) {
    this.drafts = join(directory, '.drafts');
  }

  async start(): Promise<void> {
    await guarded('The artifact folder can not be prepared', async () => {
      await makeDurably(this.drafts);
      for (const name of await readdir(this.drafts)) {
        const draft = join(this.drafts, name);
        const found = await statOf(draft);
        if (found !== undefined && Date.now() - found.mtimeMs > abandonedDraftMs) await rm(draft, { force: true });
      }
    });
  }

  async check(): Promise<void> {
    await guarded('The artifact folder can not be written to', async () => {
      const draft = this.newDraft();
      await (await open(draft, 'wx')).close();
      await rm(draft);
    });
  }

  async write(key: BlobKey, content: ArtifactContent): Promise<void> {
    await guarded('The artifact could not be stored', async () => {
      const path = this.pathOf(key);
      if (!(await renewed(path, content.size))) await this.writeAnew(path, content);
      // Also if somebody else has just renamed it: nobody knows whether his sync has come through.
      await sync(dirname(path));
    });
  }

  async sizeOf(key: BlobKey): Promise<number | undefined> {
    return guarded('The artifact can not be looked up', async () => (await statOf(this.pathOf(key)))?.size);
  }

  async *read(key: BlobKey): AsyncGenerator<Uint8Array> {
    try {
      const file = await open(this.pathOf(key));
      try {
        yield* piecesOf(file);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) throw missing(key.digest, error);
      throw unavailable('The artifact can not be read', error);
    }
  }

  /**
   * Takes the file away first and looks at its age then, so that a `put` of the same bytes at this very moment either
   * has made it young, and it comes back, or finds nothing and writes it anew.
   */
  async remove(key: BlobKey, unlessPutSince?: Date): Promise<boolean> {
    return guarded('The artifact could not be removed', async () => {
      const path = this.pathOf(key);
      const taken = this.newDraft();
      try {
        await rename(path, taken);
      } catch (error) {
        if (isSystemError(error, 'ENOENT')) return false;
        throw error;
      }
      if (unlessPutSince !== undefined && (await stat(taken)).mtime >= unlessPutSince) {
        await rename(taken, path);
        await sync(dirname(path));
        return false;
      }
      await rm(taken);
      return true;
    });
  }

  async *list(tenant: TenantSlug): AsyncGenerator<StoredArtifact> {
    const home = join(this.directory, tenant);
    for (const folder of await guarded('The artifacts can not be listed', () => namesIn(home))) {
      for await (const { name } of await opendir(join(home, folder))) {
        const digest = `sha256:${name}`;
        const found = await statOf(join(home, folder, name));
        if (found !== undefined && isDigest(digest)) yield { digest, size: found.size, storedAt: found.mtime };
      }
    }
  }

  private async writeAnew(path: string, content: ArtifactContent): Promise<void> {
    const draft = this.newDraft();
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        for await (const piece of gathered(content)) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      await renameInto(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  private newDraft(): string {
    return join(this.drafts, newId());
  }

  private pathOf({ tenant, digest }: BlobKey): string {
    const hex = hexOf(digest);
    return join(this.directory, tenant, hex.slice(0, 2), hex);
  }
}

/** What is in the file, in pieces that grow: small ones for small files, few for large ones. */
async function* piecesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let length: number = readChunkBytes; ; length = Math.min(length * 4, maxReadChunkBytes)) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, null);
    if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
    // Of a file, fewer bytes than there is room for are the last.
    if (bytesRead < length) return;
  }
}

/** The content in pieces of `writeChunkBytes`: each costs a call, and bodies arrive in small ones. */
async function* gathered(content: ArtifactContent): AsyncGenerator<Uint8Array> {
  const room = Buffer.allocUnsafe(Math.max(1, Math.min(content.size, writeChunkBytes)));
  let filled = 0;
  for await (const chunk of content.content()) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + room.length - filled);
      room.set(part, filled);
      [at, filled] = [at + part.length, filled + part.length];
      if (filled < room.length) continue;
      yield room;
      filled = 0;
    }
  }
  if (filled > 0) yield room.subarray(0, filled);
}

/** Renames; the folder is made if it is missing, which it is once. */
async function renameInto(draft: string, path: string): Promise<void> {
  try {
    await rename(draft, path);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    await makeDurably(dirname(path));
    await rename(draft, path);
  }
}

/** Makes the file young if it is there with this size; false if it is not. */
async function renewed(path: string, size: number): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
  return (await statOf(path))?.size === size;
}

/** Makes a folder and those above it, so that they survive a loss of power: each is an entry of its parent. */
async function makeDurably(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await sync(dirname(made));
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function statOf(path: string): Promise<{ size: number; mtime: Date; mtimeMs: number } | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

async function guarded<Result>(what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw unavailable(what, error);
  }
}
