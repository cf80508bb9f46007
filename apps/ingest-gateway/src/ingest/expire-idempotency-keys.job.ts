import { PeriodicJob } from '@assay/jobs';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { IdempotencyStore } from './idempotency.store.js';

/** Forgets the keys of requests that nobody repeats any more. */
@Injectable()
export class ExpireIdempotencyKeys {
  constructor(
    private readonly transactions: Transactions,
    private readonly idempotency: IdempotencyStore,
  ) {}

  @PeriodicJob({ name: 'ingest-gateway-expire-idempotency-keys', cron: '17 * * * *' })
  async run(): Promise<void> {
    await this.transactions.runAcrossTenants((tx) => this.idempotency.expire(tx));
  }
}
