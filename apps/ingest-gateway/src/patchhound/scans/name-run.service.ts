import { type RunContext, subjectOfOrigin } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AcceptedReceipt } from '../../receipts/receipt.js';
import { meantBy, type NamedRepository } from './repository-key.js';
import { nextRunName } from './run-name.js';
import { RunNamesStore } from './run-names.store.js';

/** Gives a scan the name by which its client asks for its files, and makes it a run of its own. */
@Injectable()
export class NameRun {
  constructor(private readonly names: RunNamesStore) {}

  /** The receipt as it is to be committed, in the same transaction. The webhook of an earlier scan holds until a new one is sent. */
  async execute(
    tx: Transaction,
    receipt: AcceptedReceipt,
    repository: NamedRepository,
    said: Omit<RunContext, 'name'>,
  ): Promise<AcceptedReceipt> {
    const known = await this.names.lockRepository(tx, repository, said.notify?.sealedUrl ?? null);
    const newest = await this.names.newestRun(tx, known.key);
    const name = nextRunName(newest?.name ?? null, tx.now);
    const notify = known.sealedWebhook === null ? null : { sealedUrl: known.sealedWebhook };
    const context: RunContext = { ...said, name, notify };
    await this.names.addRun(tx, known.key, { name, receiptId: receipt.id, context });
    const origin = { ...receipt.origin, ...meantBy(repository, known), runId: name };
    return { ...receipt, origin, subject: subjectOfOrigin(origin), context };
  }
}
