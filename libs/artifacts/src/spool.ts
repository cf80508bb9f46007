import { createHash } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { newId, type Digest } from '@assay/kernel';
import type { ArtifactContent } from './artifact-content.js';
import { unavailable } from './artifacts.errors.js';
import { readChunkBytes, spoolMemoryBytes, spoolTotalMemoryBytes } from './limits.js';

/** What has been received. Whoever received it disposes of it, also after a failure: `await using` does. */
export interface SpooledContent extends ArtifactContent, AsyncDisposable {
  dispose(): Promise<void>;
}

/** Memory that the bodies of one process share. */
class Budget {
  private taken = 0;

  /** True if so many bytes more may be held; they count until they are given back. */
  take(bytes: number): boolean {
    if (this.taken + bytes > spoolTotalMemoryBytes) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}

/**
 * Receives bodies of unknown size with flat memory: up to `spoolMemoryBytes` each and `spoolTotalMemoryBytes` together are
 * held, the rest goes to files. A file loses its name as soon as it is open, so that the kernel frees it however this
 * process ends.
 */
export class Spool {
  private readonly budget = new Budget();

  /** @param directory where the files are made, on a disk with room for the largest documents; made if it is missing. */
  constructor(private readonly directory: string) {}

  /**
   * Receives all of `source` and gives its digest and size. `onChunk` sees each chunk before it is kept and refuses the
   * body by throwing. Errors of both pass as they are, after the file has gone; `artifacts.unavailable` if it can't be written.
   */
  async spool(source: AsyncIterable<Uint8Array>, onChunk?: (chunk: Uint8Array) => void): Promise<SpooledContent> {
    const draft = new Draft(this.directory, this.budget);
    try {
      for await (const chunk of source) {
        onChunk?.(chunk);
        await draft.append(chunk);
      }
      return draft.finish();
    } catch (error) {
      await draft.discard();
      throw error;
    }
  }
}

/** A body that is being received. */
class Draft {
  private readonly hash = createHash('sha256');
  private size = 0;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private file: FileHandle | undefined;

  constructor(
    private readonly directory: string,
    private readonly budget: Budget,
  ) {}

  async append(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.size += chunk.length;
    if (this.file === undefined && this.size <= spoolMemoryBytes && this.budget.take(chunk.length)) {
      this.heldBytes += chunk.length;
      // A copy, as sources may use their buffers again.
      this.held.push(new Uint8Array(chunk));
      return;
    }
    try {
      this.file ??= await this.toFile();
      await this.file.writeFile(chunk);
    } catch (error) {
      throw unavailable('The body could not be written to the spool', error);
    }
  }

  finish(): SpooledContent {
    const digest: Digest = `sha256:${this.hash.digest('hex')}`;
    const { size, held, file } = this;
    const dispose = (): Promise<void> => this.discard();
    return {
      digest,
      size,
      content: () => (file === undefined ? fromMemory(held) : fromFile(file)),
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  }

  async discard(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    this.letGo();
    await file?.close();
  }

  /** A file without a name, with what was held until now in it. */
  private async toFile(): Promise<FileHandle> {
    await mkdir(this.directory, { recursive: true });
    const path = join(this.directory, newId());
    const file = await open(path, 'wx+', 0o600);
    await rm(path);
    for (const chunk of this.held) await file.writeFile(chunk);
    this.letGo();
    return file;
  }

  private letGo(): void {
    this.budget.giveBack(this.heldBytes);
    this.held = [];
    this.heldBytes = 0;
  }
}

async function* fromMemory(held: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* held;
}

/** Reads by position, so that several readers of one handle do not disturb each other. */
async function* fromFile(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(readChunkBytes), 0, readChunkBytes, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
