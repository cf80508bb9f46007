import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type FeedName, feedNames, type ImportResult, type Rejection } from './feed.js';

/** A feed as operators see it. */
export interface Feed {
  readonly name: FeedName;
  readonly version: string;
  readonly digest: string;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly rejected: number;
  readonly rejections: readonly Rejection[];
  readonly refreshedAt: Date | null;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
}

const columns = `name, version, digest, records, added, changed, removed, rejected, rejections,
  refreshed_at as "refreshedAt", last_error as "lastError", last_error_at as "lastErrorAt"`;

/** What is known of each feed, and which generation all of them together are. */
@Injectable()
export class FeedsStore {
  #digests: { readonly generation: number; readonly data: Record<string, string> } | null = null;

  async list(tx: Transaction): Promise<Feed[]> {
    return tx.query<Feed>(`select ${columns} from feeds order by name`);
  }

  /** The digests of all feeds that have data, by name: what a verdict can be reproduced from. */
  async digests(tx: Transaction, generation: number): Promise<Record<string, string>> {
    if (this.#digests?.generation !== generation) {
      const feeds = (await this.list(tx)).filter(({ digest }) => digest !== '');
      this.#digests = { generation, data: Object.fromEntries(feeds.map(({ name, digest }) => [name, digest])) };
    }
    return this.#digests.data;
  }

  /** Makes the rows of all feeds; may be repeated. As the job role. */
  async ensure(tx: Transaction): Promise<void> {
    await tx.query('insert into feeds (name) select unnest($1::text[]) on conflict do nothing', [feedNames]);
  }

  /**
   * Begins the next generation, in which everything that was imported counts. Takes the lock that documents share. The
   * first one waits for OSV: with KEV marks alone every document would look clean.
   */
  async beginGeneration(tx: Transaction, lockKey: number): Promise<void> {
    await tx.query('select pg_advisory_xact_lock($1)', [lockKey]);
    await tx.query(
      `update feed_state set generation = generation + 1
        where generation > 0 or exists (select from feeds where name = 'osv' and refreshed_at is not null)`,
    );
  }

  /** Opens an installation that shall begin without advisories. */
  async beginEmpty(tx: Transaction): Promise<void> {
    await tx.query('update feed_state set generation = 1 where generation = 0');
  }

  /** Writes down what an import did; as the job role. */
  async succeeded(tx: Transaction, name: FeedName, result: ImportResult): Promise<void> {
    await tx.query(
      `update feeds set version = $2, digest = $3, records = $4, added = $5, changed = $6, removed = $7, rejected = $8,
              rejections = $9, refreshed_at = $10, last_error = null, last_error_at = null
        where name = $1`,
      [
        name,
        result.version,
        result.digest,
        result.records,
        result.added,
        result.changed,
        result.removed,
        result.rejected,
        JSON.stringify(result.rejections),
        tx.now,
      ],
    );
  }

  /** Writes down why an import failed; what was imported before stays in force. As the job role. */
  async failed(tx: Transaction, name: FeedName, message: string): Promise<void> {
    await tx.query('update feeds set last_error = $2, last_error_at = $3 where name = $1', [name, message, tx.now]);
  }

  /** The feed was asked for and has nothing new. */
  async unchanged(tx: Transaction, name: FeedName): Promise<void> {
    await tx.query('update feeds set refreshed_at = $2, last_error = null, last_error_at = null where name = $1', [
      name,
      tx.now,
    ]);
  }
}
