import type { Transaction } from '@assay/persistence';
import type { RescanThresholds } from './rescan-threshold.js';

/** Whose a setting is: that of the repository `org/repo`, or the tenant's where it is empty. */
export interface StoredThresholds extends RescanThresholds {
  readonly repository: string;
}

/** The only SQL on thresholds of rescans. */
export class RescanThresholdsStore {
  async save(tx: Transaction, { repository, vulnerabilities, kev }: StoredThresholds): Promise<void> {
    await tx.query(
      `insert into rescan_thresholds (tenant, repository, vulnerabilities, kev, updated_at) values ($1, $2, $3, $4, $5)
       on conflict (tenant, repository) do update
         set vulnerabilities = excluded.vulnerabilities, kev = excluded.kev, updated_at = excluded.updated_at`,
      [tx.tenant, repository, vulnerabilities, kev, tx.now],
    );
  }

  async remove(tx: Transaction, repository: string): Promise<boolean> {
    const sql = 'delete from rescan_thresholds where tenant = $1 and repository = $2 returning 1';
    return (await tx.query(sql, [tx.tenant, repository])).length > 0;
  }

  /** The settings of these repositories and the tenant's own, as far as there are any. */
  async of(tx: Transaction, repositories: readonly string[]): Promise<Map<string, StoredThresholds>> {
    const rows = await tx.query<StoredThresholds>(
      `select repository, vulnerabilities, kev from rescan_thresholds
        where tenant = $1 and repository = any($2::text[])`,
      [tx.tenant, [...new Set(['', ...repositories])]],
    );
    return new Map(rows.map((row) => [row.repository, row]));
  }
}
