import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** What an import touches: packages, and through them and their groups the scans that have to be made again. */
@Injectable()
export class TouchedStore {
  /** Notes the packages that these advisories name now, before they change. As everything here, as the job role. */
  async byAdvisories(tx: Transaction, refreshId: Uuid, advisoryIds: readonly string[]): Promise<void> {
    await tx.query(
      `insert into touched_packages (refresh_id, package_key)
       select distinct $1::uuid, package_key from advisory_packages where advisory_id = any($2::text[])
       on conflict do nothing`,
      [refreshId, advisoryIds],
    );
  }

  /** Notes every package that any advisory of these groups names, and every report that has found one of them. */
  async byGroups(tx: Transaction, refreshId: Uuid, groups: readonly Uuid[]): Promise<void> {
    await tx.query(
      `insert into touched_packages (refresh_id, package_key)
       select distinct $1::uuid, p.package_key
         from advisories a join advisory_packages p on p.advisory_id = a.id
        where a.group_id = any($2::uuid[])
       on conflict do nothing`,
      [refreshId, groups],
    );
    await tx.query(
      `insert into rejudgements (tenant, subject_id, tool, because)
       select distinct tenant, subject_id, tool, $1::uuid from findings
        where group_id = any($2::uuid[]) and known_until is null
       on conflict do nothing`,
      [refreshId, groups],
    );
  }

  /** Packages of the import in their order, a slice at a time. */
  async packages(tx: Transaction, refreshId: Uuid, after: string, limit: number): Promise<string[]> {
    const rows = await tx.query<{ package_key: string }>(
      `select package_key from touched_packages where refresh_id = $1 and package_key > $2
        order by package_key limit $3`,
      [refreshId, after, limit],
    );
    return rows.map((row) => row.package_key);
  }

  /** Notes the newest SBOM scans in which one of these packages occurs: the join of a delta with the inventory. */
  async scansWith(tx: Transaction, refreshId: Uuid, packageKeys: readonly string[]): Promise<void> {
    await tx.query(
      `insert into rejudgements (tenant, subject_id, tool, because)
       select distinct s.tenant, s.subject_id, s.tool, $1::uuid
         from components c
         join occurrences o on o.tenant = c.tenant and o.component_id = c.id
         join subject_scans s on s.sbom_id = o.sbom_id
        where c.package_key = any($2::text[])
       on conflict do nothing`,
      [refreshId, packageKeys],
    );
  }

  /** How many scans of each tenant have to be made again. */
  async waiting(tx: Transaction): Promise<{ tenant: TenantSlug; scans: number }[]> {
    return tx.query('select tenant, count(*)::integer as scans from rejudgements group by tenant order by tenant');
  }
}
