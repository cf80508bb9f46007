import type { Severity } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { AdvisoryIndexStore } from './advisory-index.store.js';
import type { Vulnerability } from './vulnerability.js';

/** One database's advisory about a vulnerability. */
export interface AdvisorySummary {
  readonly id: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly score: number | null;
  readonly vector: string | null;
  readonly withdrawn: boolean;
  readonly published: string | null;
  readonly modified: string | null;
  readonly related: string[];
}

/** Vulnerabilities as people look them up. */
@Injectable()
export class VulnerabilitiesStore {
  constructor(private readonly index: AdvisoryIndexStore) {}

  /** By any of its ids, however it is spelt; null if no advisory and no mark knows it. */
  async find(tx: Transaction, id: string): Promise<Vulnerability | null> {
    const spellings = [
      ...new Set([
        id,
        id.toUpperCase(),
        id.toUpperCase().replace(/^GHSA-.*/, (text) => `GHSA${text.slice(4).toLowerCase()}`),
      ]),
    ];
    const { found } = await this.index.vulnerabilitiesOf(tx, spellings);
    return spellings.flatMap((spelling) => found.get(spelling) ?? [])[0] ?? null;
  }

  /** The advisories about it. As many as there are databases: a handful, some dozens for a kernel flaw. */
  async advisories(tx: Transaction, { group }: Vulnerability, limit: number): Promise<AdvisorySummary[]> {
    return tx.query<AdvisorySummary>(
      `select id, summary, severity, score, vector, withdrawn, body ->> 'published' as published,
              body ->> 'modified' as modified, body -> 'related' as related
         from advisories where group_id = $1 order by id limit $2`,
      [group, limit],
    );
  }
}
