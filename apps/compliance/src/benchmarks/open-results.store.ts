import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { RuleKey } from './rules.store.js';

/** A rule as lists of events name it. */
export interface OpenRule {
  readonly ruleRef: string;
  readonly title: string;
  readonly severity: Severity;
}

/** A rule that fails on a host and is not waived. */
export interface FailingOnHost extends OpenRule {
  readonly hostId: Uuid;
  readonly profileId: Uuid;
  /** Failing rules of this host and profile in all. */
  readonly count: number;
}

/** Reads results of latest scans that need attention, for what is told of them. */
export class OpenResultsStore {
  /** What fails and is not waived on these hosts by these profiles, worst first, at most `limit` of each pair. */
  async failing(
    tx: Transaction,
    pairs: readonly { readonly hostId: Uuid; readonly profileId: Uuid }[],
    limit: number,
  ): Promise<FailingOnHost[]> {
    return tx.query<FailingOnHost>(
      `select host_id as "hostId", profile_id as "profileId", rule_ref as "ruleRef", title, severity, rules::int as count
         from (
           select o.host_id, o.profile_id, r.rule_ref, r.title, r.severity,
                  count(*) over (partition by o.host_id, o.profile_id) as rules,
                  row_number() over (partition by o.host_id, o.profile_id order by
                    array_position(array['critical', 'high', 'medium', 'low', 'unknown'], r.severity), r.rule_ref) as nth
             from unnest($2::uuid[], $3::uuid[]) as wanted (host_id, profile_id)
             join benchmark_open_results o on o.tenant = $1 and o.host_id = wanted.host_id and o.profile_id = wanted.profile_id
             join benchmark_rules r on r.tenant = o.tenant and r.key = o.rule_key
            where o.status = 'fail' and not o.waived) ranked
        where nth <= $4 order by host_id, profile_id, nth`,
      [tx.tenant, pairs.map(({ hostId }) => hostId), pairs.map(({ profileId }) => profileId), limit],
    );
  }

  async rules(tx: Transaction, keys: readonly RuleKey[]): Promise<Map<RuleKey, OpenRule>> {
    const rows = await tx.query<OpenRule & { key: RuleKey }>(
      `select key, rule_ref as "ruleRef", title, severity from benchmark_rules where tenant = $1 and key = any($2::bigint[])`,
      [tx.tenant, keys],
    );
    return new Map(rows.map(({ key, ruleRef, title, severity }) => [key, { ruleRef, title, severity }]));
  }
}
