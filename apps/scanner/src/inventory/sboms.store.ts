import type { ArtifactRef } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { SbomDocument } from '../sboms/sbom.js';
import type { StoredComponent } from './stored-component.js';

/** An SBOM that was read before. */
export interface KnownSbom {
  readonly id: Uuid;
  readonly subjectName: string | null;
  readonly componentCount: number;
  readonly warnings: readonly string[];
}

/** An SBOM that is to be stored: the document, what it says, and its components, each once. */
export interface NewSbom {
  readonly document: ArtifactRef;
  readonly sbom: SbomDocument;
  readonly components: readonly StoredComponent[];
}

interface ComponentRow {
  readonly id: Uuid;
  readonly purl: string | null;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly licenses: string[];
  readonly ecosystem: string | null;
  readonly package_name: string | null;
  readonly package_version: string | null;
  readonly package_key: string | null;
}

/** SBOMs, their components (stored once per tenant) and the occurrences of the one in the other. */
@Injectable()
export class SbomsStore {
  /** Those of these documents that were read before, by digest. */
  async findByDigests(tx: Transaction, digests: readonly string[]): Promise<Map<string, KnownSbom>> {
    const rows = await tx.query<KnownSbom & { digest: string }>(
      `select id, digest, subject_name as "subjectName", component_count as "componentCount", warnings from sboms
        where tenant = $1 and digest = any($2::text[])`,
      [tx.tenant, digests],
    );
    return new Map(rows.map(({ digest, ...sbom }) => [digest, sbom]));
  }

  /** The components of SBOMs, each once per SBOM. */
  async componentsOf(tx: Transaction, sbomIds: readonly Uuid[]): Promise<Map<Uuid, StoredComponent[]>> {
    const rows = await tx.query<ComponentRow & { sbom_id: Uuid }>(
      `select o.sbom_id, c.id, c.purl, c.name, c.version, c.type, c.licenses, c.ecosystem, c.package_name,
              c.package_version, c.package_key
         from occurrences o join components c on c.tenant = o.tenant and c.id = o.component_id
        where o.sbom_id = any($1::uuid[])
        order by o.sbom_id, c.id`,
      [sbomIds],
    );
    const found = new Map(sbomIds.map((id): [Uuid, StoredComponent[]] => [id, []]));
    for (const row of rows) found.get(row.sbom_id)?.push(toComponent(row));
    return found;
  }

  /**
   * Writes SBOMs with their components; gives their ids by digest, which are older ones where a twin was faster. `unknown`
   * are the components that may not be stored yet, distinct and in the order of their ids, so that concurrent writers
   * never wait for each other in a circle; so are `sboms`, by their digests.
   */
  async add(
    tx: Transaction,
    sboms: readonly NewSbom[],
    unknown: readonly StoredComponent[],
  ): Promise<Map<string, Uuid>> {
    const rows = sboms.map((sbom) => toRow(newId(), sbom));
    const added = await tx.query<{ id: Uuid; digest: string }>(
      `with stored as (
         insert into components (tenant, id, purl, name, version, type, licenses, ecosystem, package_name,
                                 package_version, package_key)
         select $1, c.id, c.purl, c.name, c.version, c.type, array(select json_array_elements_text(c.licenses)),
                c.ecosystem, c.package_name, c.package_version, c.package_key
           from json_to_recordset($2::json) as c (
             id uuid, purl text, name text, version text, type text, licenses json, ecosystem text, package_name text,
             package_version text, package_key text)
         on conflict (tenant, id) do nothing
       ), added as (
         insert into sboms (id, tenant, digest, size, media_type, format, spec_version, serial, subject_name,
                            subject_version, subject_purl, component_count, warnings, created_at)
         select s.id, $1, s.digest, s.size, s.media_type, s.format, s.spec_version, s.serial, s.subject_name,
                s.subject_version, s.subject_purl, s.component_count, s.warnings, $4
           from json_to_recordset($3::json) as s (
             id uuid, digest text, size bigint, media_type text, format text, spec_version text, serial text,
             subject_name text, subject_version text, subject_purl text, component_count integer, warnings jsonb)
         on conflict (tenant, digest) do nothing
         returning id, digest
       ), occurring as (
         insert into occurrences (tenant, sbom_id, component_id)
         select $1, added.id, o.component_id
           from added join unnest($5::uuid[], $6::uuid[]) as o (sbom_id, component_id) on o.sbom_id = added.id
       )
       select id, digest from added`,
      [
        tx.tenant,
        JSON.stringify(unknown.map(toComponentRow)),
        JSON.stringify(rows),
        tx.now,
        sboms.flatMap(({ components }, at) => components.map(() => rows[at]!.id)),
        sboms.flatMap(({ components }) => components.map(({ id }) => id)),
      ],
    );
    const ids = new Map(added.map(({ digest, id }) => [digest, id]));
    const twins = rows.flatMap(({ digest }) => (ids.has(digest) ? [] : [digest]));
    if (twins.length > 0) for (const [digest, { id }] of await this.findByDigests(tx, twins)) ids.set(digest, id);
    return ids;
  }
}

/** What a person should know of the document, in sentences. */
export function warningsOf(sbom: SbomDocument): string[] {
  return sbom.warnings.map(({ message }) => message);
}

function toRow(id: Uuid, { document, sbom }: NewSbom) {
  return {
    id,
    digest: document.digest,
    size: document.size,
    media_type: document.mediaType,
    format: sbom.format,
    spec_version: sbom.specVersion,
    serial: sbom.serial,
    subject_name: sbom.subject?.name,
    subject_version: sbom.subject?.version,
    subject_purl: sbom.subject?.purl,
    component_count: sbom.componentCount,
    warnings: warningsOf(sbom),
  };
}

function toComponentRow({ id, purl, name, version, type, licenses, identity, packageKey }: StoredComponent) {
  return {
    id,
    purl,
    name,
    version,
    type,
    licenses,
    ecosystem: identity?.ecosystem,
    package_name: identity?.name,
    package_version: identity?.version,
    package_key: packageKey,
  };
}

function toComponent(row: ComponentRow): StoredComponent {
  const { id, purl, name, version, type, licenses, ecosystem } = row;
  const identity =
    ecosystem === null ? null : { ecosystem, name: row.package_name ?? '', version: row.package_version ?? '' };
  return { id, purl, name, version, type, licenses, identity, packageKey: row.package_key };
}
