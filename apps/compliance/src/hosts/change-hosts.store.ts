import type { ComplianceMode } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** What people can change of a host. What is left out stays. */
export interface HostChange {
  /** What it is called from now on: an admin adopts what its agent claims. */
  readonly hostname?: string | undefined;
  readonly machineId?: string | undefined;
  readonly friendlyName?: string | undefined;
  readonly groups?: readonly string[] | undefined;
  readonly complianceMode?: ComplianceMode | undefined;
  readonly openscap?: boolean | undefined;
  readonly dockerBench?: boolean | undefined;
  readonly docker?: boolean | undefined;
  readonly tenantUsers?: readonly string[] | undefined;
  /** Null takes its own setting away again. */
  readonly updateIntervalMinutes?: number | null | undefined;
  readonly scanIntervalMinutes?: number | null | undefined;
  readonly silentAfterMinutes?: number | null | undefined;
}

const change = `
  update hosts
     set friendly_name = coalesce($3, friendly_name), groups = coalesce($4::text[], groups),
         compliance_mode = coalesce($5, compliance_mode), openscap = coalesce($6, openscap),
         docker_bench = coalesce($7, docker_bench), docker = coalesce($8, docker),
         tenant_users = coalesce($9::text[], tenant_users),
         update_interval_minutes = case when $10 then $11 else update_interval_minutes end,
         scan_interval_minutes = case when $12 then $13 else scan_interval_minutes end,
         silent_after_minutes = case when $14 then $15 else silent_after_minutes end,
         hostname = coalesce($17, hostname), machine_id = coalesce($18, machine_id),
         claimed_hostname = case when $17::text is null then claimed_hostname end,
         claimed_machine_id = case when $18::text is null then claimed_machine_id end,
         check_at = case when check_at is null then null else least(check_at, $16::timestamptz) end,
         version = version + 1
   where tenant = $1 and id = $2`;

/** Changes of hosts' settings. Deadlines of silence are looked at anew, because what they come from may have changed. */
export class ChangeHostsStore {
  async change(tx: Transaction, hostId: Uuid, wanted: HostChange): Promise<void> {
    await tx.query(change, [
      tx.tenant,
      hostId,
      wanted.friendlyName ?? null,
      wanted.groups ?? null,
      wanted.complianceMode ?? null,
      wanted.openscap ?? null,
      wanted.dockerBench ?? null,
      wanted.docker ?? null,
      wanted.tenantUsers ?? null,
      wanted.updateIntervalMinutes !== undefined,
      wanted.updateIntervalMinutes ?? null,
      wanted.scanIntervalMinutes !== undefined,
      wanted.scanIntervalMinutes ?? null,
      wanted.silentAfterMinutes !== undefined,
      wanted.silentAfterMinutes ?? null,
      tx.now,
      wanted.hostname?.trim() ?? null,
      wanted.machineId ?? null,
    ]);
  }

  /** Gives a mode to those of these hosts that have another, and gives their ids. */
  async setMode(tx: Transaction, hostIds: readonly Uuid[], mode: ComplianceMode): Promise<Uuid[]> {
    const rows = await tx.query<{ id: Uuid }>(
      `update hosts set compliance_mode = $3, version = version + 1
        where tenant = $1 and id = any($2::uuid[]) and compliance_mode <> $3 returning id`,
      [tx.tenant, hostIds, mode],
    );
    return rows.map(({ id }) => id);
  }

  /** Deadlines of silence of these hosts are looked at anew. */
  async checkAgain(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    await tx.query(
      `update hosts set check_at = least(check_at, $3::timestamptz)
        where tenant = $1 and id = any($2::uuid[]) and check_at is not null`,
      [tx.tenant, hostIds, tx.now],
    );
  }

  /** Nobody else changes the host until the transaction ends. */
  async lock(tx: Transaction, hostId: Uuid): Promise<void> {
    await tx.query('select 1 from hosts where tenant = $1 and id = $2 for update', [tx.tenant, hostId]);
  }
}
