import { payloadErasedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AuditErrorCode } from '../audit.errors.js';
import { EntriesStore } from './entries.store.js';

/** Erases what an entry says, with the salt that guards it. The leaf stays, so every proof still holds; the erasure is recorded. */
@Injectable()
export class ErasePayload {
  constructor(
    private readonly transactions: Transactions,
    private readonly entries: EntriesStore,
  ) {}

  /** To erase what is erased changes nothing. @throws AssayError `audit.no-such-entry` */
  async execute(log: string, index: number, { actor }: Principal): Promise<void> {
    await this.transactions.run({ tenant: log, actor }, async (tx) => {
      const found = await this.entries.find(tx, index);
      if (found === null) {
        throw new AssayError<AuditErrorCode>('not-found', 'audit.no-such-entry', `There is no entry ${index}.`);
      }
      if (!(await this.entries.erase(tx, index))) return;
      const { id: entryId, type: entryType } = found.entry;
      tx.publish(payloadErasedV1, { log, index, entryId, entryType }, { subject: String(index) });
    });
  }
}
