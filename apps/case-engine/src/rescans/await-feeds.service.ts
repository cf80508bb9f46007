import { asAssayError, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { FeedRefresh } from './rescan.js';
import { type RefreshOfFeed, RescanPeers } from './rescan-peers.client.js';
import { RescansStore } from './rescans.store.js';

/**
 * Lets a rescan match with what is known now: has feeds refreshed that have a source, and waits for them, up to a bound. If that
 * fails the rescan goes on with what there is, and says so.
 */
@Injectable()
export class AwaitFeeds {
  constructor(
    private readonly rescans: RescansStore,
    private readonly peers: RescanPeers,
  ) {}

  /**
   * `waiting`: documents can be verified meanwhile. `settled`: this transaction has written that it is over, and holds the
   * rescan's row, so it should do nothing long.
   */
  async execute(tx: Transaction, rescanId: Uuid): Promise<'ready' | 'waiting' | 'settled'> {
    const waiting = await this.rescans.waitsForFeeds(tx, rescanId);
    if (waiting === null) return 'ready';
    const isOver = tx.now.getTime() - waiting.startedAt.getTime() > limits.feedsWaitMs;
    const refresh = await this.refreshed(tx, waiting.startedAt, isOver);
    if (refresh === null) return 'waiting';
    const feeds = await this.peers.feedsIfKnown(tx.tenant);
    await this.rescans.feedsAre(tx, rescanId, { refresh, feeds });
    return 'settled';
  }

  /** Null while it goes on. A scanner that is away is waited for like one that is at work. */
  private async refreshed(tx: Transaction, since: Date, isOver: boolean): Promise<FeedRefresh | null> {
    try {
      return outcomeOf(await this.peers.refreshFeeds(tx.tenant, since), isOver);
    } catch (error) {
      const { kind, message } = asAssayError(error);
      if (kind !== 'unavailable') return { state: 'failed', message };
      return isOver ? { state: 'late', message } : null;
    }
  }
}

/** What became of all refreshes together; null while one goes on and there is time. */
export function outcomeOf(refreshes: readonly RefreshOfFeed[], isOver: boolean): FeedRefresh | null {
  const going = refreshes.filter(({ state }) => state === 'queued' || state === 'running');
  if (going.length > 0 && !isOver) return null;
  const failed = refreshes.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    return { state: 'failed', message: failed.map(({ feed, error }) => `${feed}: ${error ?? 'failed'}`).join('; ') };
  }
  if (going.length > 0) return { state: 'late', message: `Not refreshed yet: ${going.map(({ feed }) => feed).join()}` };
  return { state: refreshes.length === 0 ? 'none' : 'done', message: null };
}
