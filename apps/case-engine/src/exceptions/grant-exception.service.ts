import { exceptionGrantedV1 } from '@assay/contracts';
import { mayActOnRepository, type Principal } from '@assay/identity';
import { AssayError, newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import type { Exception, Scope, Target } from './exception.js';
import { ExceptionsStore } from './exceptions.store.js';
import { RejudgeCases } from './rejudge-cases.service.js';

/** What somebody wants to accept. */
export interface GrantExceptionCommand {
  readonly what: Pick<Target, 'kind' | 'id'>;
  readonly where: Scope;
  readonly reason: string;
  readonly expiresAt: Date | null;
}

/** Accepts a risk and re-judges every case that it touches, in one transaction: nobody sees the one without the other. */
@Injectable()
export class GrantException {
  constructor(
    private readonly transactions: Transactions,
    private readonly exceptions: ExceptionsStore,
    private readonly cases: CasesStore,
    private readonly rejudge: RejudgeCases,
  ) {}

  /** @throws AssayError `cases.out-of-scope` if the caller's credential is limited to other repositories */
  async execute(command: GrantExceptionCommand, caller: Principal): Promise<Exception> {
    refuseOutOfScope(command.where, caller);
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      await this.cases.lockJudging(tx);
      const groups = command.what.kind === 'rule' ? [] : await this.exceptions.groupsOf(tx, command.what.id);
      const exception: Exception = {
        ...command,
        id: newId(tx.now.getTime()),
        // A name of several groups stands for itself alone until they are merged.
        what: { ...command.what, group: groups.length === 1 ? groups[0]! : null },
        grantedBy: caller.actor,
        grantedAt: tx.now,
        origin: 'manual',
        publicComment: null,
        privateComment: null,
        scopeNote: null,
        owner: null,
        approvedBy: null,
        justification: null,
      };
      await this.exceptions.add(tx, [exception]);
      const { id, what, where, reason, expiresAt } = exception;
      tx.publish(
        exceptionGrantedV1,
        { exceptionId: id, what, where, reason, expiresAt: expiresAt?.toISOString() ?? null },
        { subject: id },
      );
      await this.rejudge.execute(tx, [exception]);
      return exception;
    });
  }
}

/** Who may act on some repositories only may accept nothing outside of them. */
export function refuseOutOfScope(where: Scope, caller: Principal): void {
  if (caller.scope.repositories === null) return;
  if (where.repo !== null && mayActOnRepository(caller, where.org ?? '', where.repo)) return;
  const code: CaseEngineErrorCode = 'cases.out-of-scope';
  throw new AssayError('forbidden', code, 'This credential may not decide for more than its repositories');
}
