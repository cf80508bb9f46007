import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AffectedPackage } from '../advisories/advisory.js';
import type { Severity } from '@assay/kernel';
import { type EpssMark, type KevMark, unknownVulnerability, type Vulnerability } from './vulnerability.js';

/** What one advisory says about one package, and which flaw it is about. */
export interface IndexedAdvisory {
  readonly id: string;
  readonly affected: readonly AffectedPackage[];
  readonly vulnerability: Vulnerability;
}

/** Answers of one moment: whether something has been imported since is told by the generation. */
export interface Generational<Found> {
  readonly generation: number;
  readonly found: ReadonlyMap<string, Found>;
}

interface EpssColumns {
  readonly epss_score: number | null;
  readonly epss_percentile: number | null;
  /** Of the scores that are in force. */
  readonly epss_date: string | null;
}

interface GroupColumns extends EpssColumns {
  readonly group_id: Uuid;
  readonly display_id: string;
  readonly ids: string[];
  readonly title: string;
  readonly severity: Severity;
  readonly score: number | null;
  readonly vector: string | null;
  readonly kev: KevMark | null;
}

interface AdvisoryRow extends GroupColumns {
  readonly generation: string;
  readonly package_key: string | null;
  readonly advisory_id: string;
  readonly affected: AffectedPackage[];
}

interface IdRow extends EpssColumns, Omit<GroupColumns, 'group_id'> {
  readonly generation: string;
  readonly id: string | null;
  /** Null where only EPSS knows the id. */
  readonly group_id: Uuid | null;
}

/** Reads advisories by package and vulnerabilities by id; the generation comes with each answer, in the same snapshot. */
@Injectable()
export class AdvisoryIndexStore {
  /** The advisories in force for these packages. Packages without any are not in the map. */
  async advisoriesOf(tx: Transaction, packageKeys: readonly string[]): Promise<Generational<IndexedAdvisory[]>> {
    const rows = await tx.query<AdvisoryRow>(
      `select s.generation, d.version as epss_date, f.*
         from feed_state s
         left join feeds d on d.name = 'epss'
         left join (
           select p.package_key, p.advisory_id, p.affected,
                  g.id as group_id, g.display_id, g.ids, g.title, g.severity, g.score, g.vector, g.kev,
                  e.score as epss_score, e.percentile as epss_percentile
             from advisory_packages p
             join advisories a on a.id = p.advisory_id and not a.withdrawn
             join vulnerability_groups g on g.id = a.group_id
             left join epss e on e.cve = g.display_id
            where p.package_key = any($1::text[])
            order by p.package_key, p.advisory_id
         ) f on true`,
      [packageKeys],
    );
    const found = new Map<string, IndexedAdvisory[]>();
    for (const row of rows) {
      if (row.package_key === null) continue;
      const advisory = { id: row.advisory_id, affected: row.affected, vulnerability: toVulnerability(row) };
      const known = found.get(row.package_key);
      if (known === undefined) found.set(row.package_key, [advisory]);
      else known.push(advisory);
    }
    return { generation: Number(rows[0]?.generation ?? 0), found };
  }

  /** The vulnerabilities behind these ids. Ids that neither an advisory nor KEV nor EPSS knows are not in the map. */
  async vulnerabilitiesOf(tx: Transaction, ids: readonly string[]): Promise<Generational<Vulnerability>> {
    const rows = await tx.query<IdRow>(
      `select s.generation, d.version as epss_date, f.*
         from feed_state s
         left join feeds d on d.name = 'epss'
         left join (
           select w.id, g.id as group_id, g.display_id, g.ids, g.title, g.severity, g.score, g.vector, g.kev,
                  e.score as epss_score, e.percentile as epss_percentile
             from unnest($1::text[]) as w (id)
             left join vulnerability_ids v on v.id = w.id
             left join vulnerability_groups g on g.id = v.group_id
             left join epss e on e.cve = coalesce(g.display_id, w.id)
            where g.id is not null or e.cve is not null
         ) f on true`,
      [ids],
    );
    const found = new Map<string, Vulnerability>();
    for (const { id, group_id, ...row } of rows) {
      if (id === null) continue;
      const known = group_id === null ? null : toVulnerability({ ...row, group_id });
      found.set(id, known ?? { ...unknownVulnerability([id]), epss: epssOf(row) });
    }
    return { generation: Number(rows[0]?.generation ?? 0), found };
  }

  /** How often the feeds have changed; 0 before the first import has ended. */
  async generation(tx: Transaction): Promise<number> {
    const [row] = await tx.query<{ generation: string }>('select generation from feed_state');
    return Number(row?.generation ?? 0);
  }
}

function toVulnerability(row: GroupColumns): Vulnerability {
  return {
    group: row.group_id,
    displayId: row.display_id,
    ids: row.ids,
    title: row.title,
    severity: row.severity,
    score: row.score,
    vector: row.vector,
    kev: row.kev,
    epss: epssOf(row),
    isGrouped: true,
  };
}

function epssOf({ epss_score: score, epss_percentile: percentile, epss_date: date }: EpssColumns): EpssMark | null {
  return score === null || percentile === null ? null : { score, percentile, date: date ?? '' };
}
