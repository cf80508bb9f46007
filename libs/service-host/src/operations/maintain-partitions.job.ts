import { PeriodicJob } from '@assay/jobs';
import { Database, maintainPartitions, type PartitionedTable } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { HostEnv } from '../host.env.js';
import { HOST_ENV, PARTITIONED_TABLES } from '../tokens.js';

/**
 * Makes the day partitions of outbox, inbox and the service's own tables ahead and drops those that are past their keeping, each night, as the start
 * does. A process without an administrator's `DATABASE_URL` cannot, and leaves it to one that has; rows of a day without
 * a partition go into the default one.
 */
@Injectable()
export class MaintainPartitions {
  constructor(
    private readonly database: Database,
    @Inject(HOST_ENV) private readonly env: HostEnv,
    @Inject(PARTITIONED_TABLES) private readonly tables: readonly PartitionedTable[],
  ) {}

  @PeriodicJob({ name: 'maintain-partitions', cron: '17 1 * * *' })
  async run(): Promise<void> {
    const { DATABASE_URL: adminUrl } = this.env;
    if (adminUrl !== undefined) await maintainPartitions(adminUrl, this.database.service, new Date(), this.tables);
  }
}
