import { fileURLToPath } from 'node:url';
import { systemActor } from '@assay/contracts';
import { Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { SCANNER_ENV, type ScannerEnv } from '../scanner.env.js';
import { AdvisoryIndexStore } from '../vulnerabilities/advisory-index.store.js';
import { derivedId } from '../vulnerabilities/derived-id.js';
import type { FeedName } from './feed.js';
import { FeedsStore } from './feeds.store.js';
import { RefreshesStore } from './refreshes.store.js';

/** The advisories that are shipped; source and built output lie equally deep below them. */
const seed = (folder: string): string => fileURLToPath(new URL(`../../seed/${folder}`, import.meta.url));

/** Sees to it that an installation without advisories gets those that are shipped, KEV marks first: they are in at once. */
@Injectable()
export class FirstFeeds {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedsStore,
    private readonly refreshes: RefreshesStore,
    private readonly index: AdvisoryIndexStore,
    @Inject(SCANNER_ENV) private readonly env: ScannerEnv,
  ) {}

  async ensure(): Promise<void> {
    await this.transactions.runAcrossTenants(async (tx) => {
      await this.feeds.ensure(tx);
      if ((await this.index.generation(tx)) > 0) return;
      const wanted: FeedName[] = this.env.FEEDS_SEED ? ['kev', 'osv'] : [];
      for (const feed of wanted) {
        const source = { kind: 'path', path: seed(feed), isWhole: true } as const;
        // A derived id: whichever replica is first, there is one such refresh.
        await this.refreshes.add(tx, derivedId('seed', feed), feed, source, systemActor);
      }
      if (wanted.length === 0) await this.feeds.beginEmpty(tx);
    });
  }
}
