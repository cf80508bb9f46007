import type { Uuid } from '@assay/kernel';
import { severities } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Advisory } from '../advisories/advisory.js';

/** An advisory with where it is from and the group that it belongs to. */
export interface AdvisoryToStore {
  readonly advisory: Advisory;
  readonly source: string;
  /** Of all records that it was made of. */
  readonly digest: string;
  readonly group: Uuid;
}

/** The advisories themselves and the packages that they name. Everything here runs as the job role. */
@Injectable()
export class AdvisoriesStore {
  /** Writes advisories, each with what it says about its packages, in place of what was there. */
  async save(tx: Transaction, advisories: readonly AdvisoryToStore[]): Promise<void> {
    const ids = advisories.map(({ advisory }) => advisory.id);
    await tx.query(
      `insert into advisories (id, source, digest, group_id, withdrawn, modified, severity, score, vector, summary, body)
       select * from json_to_recordset($1::json) as a (
         id text, source text, digest text, group_id uuid, withdrawn boolean, modified timestamptz, severity text,
         score real, vector text, summary text, body jsonb)
       on conflict (id) do update set
         source = excluded.source, digest = excluded.digest, group_id = excluded.group_id,
         withdrawn = excluded.withdrawn, modified = excluded.modified, severity = excluded.severity,
         score = excluded.score, vector = excluded.vector, summary = excluded.summary, body = excluded.body`,
      [JSON.stringify(advisories.map(toRow))],
    );
    await tx.query('delete from advisory_packages where advisory_id = any($1::text[])', [ids]);
    await tx.query(
      `insert into advisory_packages (package_key, advisory_id, affected)
       select * from json_to_recordset($1::json) as p (package_key text, advisory_id text, affected jsonb)`,
      [JSON.stringify(advisories.flatMap(({ advisory }) => packagesOf(advisory)))],
    );
  }

  /** Brings groups up to what their advisories say: the worst severity, and the title of the best known one. */
  async rateGroups(tx: Transaction, groups: readonly Uuid[]): Promise<void> {
    await tx.query(
      `update vulnerability_groups g
          set severity = coalesce(w.severity, 'unknown'), score = w.score, vector = w.vector, title = coalesce(t.summary, '')
         from unnest($1::uuid[]) as wanted (id)
         left join lateral (
           select a.severity, a.score, a.vector from advisories a where a.group_id = wanted.id and not a.withdrawn
            order by array_position($2::text[], a.severity), a.score desc nulls last, a.id limit 1
         ) w on true
         left join lateral (
           select a.summary from advisories a where a.group_id = wanted.id and a.summary <> ''
            order by a.withdrawn, a.id not like 'CVE-%', a.id not like 'GHSA-%', a.id limit 1
         ) t on true
        where g.id = wanted.id`,
      [groups, severities],
    );
  }

  /** Removes advisories that their sources no longer hold; gives the groups that they belonged to. */
  async remove(tx: Transaction, ids: readonly string[]): Promise<Uuid[]> {
    const rows = await tx.query<{ group_id: Uuid }>(
      'delete from advisories where id = any($1::text[]) returning group_id',
      [ids],
    );
    return rows.map((row) => row.group_id);
  }

  /** Number, newest change and digest of all that is stored. The digest does not depend on the order of imports. */
  async summary(tx: Transaction): Promise<{ records: number; newest: string; digest: string }> {
    const [row] = await tx.query<{ records: number; newest: Date | null; digest: string }>(
      `select count(*)::integer as records, max(modified) as newest,
              encode(sha256(convert_to(coalesce(string_agg(id || ' ' || digest, ',' order by id), ''), 'UTF8')), 'hex')
                as digest
         from advisories`,
    );
    return { records: row!.records, newest: row!.newest?.toISOString() ?? '', digest: `sha256:${row!.digest}` };
  }
}

function toRow({ advisory, source, digest, group }: AdvisoryToStore) {
  const { affected: _, ...body } = advisory;
  const { id, modified, severity, score, vector, summary, withdrawn } = advisory;
  return {
    id,
    source,
    digest,
    group_id: group,
    withdrawn: withdrawn !== null,
    modified,
    severity,
    score,
    vector,
    summary,
    body,
  };
}

function packagesOf(advisory: Advisory): { package_key: string; advisory_id: string; affected: unknown }[] {
  const byKey = Map.groupBy(advisory.affected, ({ packageKey }) => packageKey);
  return [...byKey].map(([key, affected]) => ({ package_key: key, advisory_id: advisory.id, affected }));
}
