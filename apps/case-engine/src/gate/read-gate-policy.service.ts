import type { Principal } from '@assay/identity';
import { platformTenant } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type GatePolicy, nativePolicy, readGatePolicy } from './gate-policy.js';
import { GatePoliciesStore } from './gate-policies.store.js';

/** The policy that holds, and whose it is. */
export interface EffectivePolicy {
  readonly repo: string | null;
  readonly source: 'repository' | 'tenant' | 'platform' | 'native';
  readonly policy: GatePolicy;
}

/** Which gate policy holds for a repository, or for the tenant where none is named: the most specific. */
@Injectable()
export class ReadGatePolicy {
  constructor(
    private readonly transactions: Transactions,
    private readonly policies: GatePoliciesStore,
  ) {}

  async execute(caller: Principal, repo: string | null): Promise<EffectivePolicy> {
    const names = [...(repo === null ? [] : namesOf(repo)), ''];
    const found = await this.transactions.run(caller.tenant, (tx) => this.policies.find(tx, names));
    if (found === null) return { repo, source: 'native', policy: nativePolicy };
    const ofTenant = found.tenant === platformTenant && caller.tenant !== platformTenant ? 'platform' : 'tenant';
    return { repo, source: found.repo === '' ? ofTenant : 'repository', policy: readGatePolicy(found.policy) };
  }
}

/** `provider/org/repo` is also found as `org/repo`; a name of two parts has no provider to leave out. */
function namesOf(repo: string): string[] {
  return repo.split('/').length > 2 ? [repo, repo.slice(repo.indexOf('/') + 1)] : [repo];
}
