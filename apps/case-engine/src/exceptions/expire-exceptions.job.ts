import { Ticker } from '@assay/jobs';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { EndExceptions } from './end-exceptions.service.js';
import { ExceptionsStore } from './exceptions.store.js';

/** The same judgement, when time has passed: ends exceptions whose date has come, each tenant's in a transaction of its own. */
@Injectable()
export class ExpireExceptions {
  constructor(
    private readonly exceptions: ExceptionsStore,
    private readonly endExceptions: EndExceptions,
  ) {}

  @Ticker({ name: 'case-engine-expire-exceptions', everyMs: limits.expiryTickMs })
  async tick(tx: Transaction): Promise<void> {
    const due = Map.groupBy(await this.exceptions.lapsed(tx, limits.expiryBatch), ({ tenant }) => tenant);
    for (const [tenant, lapsed] of due) {
      await this.endExceptions.expire(
        tenant,
        lapsed.map(({ id }) => id),
      );
    }
  }
}
