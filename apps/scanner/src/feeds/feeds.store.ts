import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type FeedName, feedNames, type ImportResult, type Rejection } from './feed.js';

/** A feed as operators see it. */
export interface Feed {
  readonly name: FeedName;
  readonly version: string;
  readonly digest: string;
  readonly details: Readonly<Record<string, string>>;
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

const columns = `name, version, digest, details, records, added, changed, removed, rejected, rejections,
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
      this.#digests = { generation, data: dataOf(await this.list(tx)) };
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

  /** Writes down what an import did; gives whether the feed says something else of itself than before. As the job role. */
  async succeeded(tx: Transaction, name: FeedName, result: ImportResult): Promise<boolean> {
    const [before] = await tx.query<Pick<Feed, 'version' | 'digest'>>(
      'select version, digest from feeds where name = $1 for update',
      [name],
    );
    await tx.query(
      `update feeds set version = $2, digest = $3, records = $4, added = $5, changed = $6, removed = $7, rejected = $8,
              rejections = $9, refreshed_at = $10, details = $11, last_error = null, last_error_at = null
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
        JSON.stringify(result.details),
      ],
    );
    return before?.version !== result.version || before.digest !== result.digest;
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

/** What engines say of the data that they use: digests by feed, KEV's version and release, and the day of EPSS' scores. */
export function dataOf(feeds: readonly Feed[]): Record<string, string> {
  const data: Record<string, string> = {};
  for (const { name, version, digest, details } of feeds.filter((feed) => feed.digest !== '')) {
    data[name] = digest;
    if (name === 'kev') Object.assign(data, { kevVersion: version, kevReleased: details['released'] ?? '' });
    if (name === 'epss') data['epssDate'] = version;
  }
  return data;
}
