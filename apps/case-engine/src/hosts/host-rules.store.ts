import type { benchmarkCompletedV1, benchmarkRescoredV1, DataOf, FailingRule } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** What fails on a host by its newest scan of a profile. */
export interface HostRules {
  readonly profileId: Uuid;
  readonly profileName: string;
  readonly profileType: string;
  readonly scanId: Uuid;
  readonly completedAt: Date;
  readonly score: number | null;
  readonly effectiveScore: number | null;
  /** How many rules fail; the list has the worst of them. */
  readonly failing: number;
  readonly rules: readonly FailingRule[];
}

/** Copies of what compliance found on hosts. */
@Injectable()
export class HostRulesStore {
  /** Keeps what a latest scan found, unless a later one is there. */
  async keep(tx: Transaction, scan: DataOf<typeof benchmarkCompletedV1>): Promise<void> {
    const { host, profile, failing } = scan;
    await tx.query(
      `insert into host_rules as r (tenant, host_id, profile_id, profile_name, profile_type, scan_id, completed_at, score,
                                    effective_score, failing, rules)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)
       on conflict (tenant, host_id, profile_id) do update set profile_name = excluded.profile_name,
         profile_type = excluded.profile_type, scan_id = excluded.scan_id, completed_at = excluded.completed_at,
         score = excluded.score, effective_score = excluded.effective_score, failing = excluded.failing, rules = excluded.rules
       where r.completed_at <= excluded.completed_at and r.scan_id <> excluded.scan_id`,
      [
        tx.tenant,
        host.hostId,
        profile.id,
        profile.name,
        profile.type,
        scan.scanId,
        scan.completedAt,
        scan.score,
        scan.effectiveScore,
        failing.count,
        JSON.stringify(failing.rules),
      ],
    );
  }

  /** What was found on hosts that turned out to be another is what was found on that one: the newest of each profile. */
  async move(tx: Transaction, from: readonly Uuid[], into: Uuid): Promise<void> {
    if (from.length === 0) return;
    await tx.query(
      `insert into host_rules as r (tenant, host_id, profile_id, profile_name, profile_type, scan_id, completed_at, score,
                                    effective_score, failing, rules)
       select distinct on (profile_id) tenant, $3, profile_id, profile_name, profile_type, scan_id, completed_at, score,
              effective_score, failing, rules
         from host_rules where tenant = $1 and host_id = any($2::uuid[])
        order by profile_id, completed_at desc
       on conflict (tenant, host_id, profile_id) do update set profile_name = excluded.profile_name,
         profile_type = excluded.profile_type, scan_id = excluded.scan_id, completed_at = excluded.completed_at,
         score = excluded.score, effective_score = excluded.effective_score, failing = excluded.failing, rules = excluded.rules
       where r.completed_at < excluded.completed_at`,
      [tx.tenant, from, into],
    );
  }

  /** Writes what a waiver has changed of a scan that is kept. */
  async rescore(tx: Transaction, scan: DataOf<typeof benchmarkRescoredV1>): Promise<void> {
    await tx.query(
      `update host_rules set effective_score = $5, failing = $6, rules = $7::jsonb
        where tenant = $1 and host_id = $2 and profile_id = $3 and scan_id = $4`,
      [
        tx.tenant,
        scan.host.hostId,
        scan.profile.id,
        scan.scanId,
        scan.effectiveScore,
        scan.failing.count,
        JSON.stringify(scan.failing.rules),
      ],
    );
  }

  async ofHost(tx: Transaction, hostId: Uuid): Promise<HostRules[]> {
    return tx.query<HostRules>(
      `select profile_id as "profileId", profile_name as "profileName", profile_type as "profileType", scan_id as "scanId",
              completed_at as "completedAt", score, effective_score as "effectiveScore", failing, rules
         from host_rules where tenant = $1 and host_id = $2 order by failing desc, profile_name`,
      [tx.tenant, hostId],
    );
  }
}
