import { type DynamicModule, Module } from '@nestjs/common';
import { ReceiptsModule } from '../receipts/receipts.module.js';
import { AcceptDocument, ReceiptWriter } from './accept-document.service.js';
import { Admission } from './admission.service.js';
import { AwaitVerdict } from './await-verdict.service.js';
import { BacklogStore } from './backlog.store.js';
import { DailyUsageStore } from './daily-usage.store.js';
import { ExpireIdempotencyKeys } from './expire-idempotency-keys.job.js';
import { IdempotencyStore } from './idempotency.store.js';
import { IngestController } from './ingest.controller.js';
import { IngestDocument } from './ingest-document.service.js';
import { EnvelopeCutter, IngestSecureCase } from './ingest-securecase.service.js';
import { IngestTestCase } from './ingest-test-case.service.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { Quota } from './quota.service.js';
import { ReceiptsGroupCommit } from './receipts-group-commit.service.js';
import { ReceiveDocument } from './receive-document.service.js';
import { SecureCaseController } from './securecase.controller.js';

@Module({})
export class IngestModule {
  static with(settings: IngestSettings): DynamicModule {
    return {
      module: IngestModule,
      imports: [ReceiptsModule],
      controllers: [IngestController, SecureCaseController],
      providers: [
        { provide: INGEST_SETTINGS, useValue: settings },
        BacklogStore,
        DailyUsageStore,
        IdempotencyStore,
        ExpireIdempotencyKeys,
        ReceiptsGroupCommit,
        ReceiptWriter,
        Quota,
        Admission,
        ReceiveDocument,
        AcceptDocument,
        AwaitVerdict,
        IngestDocument,
        EnvelopeCutter,
        IngestSecureCase,
        IngestTestCase,
      ],
      exports: [INGEST_SETTINGS, Admission, Quota, IdempotencyStore, ReceiveDocument, AcceptDocument, AwaitVerdict],
    };
  }
}
