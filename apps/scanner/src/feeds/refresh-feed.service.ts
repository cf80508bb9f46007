import { asAssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { EndImport } from './end-import.service.js';
import type { FeedRun } from './feed.js';
import { FeedRecordsStore } from './feed-records.store.js';
import { FeedsStore } from './feeds.store.js';
import { ImportFeed } from './import-feed.service.js';
import type { Refresh } from './refreshes.store.js';

/** Makes one refresh from its source to the new generation, and writes down how it went. */
@Injectable()
export class RefreshFeed {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedsStore,
    private readonly records: FeedRecordsStore,
    private readonly importFeed: ImportFeed,
    private readonly endImport: EndImport,
  ) {}

  /** Throws what went wrong, after the feed says so; what was imported before stays in force. */
  async execute(refresh: Refresh, onProgress: FeedRun['onProgress']): Promise<void> {
    const { id: refreshId, feed, source } = refresh;
    const across = this.transactions;
    // The same refresh may have died half-way in another process.
    await across.runAcrossTenants((tx) => this.records.clear(tx, refreshId));
    try {
      const result = await this.importFeed.execute({ refreshId, onProgress }, feed, source);
      if (result === null) await across.runAcrossTenants((tx) => this.feeds.unchanged(tx, feed));
      else {
        await this.endImport.execute(refreshId, feed, result);
        const { read, added, changed, removed, rejected } = result;
        await onProgress({ read, added, changed, removed, rejected });
      }
    } catch (error) {
      const { kind, message } = asAssayError(error);
      const told = kind === 'bug' ? 'An internal error; the log says more.' : message;
      await across.runAcrossTenants((tx) => this.feeds.failed(tx, feed, told));
      throw error;
    } finally {
      await across.runAcrossTenants((tx) => this.records.clear(tx, refreshId));
    }
  }
}
