import type { BenchmarkProfileType, RuleCounts } from '@assay/contracts';
import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Scored } from './effective-score.js';
import type { RuleKey } from './rules.store.js';

/** A scan with everything that its effective score comes from. */
export interface ScoredScan extends Scored {
  readonly scanId: Uuid;
  readonly hostId: Uuid;
  readonly profileId: Uuid;
  readonly profileName: string;
  /** As it stands in its row. */
  readonly effectiveScore: number | null;
  /** Keys of its rules that are waived. */
  readonly waivedKeys: readonly RuleKey[];
}

/** What a scan's new effective score is written from. */
export interface EffectiveScore {
  readonly scanId: Uuid;
  readonly hostId: Uuid;
  readonly profileId: Uuid;
  readonly score: number | null;
  readonly waivedKeys: readonly RuleKey[];
}

interface Row {
  readonly scan_id: Uuid;
  readonly host_id: Uuid;
  readonly profile_id: Uuid;
  readonly name: string;
  readonly type: BenchmarkProfileType;
  readonly counts: RuleCounts;
  readonly score: number | null;
  readonly effective_score: number | null;
  readonly waived_keys: RuleKey[];
  readonly waived: Scored['waived'];
  readonly failing: Partial<Record<Severity, number>> | null;
}

/** Sums over results `o (rule_key, status, waived)`. */
const sums = `
  coalesce(array_agg(o.rule_key order by o.rule_key) filter (where o.waived), '{}')::text[] as waived_keys,
  jsonb_build_object('failed', count(*) filter (where o.waived and o.status = 'fail'),
    'warnings', count(*) filter (where o.waived and o.status = 'warn'),
    'errors', count(*) filter (where o.waived and o.status = 'error')) as waived`;

const columns = `
  s.id as scan_id, s.host_id, s.profile_id, p.name, p.type, s.score, s.effective_score, sums.waived_keys, sums.waived,
  jsonb_build_object('total', s.total, 'passed', s.passed, 'failed', s.failed, 'warnings', s.warnings, 'skipped',
    s.skipped, 'notApplicable', s.not_applicable, 'errors', s.errors) as counts`;

const bySeverity = `(select jsonb_object_agg(severity, rules) from (
    select r.severity, count(*) as rules from found o join benchmark_rules r on r.tenant = $1 and r.key = o.rule_key
     where o.status = 'fail' and not o.waived group by 1) by_severity)`;

const latestOfHosts = `
  select ${columns}, (select jsonb_object_agg(severity, rules) from (
           select r.severity, count(*) as rules from benchmark_open_results o
             join benchmark_rules r on r.tenant = o.tenant and r.key = o.rule_key
            where o.tenant = l.tenant and o.host_id = l.host_id and o.profile_id = l.profile_id
              and o.status = 'fail' and not o.waived group by 1) by_severity) as failing
    from unnest($2::uuid[], $3::uuid[]) as wanted (host_id, profile_id)
    join benchmark_latest l on l.tenant = $1 and l.host_id = wanted.host_id and l.profile_id = wanted.profile_id
    join benchmark_scans s on s.tenant = l.tenant and s.id = l.scan_id
    join benchmark_profiles p on p.tenant = l.tenant and p.id = l.profile_id
    cross join lateral (select ${sums} from benchmark_open_results o
      where o.tenant = l.tenant and o.host_id = l.host_id and o.profile_id = l.profile_id) sums
   order by s.host_id, s.profile_id`;

const oneScan = `
  with found as materialized (
    select u.rule_key, u.status, u.rule_key = any($3::bigint[]) as waived from benchmark_result_slices c
     cross join lateral unnest(c.rule_keys, c.statuses) as u (rule_key, status)
     where c.tenant = $1 and c.scan_id = $2 and u.status in ('fail', 'warn', 'error')
  )
  select ${columns}, ${bySeverity} as failing
    from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
    cross join lateral (select ${sums} from found o) sums
   where s.tenant = $1 and s.id = $2`;

/** The only SQL of effective scores. */
export class EffectiveScoresStore {
  /** Latest scans of pairs of host and profile, by the marks of their open results. */
  async ofLatest(tx: Transaction, hostIds: readonly Uuid[], profileIds: readonly Uuid[]): Promise<ScoredScan[]> {
    const rows = await tx.query<Row>(latestOfHosts, [tx.tenant, hostIds, profileIds]);
    return rows.map(toScoredScan);
  }

  /** A scan by its own results, of which those of these rules are waived. */
  async ofScan(tx: Transaction, scanId: Uuid, waived: readonly RuleKey[]): Promise<ScoredScan> {
    const [row] = await tx.query<Row>(oneScan, [tx.tenant, scanId, waived]);
    return toScoredScan(row!);
  }

  /** Takes all waivers from a scan; does nothing where there are none. */
  async clear(tx: Transaction, scanId: Uuid): Promise<void> {
    await tx.query(
      `update benchmark_scans set waived = '{}', effective_score = score
        where tenant = $1 and id = $2 and waived <> '{}'`,
      [tx.tenant, scanId],
    );
  }

  /** Writes scores to scans, and to the dashboard's rows where they are the latest. */
  async save(tx: Transaction, scores: readonly EffectiveScore[]): Promise<void> {
    const parameters = [
      tx.tenant,
      scores.map(({ scanId }) => scanId),
      scores.map(({ score }) => score),
      scores.map(({ waivedKeys }) => `{${waivedKeys.join(',')}}`),
    ];
    await tx.query(
      `update benchmark_scans s set effective_score = new.score, waived = new.waived::bigint[]
         from unnest($2::uuid[], $3::double precision[], $4::text[]) as new (scan_id, score, waived)
        where s.tenant = $1 and s.id = new.scan_id`,
      parameters,
    );
    await tx.query(
      `update benchmark_latest l set effective_score = s.effective_score, waived = cardinality(s.waived)
         from benchmark_scans s
        where s.tenant = $1 and s.id = any($2::uuid[]) and l.tenant = s.tenant and l.host_id = s.host_id
          and l.profile_id = s.profile_id and l.scan_id = s.id`,
      [tx.tenant, scores.map(({ scanId }) => scanId)],
    );
  }
}

function toScoredScan(row: Row): ScoredScan {
  return {
    scanId: row.scan_id,
    hostId: row.host_id,
    profileId: row.profile_id,
    profileName: row.name,
    type: row.type,
    counts: row.counts,
    score: row.score,
    effectiveScore: row.effective_score,
    waivedKeys: row.waived_keys,
    waived: row.waived,
    failing: row.failing ?? {},
  };
}
