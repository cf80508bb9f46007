import { alertingChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AlertingErrorCode } from '../alerting.errors.js';
import { limits } from '../limits.js';
import { RuleBooks } from './rule-books.service.js';

type What = 'rule' | 'channel' | 'silence' | 'rescan-thresholds';

/** A change of what decides about alerts, as a use case describes it. */
export interface Change<Result> {
  readonly what: What;
  readonly change: 'created' | 'updated' | 'removed';
  readonly work: (tx: Transaction) => Promise<Result>;
}

/**
 * The frame of every change to rules, channels and silences: one transaction in the caller's name, an event for the
 * audit log and the other replicas, and from the commit on the new rule book.
 */
@Injectable()
export class ChangeConfiguration {
  constructor(
    private readonly transactions: Transactions,
    private readonly ruleBooks: RuleBooks,
  ) {}

  async execute<Result extends { readonly id: Uuid; readonly name: string }>(
    caller: Principal,
    { what, change, work }: Change<Result>,
  ): Promise<Result> {
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      const result = await work(tx);
      const { id, name } = result;
      tx.publish(alertingChangedV1, { what, id, change, name }, { subject: id });
      tx.afterCommit(() => this.ruleBooks.forget(tenant));
      return result;
    });
  }
}

/** Refuses one more where there are too many already: all of them are read whenever the rules are. */
export function refuseTooMany(what: What, present: number): void {
  if (present < limits.perTenant) return;
  const message = `A tenant can have ${limits.perTenant} ${what}s.`;
  throw new AssayError<AlertingErrorCode>('conflict', 'alerting.too-many', message);
}
