import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { FeedName } from './feed.js';

/** The entity tags (RFC 9110 §8.8.3) of what was downloaded last, by address. */
@Injectable()
export class EtagsStore {
  constructor(private readonly transactions: Transactions) {}

  async of(feed: FeedName): Promise<Record<string, string>> {
    const [row] = await this.transactions.runAcrossTenants((tx) =>
      tx.query<{ etags: Record<string, string> }>('select etags from feeds where name = $1', [feed]),
    );
    return row?.etags ?? {};
  }

  async remember(feed: FeedName, etags: Readonly<Record<string, string>>): Promise<void> {
    await this.transactions.runAcrossTenants((tx) =>
      tx.query('update feeds set etags = etags || $2::jsonb where name = $1', [feed, JSON.stringify(etags)]),
    );
  }
}
