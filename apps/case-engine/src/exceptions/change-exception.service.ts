import { exceptionChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type CaseEngineErrorCode, notFound } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import { lapsed } from './exception.js';
import { ExceptionPoliciesStore } from './exception-policies.store.js';
import { type Changeable, ExceptionsStore, type ListedException } from './exceptions.store.js';
import { refuseOutOfScope } from './grant-exception.service.js';
import { detailsOf, RecordExceptions } from './record-exceptions.service.js';

/** What somebody wants to change; what is not given stays. */
export type ExceptionChange = Partial<Omit<Changeable, 'approvedBy'>>;

/** Changes what is said of an exception and until when it holds, and lets a second person approve a proposed one. */
@Injectable()
export class ChangeException {
  constructor(
    private readonly transactions: Transactions,
    private readonly exceptions: ExceptionsStore,
    private readonly cases: CasesStore,
    private readonly policies: ExceptionPoliciesStore,
    private readonly record: RecordExceptions,
  ) {}

  /**
   * @throws AssayError `cases.no-such-exception`, `cases.exception-has-ended`, `cases.out-of-scope`; `cases.own-exception`
   *   for who prolongs what they granted themselves, where a second person must agree
   */
  async change(id: Uuid, change: ExceptionChange, caller: Principal): Promise<ListedException> {
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      const before = await this.standing(tx, id, caller);
      const after = { ...before, ...change };
      const fields = (Object.keys(change) as (keyof ExceptionChange)[])
        .filter((field) => !same(before, after, field))
        .toSorted();
      if (fields.length === 0) return before;
      const isLonger = (after.expiresAt?.getTime() ?? Infinity) > (before.expiresAt?.getTime() ?? Infinity);
      const { approval } = await this.policies.read(tx);
      const needsApproval = isLonger && !before.proposed && approval === 'second-person';
      if (needsApproval) refuseOwn(before, actor);
      const changed = { ...after, approvedBy: needsApproval ? actor : before.approvedBy };
      const version = await this.exceptions.change(tx, id, changed);
      const expiresAt = changed.expiresAt?.toISOString() ?? null;
      tx.publish(
        exceptionChangedV1,
        { exceptionId: id, fields, expiresAt, details: detailsOf(changed) },
        { subject: id, version },
      );
      return { ...changed, version };
    });
  }

  /**
   * Approves a proposed one, which covers from now on. Twice is harmless.
   *
   * @throws AssayError as `change`; `cases.own-exception` for who proposed it
   */
  async approve(id: Uuid, caller: Principal): Promise<ListedException> {
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.cases.lockJudging(tx);
      const before = await this.standing(tx, id, caller);
      if (!before.proposed) return before;
      refuseOwn(before, actor);
      const approved = { ...before, proposed: false, approvedBy: actor };
      const version = await this.exceptions.change(tx, id, approved);
      await this.record.approved(tx, approved, version);
      return { ...approved, version };
    });
  }

  private async standing(tx: Transaction, id: Uuid, caller: Principal): Promise<ListedException> {
    const known = await this.exceptions.lock(tx, id);
    if (known === null) throw notFound('cases.no-such-exception', 'There is no such exception');
    refuseOutOfScope(known.where, caller);
    if (known.endedAt === null && !lapsed(known, tx.now)) return known;
    const code: CaseEngineErrorCode = 'cases.exception-has-ended';
    throw new AssayError('conflict', code, 'The exception has ended; grant a new one');
  }
}

function refuseOwn({ grantedBy }: ListedException, actor: string): void {
  if (grantedBy !== actor) return;
  const code: CaseEngineErrorCode = 'cases.own-exception';
  throw new AssayError('forbidden', code, 'Somebody else than who granted the exception must agree');
}

function same(before: ListedException, after: ListedException, field: keyof ExceptionChange): boolean {
  const [one, other] = [before[field], after[field]];
  return one instanceof Date && other instanceof Date ? one.getTime() === other.getTime() : one === other;
}
