import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { SqlConditions } from '../findings/sql-conditions.js';
import type { Repository } from '../findings/visible-repositories.store.js';

/** An SBOM as a list shows it. */
export interface ListedSbom {
  readonly id: Uuid;
  readonly digest: string;
  readonly size: string;
  readonly mediaType: string;
  readonly format: string;
  readonly specVersion: string;
  readonly serial: string | null;
  readonly subjectName: string | null;
  readonly subjectVersion: string | null;
  readonly subjectPurl: string | null;
  readonly componentCount: number;
  readonly warnings: string[];
  readonly createdAt: Date;
}

/** A component as a list shows it; `sboms` counts where it occurs. */
export interface ListedComponent {
  readonly id: Uuid;
  readonly purl: string | null;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly licenses: string[];
}

/** Which SBOMs; fields that are not given do not filter. */
export interface SbomFilter {
  readonly id?: Uuid;
  readonly digest?: string | undefined;
  readonly visible: readonly Repository[] | null;
}

/** Which SBOMs a limited credential may see: those that came from a repository that it may see. */
function onlyVisible(where: SqlConditions, sbomId: string, visible: readonly Repository[] | null): void {
  if (visible === null) return;
  where.add(
    (orgs, repos) => `exists (
      select from scans x join subjects s on s.id = x.subject_id
       where x.sbom_id = ${sbomId} and (s.org, s.repo) in (select * from unnest(${orgs}::text[], ${repos}::text[])))`,
    visible.map(({ org }) => org),
    visible.map(({ repo }) => repo),
  );
}

/** The inventory of a tenant as lists: SBOMs newest first, components by purl. */
@Injectable()
export class ListSboms {
  async page(tx: Transaction, filter: SbomFilter, limit: number, after: Uuid | null): Promise<ListedSbom[]> {
    const where = sbomsOf(tx, filter);
    if (after !== null) where.add((id) => `b.id < ${id}::uuid`, after);
    return tx.query<ListedSbom>(
      `select b.id, b.digest, b.size, b.media_type as "mediaType", b.format, b.spec_version as "specVersion", b.serial,
              b.subject_name as "subjectName", b.subject_version as "subjectVersion", b.subject_purl as "subjectPurl",
              b.component_count as "componentCount", b.warnings, b.created_at as "createdAt"
         from sboms b where ${where.text} order by b.id desc limit ${where.parameter(limit)}`,
      where.parameters,
    );
  }

  /** How many there are in all. */
  async count(tx: Transaction, filter: SbomFilter): Promise<number> {
    const where = sbomsOf(tx, filter);
    return totalOf(tx, `sboms b where ${where.text}`, where.parameters);
  }

  /** The distinct components of an SBOM, in the order of their ids. */
  async components(tx: Transaction, sbomId: Uuid, limit: number, after: Uuid | null): Promise<ListedComponent[]> {
    const where = new SqlConditions();
    where.add((sbom) => `o.sbom_id = ${sbom}::uuid`, sbomId);
    if (after !== null) where.add((id) => `o.component_id > ${id}::uuid`, after);
    return tx.query<ListedComponent>(
      `select c.id, c.purl, c.name, c.version, c.type, c.licenses
         from occurrences o join components c on c.tenant = o.tenant and c.id = o.component_id
        where ${where.text} order by o.component_id limit ${where.parameter(limit)}`,
      where.parameters,
    );
  }

  /** How many distinct components an SBOM has. */
  async countComponents(tx: Transaction, sbomId: Uuid): Promise<number> {
    return totalOf(tx, 'occurrences o where o.sbom_id = $1::uuid', [sbomId]);
  }

  /** Components whose purl is this one, or, for a purl without a version, any version of it. */
  async byPurl(
    tx: Transaction,
    purl: string,
    visible: readonly Repository[] | null,
    limit: number,
    after: readonly [purl: string, id: Uuid] | null,
  ): Promise<ListedComponent[]> {
    const where = componentsOf(tx, purl, visible);
    if (after !== null) where.add((p, id) => `(c.purl collate "C", c.id) > (${p}, ${id}::uuid)`, ...after);
    return tx.query<ListedComponent>(
      `select c.id, c.purl, c.name, c.version, c.type, c.licenses
         from components c where ${where.text} order by c.purl collate "C", c.id limit ${where.parameter(limit)}`,
      where.parameters,
    );
  }

  /** How many `byPurl` gives in all. */
  async countByPurl(tx: Transaction, purl: string, visible: readonly Repository[] | null): Promise<number> {
    const where = componentsOf(tx, purl, visible);
    return totalOf(tx, `components c where ${where.text}`, where.parameters);
  }
}

function sbomsOf({ tenant }: Transaction, { id, digest, visible }: SbomFilter): SqlConditions {
  const where = new SqlConditions();
  where.add((own) => `b.tenant = ${own}`, tenant);
  if (id !== undefined) where.add((wanted) => `b.id = ${wanted}::uuid`, id);
  if (digest !== undefined) where.add((wanted) => `b.digest = ${wanted}`, digest);
  onlyVisible(where, 'b.id', visible);
  return where;
}

function componentsOf({ tenant }: Transaction, purl: string, visible: readonly Repository[] | null): SqlConditions {
  const where = new SqlConditions();
  where.add((own) => `c.tenant = ${own}`, tenant);
  where.add(
    (p) => `(c.purl collate "C" = ${p} or c.purl collate "C" >= ${p} || '@' and c.purl collate "C" < ${p} || 'A')`,
    purl,
  );
  if (visible === null) return where;
  const occurring = new SqlConditions();
  occurring.parameters.push(...where.parameters);
  occurring.add(() => 'o.tenant = c.tenant and o.component_id = c.id');
  onlyVisible(occurring, 'o.sbom_id', visible);
  where.parameters.splice(0, Infinity, ...occurring.parameters);
  where.add(() => `exists (select from occurrences o where ${occurring.text})`);
  return where;
}

async function totalOf(tx: Transaction, from: string, parameters: readonly unknown[]): Promise<number> {
  const [row] = await tx.query<{ total: number }>(`select count(*)::integer as total from ${from}`, parameters);
  return row!.total;
}
