import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type ExceptionPolicy, readExceptionPolicy } from './exception-policy.js';

/** The only SQL on `exception_policies`. */
@Injectable()
export class ExceptionPoliciesStore {
  async read(tx: Transaction): Promise<ExceptionPolicy> {
    const [row] = await tx.query<{ policy: unknown }>('select policy from exception_policies where tenant = $1', [
      tx.tenant,
    ]);
    return readExceptionPolicy(row?.policy);
  }

  async save(tx: Transaction, policy: ExceptionPolicy): Promise<void> {
    await tx.query(
      `insert into exception_policies (tenant, policy, changed_by, changed_at) values ($1, $2, $3, $4)
       on conflict (tenant) do update
         set policy = excluded.policy, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      [tx.tenant, JSON.stringify(policy), tx.actor, tx.now],
    );
  }
}
