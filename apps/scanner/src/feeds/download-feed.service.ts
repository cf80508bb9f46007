import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { feedDownloadTimeoutMs, maxFeedDownloadBytes } from '../limits.js';
import type { ServiceErrorCode } from '../scanner.errors.js';

/** Files that were downloaded; they go when this is disposed of. */
export interface DownloadedFeed extends AsyncDisposable {
  readonly directory: string;
  /** True if no address had anything new; then there are no files. */
  readonly isUnchanged: boolean;
  readonly etags: Readonly<Record<string, string>>;
}

/** Fetches feeds over HTTP, to disk, and only what has changed. */
@Injectable()
export class DownloadFeed {
  /**
   * Each address's file, below folders of the address's own, so that `PyPI/all.zip` keeps its name. Of an address whose
   * entity tag is that of the last time there is no file.
   * @throws AssayError `scanner.feed-unavailable`, `scanner.feed-too-large`
   */
  async execute(urls: readonly string[], etags: Readonly<Record<string, string>>): Promise<DownloadedFeed> {
    const directory = await mkdtemp(join(tmpdir(), 'assay-feed-'));
    const dispose = (): Promise<void> => rm(directory, { recursive: true, force: true });
    try {
      const seen: Record<string, string> = {};
      let isUnchanged = true;
      for (const [index, url] of urls.entries()) {
        const fetched = await this.#fetch(url, etags[url], join(directory, String(index)));
        if (fetched.isNew) isUnchanged = false;
        if (fetched.etag !== null) seen[url] = fetched.etag;
      }
      return { directory, isUnchanged, etags: seen, [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  }

  async #fetch(
    url: string,
    etag: string | undefined,
    folder: string,
  ): Promise<{ isNew: boolean; etag: string | null }> {
    const headers = etag === undefined ? {} : { 'if-none-match': etag };
    const signal = AbortSignal.timeout(feedDownloadTimeoutMs);
    const response = await fetch(url, { headers, signal }).catch((cause: unknown) =>
      unavailable(url, 'no answer', cause),
    );
    if (response.status === 304) return { isNew: false, etag: etag ?? null };
    if (!response.ok || response.body === null) return unavailable(url, `status ${response.status}`);
    const [name = 'feed.json', parent = 'feed'] = new URL(url).pathname.split('/').map(decodeURIComponent).toReversed();
    const into = join(folder, safe(parent));
    await mkdir(into, { recursive: true });
    const file = createWriteStream(join(into, safe(name)));
    const body = Readable.fromWeb(response.body);
    await pipeline(body, atMost(maxFeedDownloadBytes, url), file).catch((cause: unknown) => {
      throw cause instanceof AssayError ? cause : unavailable(url, 'the answer broke off', cause);
    });
    return { isNew: true, etag: response.headers.get('etag') };
  }
}

/** A part of a path that can't lead anywhere else. */
function safe(part: string): string {
  const name = part.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_');
  return name === '' ? 'feed' : name;
}

function atMost(maxBytes: number, url: string): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      const code: ServiceErrorCode = 'scanner.feed-too-large';
      if (bytes > maxBytes) done(new AssayError('invalid', code, `${url} sends more than ${maxBytes} bytes.`));
      else done(null, chunk);
    },
  });
}

function unavailable(url: string, why: string, cause?: unknown): never {
  const code: ServiceErrorCode = 'scanner.feed-unavailable';
  throw new AssayError('unavailable', code, `${url} could not be read: ${why}.`, { cause });
}
