import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { SqlConditions } from '../findings/sql-conditions.js';
import type { Repository } from '../findings/visible-repositories.store.js';

/** A subject in which a vulnerability stands open. */
export interface AffectedSubject {
  readonly id: Uuid;
  readonly kind: string;
  readonly provider: string | null;
  readonly org: string | null;
  readonly repo: string | null;
  readonly branch: string | null;
  readonly prId: string | null;
  readonly imageName: string | null;
  /** Open findings of it there: one per component. */
  readonly findings: number;
}

/** Who has it: the repositories and images of a tenant that a vulnerability is open in. */
@Injectable()
export class AffectedSubjects {
  async page(
    tx: Transaction,
    group: Uuid,
    visible: readonly Repository[] | null,
    limit: number,
    after: Uuid | null,
  ): Promise<AffectedSubject[]> {
    const where = affected(tx, group, visible);
    if (after !== null) where.add((id) => `f.subject_id > ${id}::uuid`, after);
    return tx.query<AffectedSubject>(
      `select s.id, s.kind, s.provider, s.org, s.repo, s.branch, s.pr_id as "prId", s.image_name as "imageName",
              count(distinct f.finding_id)::integer as findings
         from findings f join subjects s on s.id = f.subject_id
        where ${where.text}
        group by s.id
        order by s.id
        limit ${where.parameter(limit)}`,
      where.parameters,
    );
  }

  /** How many there are in all. */
  async count(tx: Transaction, group: Uuid, visible: readonly Repository[] | null): Promise<number> {
    const where = affected(tx, group, visible);
    const [row] = await tx.query<{ total: number }>(
      `select count(distinct f.subject_id)::integer as total
         from findings f join subjects s on s.id = f.subject_id where ${where.text}`,
      where.parameters,
    );
    return row!.total;
  }
}

function affected({ tenant }: Transaction, group: Uuid, visible: readonly Repository[] | null): SqlConditions {
  const where = new SqlConditions();
  where.add((own, wanted) => `f.tenant = ${own} and f.group_id = ${wanted}::uuid`, tenant, group);
  where.add(() => 'f.known_until is null');
  if (visible === null) return where;
  where.add(
    (orgs, repos) => `(s.org, s.repo) in (select * from unnest(${orgs}::text[], ${repos}::text[]))`,
    visible.map(({ org }) => org),
    visible.map(({ repo }) => repo),
  );
  return where;
}
