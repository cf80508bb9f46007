import { fileURLToPath } from 'node:url';
import { systemActor } from '@assay/contracts';
import { type Transaction, Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { SCANNER_ENV, type ScannerEnv } from '../scanner.env.js';
import { AdvisoryIndexStore } from '../vulnerabilities/advisory-index.store.js';
import { derivedId } from '../vulnerabilities/derived-id.js';
import type { FeedName } from './feed.js';
import { FeedsStore } from './feeds.store.js';
import { RefreshesStore } from './refreshes.store.js';

/** The advisories that are shipped; source and built output lie equally deep below them. */
const seed = (folder: string): string => fileURLToPath(new URL(`../../seed/${folder}`, import.meta.url));

/** Sees to it that an installation without advisories gets those that are shipped, KEV marks first: they are in at once. EPSS
 * scores come last: documents do not wait for them. */
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
      const generation = await this.index.generation(tx);
      for (const feed of this.env.FEEDS_SEED ? await this.#missing(tx) : []) {
        const source = { kind: 'path', path: seed(feed), isWhole: true } as const;
        // A derived id: whichever replica is first, there is one such refresh.
        await this.refreshes.add(tx, derivedId('seed', feed), feed, source, systemActor);
      }
      if (!this.env.FEEDS_SEED && generation === 0) await this.feeds.beginEmpty(tx);
    });
  }

  /** The feeds of which there is nothing yet; one of them may be younger than the installation. */
  async #missing(tx: Transaction): Promise<FeedName[]> {
    return (await this.feeds.list(tx)).flatMap(({ name, digest }) => (digest === '' ? [name] : []));
  }
}
