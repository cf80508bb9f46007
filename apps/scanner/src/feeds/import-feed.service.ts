import { Injectable } from '@nestjs/common';
import { ArtifactFiles } from './artifact-files.service.js';
import { DownloadFeed } from './download-feed.service.js';
import { EtagsStore } from './etags.store.js';
import type { FeedName, FeedRun, FeedSource, ImportResult } from './feed.js';
import { readFeedInThread } from './feed-reader-thread.js';
import { ImportCatalog } from './import-catalog.service.js';
import { ImportOsv } from './import-osv.service.js';

/** Brings a feed in from wherever it lies. */
@Injectable()
export class ImportFeed {
  constructor(
    private readonly artifactFiles: ArtifactFiles,
    private readonly etags: EtagsStore,
    private readonly download: DownloadFeed,
    private readonly importOsv: ImportOsv,
    private readonly importCatalog: ImportCatalog,
  ) {}

  /** Null if none of the addresses has anything new since the last time. Throws what reading and downloading throw. */
  async execute(run: FeedRun, feed: FeedName, source: FeedSource): Promise<ImportResult | null> {
    if (source.kind === 'path') return this.#import(run, feed, source.path, source.isWhole);
    if (source.kind === 'artifact') {
      await using file = await this.artifactFiles.open(source.digest);
      return await this.#import(run, feed, file.path, source.isWhole, source.name);
    }
    const known = await this.etags.of(feed);
    await using downloaded = await this.download.execute(source.urls, known);
    if (downloaded.isUnchanged) return null;
    const result = await this.#import(run, feed, downloaded.directory, true);
    await this.etags.remember(feed, downloaded.etags);
    return result;
  }

  async #import(run: FeedRun, feed: FeedName, path: string, isWhole: boolean, name?: string): Promise<ImportResult> {
    if (feed === 'osv') return this.importOsv.execute(run, readFeedInThread(path, name), isWhole);
    return this.importCatalog.execute(run, feed, path, name);
  }
}
