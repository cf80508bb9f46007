import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { readKevCatalog } from '../advisories/kev-catalog.js';
import { DownloadFeed } from './download-feed.service.js';
import type { FeedName, FeedRun, FeedSource, ImportResult } from './feed.js';
import { openCatalog, readFeedFiles } from './feed-files.js';
import { FeedsStore } from './feeds.store.js';
import { ImportKev } from './import-kev.service.js';
import { ImportOsv } from './import-osv.service.js';

/** Brings a feed in from wherever it lies. */
@Injectable()
export class ImportFeed {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedsStore,
    private readonly download: DownloadFeed,
    private readonly importOsv: ImportOsv,
    private readonly importKev: ImportKev,
  ) {}

  /** Null if none of the addresses has anything new since the last time. Throws what reading and downloading throw. */
  async execute(run: FeedRun, feed: FeedName, source: FeedSource): Promise<ImportResult | null> {
    if (source.kind === 'path') return this.#import(run, feed, source.path, source.isWhole, source.name);
    const known = await this.transactions.runAcrossTenants((tx) => this.feeds.etags(tx, feed));
    await using downloaded = await this.download.execute(source.urls, known);
    if (downloaded.isUnchanged) return null;
    const result = await this.#import(run, feed, downloaded.directory, true);
    await this.transactions.runAcrossTenants((tx) => this.feeds.rememberEtags(tx, feed, downloaded.etags));
    return result;
  }

  async #import(run: FeedRun, feed: FeedName, path: string, isWhole: boolean, name?: string): Promise<ImportResult> {
    if (feed === 'osv') return this.importOsv.execute(run, readFeedFiles(path, name), isWhole);
    return this.importKev.execute(run, await readKevCatalog(await openCatalog(path, name)));
  }
}
