import { type DynamicModule, Module } from '@nestjs/common';
import { AUDIT_ENV, type AuditEnv } from './audit.env.js';
import { CheckpointsStore } from './checkpoints/checkpoints.store.js';
import { ReadTile } from './checkpoints/read-tile.service.js';
import { HeadsToSign, SignHeads } from './checkpoints/sign-heads.service.js';
import { TilesController } from './checkpoints/tiles.controller.js';
import { CompleteHours } from './completeness/complete-hours.service.js';
import { OutboxSealedSubscriber } from './completeness/outbox-sealed.subscriber.js';
import { OutboxesClient } from './completeness/outboxes.client.js';
import { SealedHoursStore } from './completeness/sealed-hours.store.js';
import { AppendEvents } from './entries/append-events.service.js';
import { AppendEventsSubscriber } from './entries/append-events.subscriber.js';
import { EntriesController } from './entries/entries.controller.js';
import { EntriesStore } from './entries/entries.store.js';
import { ErasePayload } from './entries/erase-payload.service.js';
import { LogsStore } from './entries/logs.store.js';
import { ProveEntry } from './entries/prove-entry.service.js';
import { TilesStore } from './entries/tiles.store.js';
import { LogKey } from './keys/log-key.service.js';
import { LogKeyStore } from './keys/log-key.store.js';
import { ReplayLog } from './verification/replay-log.service.js';
import { VerificationController } from './verification/verification.controller.js';
import { VerificationStores, VerifyAuditLog } from './verification/verify-audit-log.service.js';

/** All wiring of audit. The capabilities share the tables of one log and are no modules of their own. */
@Module({})
export class AuditModule {
  static forEnv(env: AuditEnv): DynamicModule {
    return {
      module: AuditModule,
      controllers: [
        AppendEventsSubscriber,
        OutboxSealedSubscriber,
        EntriesController,
        TilesController,
        VerificationController,
      ],
      providers: [
        { provide: AUDIT_ENV, useValue: env },
        LogsStore,
        EntriesStore,
        TilesStore,
        CheckpointsStore,
        SealedHoursStore,
        LogKeyStore,
        LogKey,
        HeadsToSign,
        SignHeads,
        AppendEvents,
        ProveEntry,
        ErasePayload,
        ReadTile,
        OutboxesClient,
        CompleteHours,
        ReplayLog,
        VerificationStores,
        VerifyAuditLog,
      ],
    };
  }
}
