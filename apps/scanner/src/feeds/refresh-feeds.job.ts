import { PeriodicJob } from '@assay/jobs';
import { systemActor } from '@assay/contracts';
import { Injectable } from '@nestjs/common';
import { ChooseSource } from './choose-source.service.js';
import { feedNames } from './feed.js';
import { RefreshRunner } from './refresh-runner.service.js';

/** Keeps the configured feeds fresh. Without configured ones there is nothing to do. */
@Injectable()
export class RefreshFeedsJob {
  constructor(
    private readonly sources: ChooseSource,
    private readonly runner: RefreshRunner,
  ) {}

  /** Hourly, off the full hour, when everybody else asks. What has not changed costs one request per address. */
  @PeriodicJob({ name: 'scanner-refresh-feeds', cron: '17 * * * *' })
  async refresh(): Promise<void> {
    for (const feed of feedNames) {
      const source = this.sources.configured(feed);
      if (source !== null) await this.runner.request(feed, source, systemActor);
    }
  }
}
