import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { EpssBatch } from '../advisories/epss-scores.js';

/** What one batch of scores changed. */
export interface WrittenScore {
  readonly cve: string;
  readonly isNew: boolean;
}

/** EPSS scores, by CVE. As the job role. */
@Injectable()
export class EpssStore {
  /** Writes what is new or different. No CVE twice. */
  async save(tx: Transaction, { cves, scores, percentiles }: EpssBatch): Promise<WrittenScore[]> {
    // A row that was there before has a transaction that has taken it away.
    return tx.query<WrittenScore>(
      `insert into epss as known (cve, score, percentile)
       select * from unnest($1::text[], $2::real[], $3::real[])
       on conflict (cve) do update set score = excluded.score, percentile = excluded.percentile
        where (known.score, known.percentile) is distinct from (excluded.score, excluded.percentile)
       returning cve, xmax = 0 as "isNew"`,
      [cves, scores, percentiles],
    );
  }

  async count(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ count: number }>('select count(*)::integer as count from epss');
    return row!.count;
  }

  /** Removes the scores of all other CVEs; gives how many. */
  async keepOnly(tx: Transaction, cves: readonly string[]): Promise<number> {
    const rows = await tx.query(
      `delete from epss e where not exists (select from unnest($1::text[]) as kept (cve) where kept.cve = e.cve)
       returning 1`,
      [cves],
    );
    return rows.length;
  }
}
