import { type Principal, servicePrincipal } from '@assay/identity';
import { platformTenant } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { AskServices } from './ask-services.service.js';
import type { OverviewDto } from './operations.dto.js';
import { OverviewStore } from './overview.store.js';

/** The numbers of the first page: what came in today, what was blocked, who is there to work on it. */
@Injectable()
export class ReadOverview {
  constructor(
    private readonly transactions: Transactions,
    private readonly overview: OverviewStore,
    private readonly askServices: AskServices,
  ) {}

  async execute(caller: Principal): Promise<OverviewDto> {
    const day = new Date().toISOString().slice(0, 10);
    const [counts, services] = await Promise.all([
      this.transactions.run(caller.tenant, (tx) => this.overview.countSince(tx, new Date(day))),
      this.askServices.all(
        { method: 'GET', path: '/readyz', principal: servicePrincipal('ingest-gateway', platformTenant) },
        async () => null,
      ),
    ]);
    const receipts = { accepted: 0, processing: 0, done: 0, failed: 0 };
    for (const { status, receipts: number } of counts) receipts[status] = number;
    return {
      day,
      receipts,
      blocked: counts.reduce((sum, { blocked }) => sum + blocked, 0),
      bytes: counts.reduce((sum, { bytes }) => sum + bytes, 0),
      services: services.map(({ service, error }) => ({ service, ready: error === undefined })),
    };
  }
}
