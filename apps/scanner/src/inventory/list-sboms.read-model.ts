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
  async page(
    tx: Transaction,
    filter: { readonly id?: Uuid; readonly digest?: string; readonly visible: readonly Repository[] | null },
    limit: number,
    after: Uuid | null,
  ): Promise<ListedSbom[]> {
    const where = new SqlConditions();
    where.add((tenant) => `b.tenant = ${tenant}`, tx.tenant);
    if (filter.id !== undefined) where.add((id) => `b.id = ${id}::uuid`, filter.id);
    if (filter.digest !== undefined) where.add((digest) => `b.digest = ${digest}`, filter.digest);
    if (after !== null) where.add((id) => `b.id < ${id}::uuid`, after);
    onlyVisible(where, 'b.id', filter.visible);
    return tx.query<ListedSbom>(
      `select b.id, b.digest, b.size, b.media_type as "mediaType", b.format, b.spec_version as "specVersion", b.serial,
              b.subject_name as "subjectName", b.subject_version as "subjectVersion", b.subject_purl as "subjectPurl",
              b.component_count as "componentCount", b.warnings, b.created_at as "createdAt"
         from sboms b where ${where.text} order by b.id desc limit ${where.parameter(limit)}`,
      where.parameters,
    );
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

  /** Components whose purl is this one, or, for a purl without a version, any version of it. */
  async byPurl(
    tx: Transaction,
    purl: string,
    visible: readonly Repository[] | null,
    limit: number,
    after: readonly [purl: string, id: Uuid] | null,
  ): Promise<ListedComponent[]> {
    const where = new SqlConditions();
    where.add((tenant) => `c.tenant = ${tenant}`, tx.tenant);
    where.add(
      (p) => `(c.purl collate "C" = ${p} or c.purl collate "C" >= ${p} || '@' and c.purl collate "C" < ${p} || 'A')`,
      purl,
    );
    if (after !== null) where.add((p, id) => `(c.purl collate "C", c.id) > (${p}, ${id}::uuid)`, ...after);
    if (visible !== null) {
      const occurring = new SqlConditions();
      occurring.parameters.push(...where.parameters);
      occurring.add(() => 'o.tenant = c.tenant and o.component_id = c.id');
      onlyVisible(occurring, 'o.sbom_id', visible);
      where.parameters.splice(0, Infinity, ...occurring.parameters);
      where.add(() => `exists (select from occurrences o where ${occurring.text})`);
    }
    return tx.query<ListedComponent>(
      `select c.id, c.purl, c.name, c.version, c.type, c.licenses
         from components c where ${where.text} order by c.purl collate "C", c.id limit ${where.parameter(limit)}`,
      where.parameters,
    );
  }
}
