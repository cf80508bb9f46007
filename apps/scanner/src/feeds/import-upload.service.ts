import { type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ArtifactStore, Spool } from '@assay/artifacts';
import { AssayError, platformTenant } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { maxFeedDownloadBytes, uploadPollMs } from '../limits.js';
import type { ServiceErrorCode } from '../scanner.errors.js';
import type { FeedName, ImportCounts } from './feed.js';
import { isWholeSource } from './feed-files.js';
import { RefreshRunner } from './refresh-runner.service.js';

/** Imports a file that somebody sends: it becomes an artifact of the platform, so that any replica can do the work. */
@Injectable()
export class ImportUpload {
  constructor(
    private readonly spool: Spool,
    private readonly artifacts: ArtifactStore,
    private readonly runner: RefreshRunner,
  ) {}

  /**
   * Gives what the import did, once it is over.
   * @throws AssayError `scanner.feed-not-recognised` for no body or one that no reader takes, `scanner.feed-too-large`
   */
  async execute(
    feed: FeedName,
    name: string,
    body: Readable | undefined,
    requestedBy: string,
  ): Promise<Omit<ImportCounts, 'read'>> {
    if (body === undefined) throw refused('scanner.feed-not-recognised', 'There is no file in the request.');
    let bytes = 0;
    await using content = await this.spool.spool(body, (chunk) => {
      bytes += chunk.length;
      if (bytes > maxFeedDownloadBytes) {
        throw refused('scanner.feed-too-large', `The file is larger than ${maxFeedDownloadBytes} bytes.`);
      }
    });
    const { digest } = await this.artifacts.put(platformTenant, content);
    const source = { kind: 'artifact', digest, name, isWhole: isWholeSource(name) } as const;
    return this.#outcome(await this.runner.request(feed, source, requestedBy));
  }

  async #outcome(id: string): Promise<Omit<ImportCounts, 'read'>> {
    for (;;) {
      const refresh = await this.runner.find(id);
      if (refresh?.state === 'done')
        return { added: 0, changed: 0, removed: 0, rejected: 0, ...countsOf(refresh.progress) };
      if (refresh?.state === 'failed') {
        throw refused('scanner.feed-not-recognised', refresh.error ?? 'The import failed.');
      }
      await sleep(uploadPollMs);
    }
  }
}

function countsOf({ added, changed, removed, rejected }: Partial<ImportCounts>): Partial<ImportCounts> {
  return { added, changed, removed, rejected };
}

function refused(code: ServiceErrorCode | 'scanner.feed-not-recognised', message: string): AssayError {
  return new AssayError('invalid', code, message);
}
