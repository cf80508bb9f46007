import { Module } from '@nestjs/common';
import { ReadReceipts } from './read-receipts.service.js';
import { ReceiptProgressSubscriber } from './receipt-progress.subscriber.js';
import { ReceiptsController } from './receipts.controller.js';
import { ReceiptsStore } from './receipts.store.js';
import { RecordProgress } from './record-progress.service.js';
import { RereadReceipts } from './reread-receipts.service.js';
import { WaitingCallers } from './waiting-callers.js';
import { WakeCallersSubscriber } from './wake-callers.subscriber.js';

@Module({
  controllers: [ReceiptsController, ReceiptProgressSubscriber, WakeCallersSubscriber],
  providers: [ReceiptsStore, RecordProgress, ReadReceipts, WaitingCallers, RereadReceipts],
  exports: [ReceiptsStore, WaitingCallers],
})
export class ReceiptsModule {}
