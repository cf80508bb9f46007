import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { asAssayError, AssayError } from '@assay/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import type { HostsErrorCode } from './hosts.errors.js';

/** The only names that agents ask for (`wire/patchmon.md` §2): nothing that leads out of a folder fits. */
const contentName = /^ssg-[a-z0-9]+-ds\.xml$/;
const versionFile = 'VERSION';
const versionPattern = /^[0-9]+(?:\.[0-9]+){0,3}(?:[-+.][0-9a-z.]+)?$/i;

/** SCAP content for agents, from a folder of the operator: `ssg-<os>-ds.xml` files and a file `VERSION` (one line, `0.1.76`). */
@Injectable()
export class ScannerContent {
  constructor(@Inject(HOST_SETTINGS) private readonly settings: HostSettings) {}

  /** @throws AssayError `hosts.no-content` (unavailable) where there is none */
  async version(): Promise<{ readonly version: string; readonly files: readonly string[] }> {
    const directory = this.directory();
    const version = await readFile(join(directory, versionFile), 'utf8').catch(noContent);
    const files = (await readdir(directory).catch(noContent)).filter((name) => contentName.test(name)).toSorted();
    if (!versionPattern.test(version.trim()) || files.length === 0) noContent();
    return { version: version.trim(), files };
  }

  /** The same for people, to whom it is no error that there is none. */
  async info(): Promise<{
    readonly available: boolean;
    readonly version: string | null;
    readonly files: readonly string[];
  }> {
    try {
      return { available: true, ...(await this.version()) };
    } catch (error) {
      if (asAssayError(error).kind !== 'unavailable') throw error;
      return { available: false, version: null, files: [] };
    }
  }

  /** A file as a stream, with its length in bytes. @throws AssayError `hosts.no-content`, `hosts.unknown-content` */
  async file(name: string): Promise<{ readonly bytes: number; readonly stream: Readable }> {
    const directory = this.directory();
    if (!contentName.test(name)) throw unknownContent();
    const file = await open(join(directory, name)).catch(() => null);
    if (file === null) throw unknownContent();
    const { size } = await file.stat();
    return { bytes: size, stream: file.createReadStream() };
  }

  private directory(): string {
    if (this.settings.contentDirectory === null) noContent();
    return this.settings.contentDirectory;
  }
}

function noContent(cause?: unknown): never {
  throw new AssayError<HostsErrorCode>('unavailable', 'hosts.no-content', 'No scanner content is available', {
    cause,
    retryAfterSeconds: 3_600,
  });
}

function unknownContent(): AssayError<HostsErrorCode> {
  return new AssayError('not-found', 'hosts.unknown-content', 'File not found');
}
