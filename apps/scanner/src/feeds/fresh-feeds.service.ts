import type { Actor } from '@assay/identity';
import { Injectable } from '@nestjs/common';
import { freshRefreshMs } from '../limits.js';
import { ChooseSource } from './choose-source.service.js';
import { feedNames } from './feed.js';
import { RefreshRunner } from './refresh-runner.service.js';
import type { Refresh } from './refreshes.store.js';

/**
 * Sees to it that every feed with a configured source is refreshed, once for all who ask at about the same time. Whoever asks
 * again with the same time is told how far it is.
 */
@Injectable()
export class FreshFeeds {
  constructor(
    private readonly sources: ChooseSource,
    private readonly runner: RefreshRunner,
  ) {}

  /** One refresh for each feed that has a source. @param since a refresh that was asked for shortly before will do */
  async execute(since: Date, actor: Actor): Promise<Refresh[]> {
    // A time in the future, of a clock that is ahead, must not ask for another refresh each time.
    const from = new Date(Math.min(since.getTime(), Date.now()) - freshRefreshMs);
    const refreshes: Refresh[] = [];
    for (const feed of feedNames) {
      const source = this.sources.configured(feed);
      if (source !== null) refreshes.push(await this.runner.ensureSince(feed, source, from, actor));
    }
    return refreshes;
  }
}
