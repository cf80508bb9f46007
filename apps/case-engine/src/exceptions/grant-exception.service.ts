import { mayActOnRepository, type Principal } from '@assay/identity';
import { AssayError, newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import type { Exception, Scope, Target } from './exception.js';
import { ExceptionPoliciesStore } from './exception-policies.store.js';
import { ExceptionsStore, type ListedException } from './exceptions.store.js';
import { RecordExceptions } from './record-exceptions.service.js';

/** What somebody wants to accept. */
export interface GrantExceptionCommand extends Pick<
  Exception,
  'reason' | 'expiresAt' | 'publicComment' | 'privateComment' | 'scopeNote' | 'owner' | 'justification'
> {
  readonly what: Pick<Target, 'kind' | 'id'>;
  readonly where: Scope;
}

/**
 * Accepts a risk and re-judges every case that it touches, in one transaction: nobody sees the one without the other.
 * Where the tenant wants a second person to agree it is proposed only, and covers nothing.
 */
@Injectable()
export class GrantException {
  constructor(
    private readonly transactions: Transactions,
    private readonly exceptions: ExceptionsStore,
    private readonly cases: CasesStore,
    private readonly policies: ExceptionPoliciesStore,
    private readonly record: RecordExceptions,
  ) {}

  /** @throws AssayError `cases.out-of-scope` if the caller's credential is limited to other repositories */
  async execute(command: GrantExceptionCommand, caller: Principal): Promise<ListedException> {
    refuseOutOfScope(command.where, caller);
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.cases.lockJudging(tx);
      const { kind, id } = command.what;
      const groups = await this.exceptions.groupsOf(tx, kind === 'vulnerability' || kind === 'any' ? [id] : []);
      const proposed = (await this.policies.read(tx)).approval === 'second-person';
      const exception: Exception = {
        ...command,
        id: newId(tx.now.getTime()),
        what: { ...command.what, group: groups.get(id) ?? null },
        grantedBy: actor,
        grantedAt: tx.now,
        origin: 'manual',
        approvedBy: null,
      };
      await this.record.execute(tx, { granted: [exception], ended: [], because: 'withdrawn', proposed });
      return { ...exception, proposed, endedAt: null, endedBecause: null, version: 1 };
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
