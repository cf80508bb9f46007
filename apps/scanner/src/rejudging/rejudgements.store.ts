import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** A scan that has to be made again. */
export interface Rejudgement {
  readonly subjectId: Uuid;
  /** See `slotOf`. */
  readonly slot: string;
}

/** The scans of a tenant that have to be made again. */
@Injectable()
export class RejudgementsStore {
  /** Takes the next ones. They are done when the transaction commits, and wait again if it does not. */
  async take(tx: Transaction, limit: number): Promise<Rejudgement[]> {
    const taken = await tx.query<Rejudgement>(
      `delete from rejudgements where tenant = $1 and (subject_id, tool) in (
         select subject_id, tool from rejudgements where tenant = $1 order by subject_id, tool limit $2 for update skip locked)
       returning subject_id as "subjectId", tool as slot`,
      [tx.tenant, limit],
    );
    // In the order in which documents lock subjects, so that neither waits for the other in a circle.
    return taken.toSorted((a, b) => (a.subjectId + a.slot < b.subjectId + b.slot ? -1 : 1));
  }
}
