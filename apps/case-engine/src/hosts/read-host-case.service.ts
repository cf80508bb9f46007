import { subjectKey, type SignalGroup, signalSeverities } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { digestOf, hexOf, type SeverityCounts } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { type CountedGroup, SignalGroupsStore, toGroup, unresolvedIn } from '../signals/signal-groups.store.js';
import { type HostRules, HostRulesStore } from './host-rules.store.js';
import { type KnownHost, KnownHostsStore } from './known-hosts.store.js';

/** A case as far as it matters beside its host. */
export interface CaseOfHost {
  readonly id: number;
  readonly status: string;
  readonly owner: string | null;
  readonly state: string;
  readonly comment: string | null;
  readonly updatedAt: Date;
}

/** A vulnerable piece of software on a host. */
export interface VulnerableSoftware {
  readonly caseId: number;
  readonly vulnerabilityId: string;
  readonly severity: string;
  readonly kev: boolean;
  readonly component: object | null;
  readonly title: string;
  readonly firstSeenAt: Date;
}

/** Everything that is known of one host, side by side. Lists have the worst, counts are complete. */
export interface HostCase {
  readonly host: KnownHost;
  /** Null where nothing was ever open on it. */
  readonly case: CaseOfHost | null;
  readonly signals: {
    /** Signals that are not resolved. */
    readonly open: number;
    readonly rules: number;
    readonly groups: readonly SignalGroup[];
  };
  readonly failingRules: { readonly count: number; readonly profiles: readonly HostRules[] };
  readonly software: { readonly counts: SeverityCounts; readonly findings: readonly VulnerableSoftware[] };
}

/** Reads the case of a host: its signals, failing rules and vulnerable software. */
@Injectable()
export class ReadHostCase {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: KnownHostsStore,
    private readonly groups: SignalGroupsStore,
    private readonly rules: HostRulesStore,
  ) {}

  /** @param id ours, somebody else's, or the host's name. @throws AssayError `cases.no-such-host`, for what the caller may not see too */
  async execute(caller: Principal, id: string): Promise<HostCase> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const host = await this.hosts.find(tx, caller, id);
      if (host === null) throw notFound('cases.no-such-host', 'Host not found');
      const groups = (await this.groups.ofHosts(tx, host.ids))
        .filter((group) => unresolvedIn(group) > 0)
        .toSorted(worstFirst);
      const profiles = await this.rules.ofHost(tx, host.hostId);
      return {
        host,
        case: await this.caseOf(tx, host),
        signals: {
          open: groups.reduce((sum, group) => sum + unresolvedIn(group), 0),
          rules: new Set(groups.map(({ rule_id }) => rule_id)).size,
          groups: groups.slice(0, limits.hostCaseEntries).map(toGroup),
        },
        failingRules: { count: profiles.reduce((sum, { failing }) => sum + failing, 0), profiles },
        software: await this.softwareOf(tx, host),
      };
    });
  }

  private async caseOf(tx: Transaction, host: KnownHost): Promise<CaseOfHost | null> {
    const [row] = await tx.query<CaseOfHost>(
      `select id, status, owner, state, comment, updated_at as "updatedAt" from cases where tenant = $1 and subject_key = $2`,
      [tx.tenant, subjectKeysOf([host.hostId])[0]],
    );
    return row ?? null;
  }

  /** What documents about the host, by whatever id they named it, have found and nobody has accepted. */
  private async softwareOf(tx: Transaction, { hostId, hostname, ids }: KnownHost): Promise<HostCase['software']> {
    const keys = subjectKeysOf([...new Set([hostId, hostname, ...ids])]);
    const [counts] = await tx.query<SeverityCounts>(
      `select coalesce(sum(critical), 0)::int as critical, coalesce(sum(high), 0)::int as high,
              coalesce(sum(medium), 0)::int as medium, coalesce(sum(low), 0)::int as low,
              coalesce(sum(unknown), 0)::int as unknown
         from cases where tenant = $1 and subject_key = any($2::text[])`,
      [tx.tenant, keys],
    );
    const findings = await tx.query<VulnerableSoftware>(
      `select f.case_id as "caseId", f.vulnerability_id as "vulnerabilityId", f.severity, f.kev,
              f.detail->'component' as component, coalesce(f.detail->>'title', '') as title, f.first_seen_at as "firstSeenAt"
         from findings f
        where f.case_id = any(array(select id from cases where tenant = $1 and subject_key = any($2::text[])))
          and f.known_until is null and f.state = 'open'
        order by f.severity_rank, f.key limit $3`,
      [tx.tenant, keys, limits.hostCaseEntries],
    );
    return { counts: counts!, findings };
  }
}

function subjectKeysOf(hostIds: readonly string[]): string[] {
  return hostIds.map((hostId) => hexOf(digestOf(subjectKey({ kind: 'host', hostId }))));
}

function worstFirst(one: CountedGroup, other: CountedGroup): number {
  return (
    signalSeverities.indexOf(one.severity) - signalSeverities.indexOf(other.severity) ||
    other.last_at.getTime() - one.last_at.getTime()
  );
}
