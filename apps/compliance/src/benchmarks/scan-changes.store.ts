import type { RuleStatus } from '@assay/contracts';
import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** In what way a rule came to something else in one scan than in the other. */
export const changeKinds = ['failing', 'newlyFailing', 'recovered', 'changed', 'appeared', 'vanished'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A rule that two scans differ in; of kind `failing` just one that fails in the newer. */
export interface ChangedRule {
  readonly kind: ChangeKind;
  /** Rules of this kind in all. */
  readonly count: number;
  readonly ruleId: Uuid;
  readonly ruleRef: string;
  readonly title: string;
  readonly severity: Severity;
  /** Null where that scan does not have the rule. */
  readonly was: RuleStatus | null;
  readonly is: RuleStatus | null;
  readonly waived: boolean;
}

/** The results of scan `$n` as (name, rule_key, status, waived). */
const results = (scan: '$2' | '$3', name: 'rule_key' | 'rule_ref'): string => `
  select ${name === 'rule_key' ? 'u.rule_key' : 'r.rule_ref'} as name, u.rule_key, u.status, u.rule_key = any(s.waived) as waived
    from benchmark_scans s
    join benchmark_result_slices c on c.tenant = s.tenant and c.scan_id = s.id
   cross join lateral unnest(c.rule_keys, c.statuses) as u (rule_key, status)
   ${name === 'rule_key' ? '' : 'join benchmark_rules r on r.tenant = s.tenant and r.key = u.rule_key'}
   where s.tenant = $1 and s.id = ${scan}::uuid`;

/**
 * Rules that differ, each under every kind that it is of, worst first and at most `$4` of a kind. A rule fails where its
 * status says so and it is not waived.
 */
const differences = (name: 'rule_key' | 'rule_ref'): string => `
  with was as (${results('$2', name)}), present as (${results('$3', name)}),
  pairs as (
    select coalesce(present.rule_key, was.rule_key) as rule_key, was.status as was, present.status as is_now,
           coalesce(present.waived, false) as waived,
           coalesce(was.status = 'fail' and not was.waived, false) as failed,
           coalesce(present.status = 'fail' and not present.waived, false) as fails
      from was full join present using (name)
  ), kinds as (
    -- Of most rules there is nothing to tell: what is told of the few is decided only for them.
    select pairs.*, kind from pairs cross join lateral (values
      ('failing', fails), ('newlyFailing', fails and was is distinct from 'fail'),
      ('recovered', failed and is_now is distinct from 'fail'),
      ('changed', was is not null and is_now is not null and was <> is_now
                  and not (fails and was <> 'fail') and not (failed and is_now <> 'fail')),
      ('appeared', was is null), ('vanished', is_now is null)) as possible (kind, applies)
     where (fails or was is distinct from is_now) and applies and kind = any($5::text[])
  ), ranked as (
    select kinds.kind, kinds.was, kinds.is_now, kinds.waived, r.id, r.rule_ref, r.title, r.severity,
           count(*) over (partition by kind) as rules,
           row_number() over (partition by kind order by
             array_position(array['critical', 'high', 'medium', 'low', 'unknown'], r.severity), r.rule_ref) as nth
      from kinds join benchmark_rules r on r.tenant = $1 and r.key = kinds.rule_key
  )
  select kind, rules::int as count, id as "ruleId", rule_ref as "ruleRef", title, severity, was, is_now as is, waived
    from ranked where nth <= $4 order by kind, nth`;

const withinProfile = differences('rule_key');
const acrossProfiles = differences('rule_ref');

/** What the scan before was, for those who tell of one. */
export interface ScanBefore {
  readonly id: Uuid;
  readonly effectiveScore: number | null;
}

/** The only SQL that compares scans. */
export class ScanChangesStore {
  /** Between two scans of one profile; `from` null is a scan without results. */
  async within(
    tx: Transaction,
    from: Uuid | null,
    to: Uuid,
    kinds: readonly ChangeKind[],
    limit: number,
  ): Promise<ChangedRule[]> {
    return tx.query<ChangedRule>(withinProfile, [tx.tenant, from, to, limit, kinds]);
  }

  /** Between scans of any profiles: rules are the same where their refs are. */
  async across(
    tx: Transaction,
    from: Uuid,
    to: Uuid,
    kinds: readonly ChangeKind[],
    limit: number,
  ): Promise<ChangedRule[]> {
    return tx.query<ChangedRule>(acrossProfiles, [tx.tenant, from, to, limit, kinds]);
  }

  /** The newest completed scan of the same host and profile that is older than this one. */
  async before(tx: Transaction, scanId: Uuid): Promise<ScanBefore | null> {
    const [row] = await tx.query<ScanBefore>(
      `select o.id, o.effective_score as "effectiveScore"
         from benchmark_scans s
         join benchmark_scans o on o.tenant = s.tenant and o.host_id = s.host_id and o.profile_id = s.profile_id
          and o.status = 'completed' and (o.ordered_at, o.accepted_at, o.id) < (s.ordered_at, s.accepted_at, s.id)
        where s.tenant = $1 and s.id = $2
        order by o.ordered_at desc, o.accepted_at desc, o.id desc limit 1`,
      [tx.tenant, scanId],
    );
    return row ?? null;
  }
}
