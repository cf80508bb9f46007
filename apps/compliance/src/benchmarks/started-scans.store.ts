import type { BenchmarkProfileType } from '@assay/contracts';
import { newId, type TenantSlug, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** A scan that was commanded and has not come yet. */
export interface StartedScan {
  readonly id: Uuid;
  readonly hostId: Uuid;
  readonly profileId: Uuid;
  readonly profileName: string;
  readonly profileType: BenchmarkProfileType;
  readonly commandId: Uuid | null;
  readonly startedAt: Date;
}

const columns = `s.id, s.host_id as "hostId", s.profile_id as "profileId", p.name as "profileName",
  p.type as "profileType", s.command_id as "commandId", s.started_at as "startedAt"`;

/** The only SQL of placeholders for scans that run. */
export class StartedScansStore {
  /** Adds one, unless the command has one of this profile: then that one's id is given. */
  async add(tx: Transaction, hostId: Uuid, profileId: Uuid, commandId: Uuid): Promise<Uuid> {
    const [row] = await tx.query<{ id: Uuid }>(
      `insert into benchmark_scans (tenant, id, host_id, profile_id, command_id, status, started_at, accepted_at, ordered_at)
       values ($1, $2, $3, $4, $5, 'running', $6, $6, $6)
       on conflict (tenant, command_id, profile_id) where status = 'running' and command_id is not null
         do update set started_at = benchmark_scans.started_at
       returning id`,
      [tx.tenant, newId(tx.now.getTime()), hostId, profileId, commandId, tx.now],
    );
    return row!.id;
  }

  /** Those of a host, the oldest first. */
  async ofHost(tx: Transaction, hostId: Uuid): Promise<StartedScan[]> {
    return tx.query<StartedScan>(
      `select ${columns} from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.tenant = $1 and s.host_id = $2 and s.status = 'running' order by s.started_at, s.id`,
      [tx.tenant, hostId],
    );
  }

  /** Those of a command, locked. */
  async ofCommand(tx: Transaction, commandId: Uuid): Promise<StartedScan[]> {
    return tx.query<StartedScan>(
      `select ${columns} from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.tenant = $1 and s.command_id = $2 and s.status = 'running' order by s.id for update of s`,
      [tx.tenant, commandId],
    );
  }

  /** Those that began before `until`, of all tenants, locked; as the job role. With a tenant, of that one only. */
  async startedBefore(
    tx: Transaction,
    until: Date,
    limit: number,
    tenant: TenantSlug | null,
  ): Promise<(StartedScan & { readonly tenant: TenantSlug })[]> {
    return tx.query(
      `select s.tenant, ${columns} from benchmark_scans s
         join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.status = 'running' and s.started_at < $1 and ($3::text is null or s.tenant = $3)
        order by s.started_at, s.id limit $2 for update of s skip locked`,
      [until, limit, tenant],
    );
  }

  /** The placeholder is no longer needed: what it stood for has come, or never will. */
  async remove(tx: Transaction, ids: readonly Uuid[]): Promise<void> {
    await tx.query(`delete from benchmark_scans where id = any($1::uuid[]) and status = 'running'`, [ids]);
  }

  /** What was expected failed: the placeholder becomes the record of that. */
  async fail(tx: Transaction, ids: readonly Uuid[], error: string): Promise<void> {
    await tx.query(
      `update benchmark_scans set status = 'failed', completed_at = $2, error = $3, content_digest = 'placeholder ' || id
        where id = any($1::uuid[]) and status = 'running'`,
      [ids, tx.now, error],
    );
  }
}
