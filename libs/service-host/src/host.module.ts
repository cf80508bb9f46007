import { ArtifactsModule, type ArtifactsSettings } from '@assay/artifacts';
import { InternalIdentity } from '@assay/identity';
import { JobsModule } from '@assay/jobs';
import { Messaging } from '@assay/messaging';
import {
  Database,
  DeadLettersStore,
  InboxStore,
  OutboxStore,
  type PartitionedTable,
  Transactions,
} from '@assay/persistence';
import type { Logger, Metrics } from '@assay/telemetry';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { HostEnv } from './host.env.js';
import { InternalHttp } from './http-client/index.js';
import { OperationsController } from './operations/operations.controller.js';
import { SealOutbox } from './operations/seal-outbox.ticker.js';
import { MaintainPartitions } from './operations/maintain-partitions.job.js';
import { HOST_ENV, LOGGER, METRICS, PARTITIONED_TABLES } from './tokens.js';

/** What the host has started before the application, to be handed out in it. */
export interface HostParts {
  readonly env: HostEnv;
  readonly database: Database;
  readonly partitions: readonly PartitionedTable[];
  readonly transactions: Transactions;
  readonly messaging: Messaging;
  readonly artifacts: ArtifactsSettings;
  readonly identity: InternalIdentity;
  readonly internalHttp: InternalHttp;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * The platform inside a service: `Database`, `Transactions`, the stores of outbox, inbox and dead letters, `Messaging`,
 * `ArtifactStore` and `Spool`, `InternalIdentity`, `InternalHttp`, and by token `LOGGER`, `METRICS`, `HOST_ENV`.
 */
@Global()
@Module({})
export class HostModule {
  static forParts(parts: HostParts, service: DynamicModule | (new () => object)): DynamicModule {
    const providers = [
      { provide: Database, useValue: parts.database },
      { provide: Transactions, useValue: parts.transactions },
      { provide: Messaging, useValue: parts.messaging },
      { provide: InternalIdentity, useValue: parts.identity },
      { provide: InternalHttp, useValue: parts.internalHttp },
      { provide: LOGGER, useValue: parts.logger },
      { provide: METRICS, useValue: parts.metrics },
      { provide: HOST_ENV, useValue: parts.env },
      OutboxStore,
      InboxStore,
      DeadLettersStore,
    ];
    return {
      module: HostModule,
      imports: [ArtifactsModule.forRoot(parts.artifacts), JobsModule.forRoot(parts.logger), service],
      controllers: [OperationsController],
      providers: [
        ...providers,
        { provide: PARTITIONED_TABLES, useValue: parts.partitions },
        MaintainPartitions,
        SealOutbox,
      ],
      exports: providers,
    };
  }
}
