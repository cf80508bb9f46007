import { type DynamicModule, Module } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { BenchmarksModule } from './benchmarks/benchmarks.module.js';
import { ChangeHooksModule } from './change-hooks/change-hooks.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { SantamonHeartbeatsModule } from './heartbeats/heartbeats.module.js';
import type { IngestGatewayEnv } from './ingest-gateway.env.js';
import { IngestModule } from './ingest/ingest.module.js';
import { OpenApiModule } from './openapi/openapi.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { PatchHoundModule } from './patchhound/patchhound.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { ReceiptsModule } from './receipts/receipts.module.js';
import { SignalsModule } from './signals/signals.module.js';
import { TenantsModule } from './tenants/tenants.module.js';

/** All wiring of the gateway. */
@Module({})
export class IngestGatewayModule {
  static with(env: IngestGatewayEnv): DynamicModule {
    const ingest = IngestModule.with({
      maxDocumentBytes: env.INGEST_MAX_DOCUMENT_BYTES,
      dailyDocuments: env.INGEST_DAILY_DOCUMENTS,
      dailySignals: env.INGEST_DAILY_SIGNALS,
      dailyBytes: env.INGEST_DAILY_BYTES,
      requestsPerSecond: env.INGEST_REQUESTS_PER_SECOND,
      vexFromCi: env.INGEST_VEX_FROM_CI,
    });
    const credentials = CredentialsModule.with(env.ASSAY_ADMIN_KEY, env.SANTAMON_API_KEY);
    const signals = SignalsModule.with(env.SIGNAL_RETENTION_DAYS, [credentials, ingest]);
    const agents = AgentsModule.with([credentials, ingest]);
    return {
      module: IngestGatewayModule,
      imports: [
        TenantsModule,
        credentials,
        ReceiptsModule,
        ingest,
        PatchHoundModule.with(env.ASSAY_PATH_TOKEN_DAYS, [TenantsModule, credentials, ReceiptsModule, ingest]),
        agents,
        signals,
        SantamonHeartbeatsModule.with([ingest]),
        BenchmarksModule.with(
          {
            maxSubmissionBytes: env.PATCHMON_MAX_SUBMISSION_BYTES,
            submissionsPerMinute: env.PATCHMON_SUBMISSIONS_PER_MINUTE,
          },
          [ingest, agents],
        ),
        ChangeHooksModule,
        OperationsModule.with([signals]),
        OpenApiModule,
        ProxyModule,
      ],
    };
  }
}
