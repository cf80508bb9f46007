import type { ArtifactRef } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { SbomDocument } from '../sboms/sbom.js';
import type { StoredComponent } from './stored-component.js';

/** An SBOM that was read before. */
export interface KnownSbom {
  readonly id: Uuid;
  readonly componentCount: number;
  readonly warnings: readonly string[];
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
  async findByDigest(tx: Transaction, digest: string): Promise<KnownSbom | null> {
    const [row] = await tx.query<KnownSbom>(
      `select id, component_count as "componentCount", warnings from sboms where tenant = $1 and digest = $2`,
      [tx.tenant, digest],
    );
    return row ?? null;
  }

  /** The components of an SBOM, each once. */
  async componentsOf(tx: Transaction, sbomId: Uuid): Promise<StoredComponent[]> {
    const rows = await tx.query<ComponentRow>(
      `select c.id, c.purl, c.name, c.version, c.type, c.licenses, c.ecosystem, c.package_name, c.package_version,
              c.package_key
         from occurrences o join components c on c.tenant = o.tenant and c.id = o.component_id
        where o.sbom_id = $1
        order by c.id`,
      [sbomId],
    );
    return rows.map(toComponent);
  }

  /**
   * Writes an SBOM with its components; gives its id, which is an older one if a twin was faster. `components` are
   * distinct and in the order of their ids, so that concurrent writers never wait for each other in a circle; `unknown`
   * are those of them that may not be stored yet.
   */
  async add(
    tx: Transaction,
    document: ArtifactRef,
    sbom: SbomDocument,
    components: readonly StoredComponent[],
    unknown: readonly StoredComponent[],
  ): Promise<Uuid> {
    const id = newId();
    const rows = await tx.query<{ id: Uuid }>(
      `with stored as (
         insert into components (tenant, id, purl, name, version, type, licenses, ecosystem, package_name,
                                 package_version, package_key)
         select $1, c.id, c.purl, c.name, c.version, c.type,
                array(select jsonb_array_elements_text(c.licenses)), c.ecosystem, c.package_name, c.package_version,
                c.package_key
           from unnest($16::uuid[], $17::text[], $18::text[], $19::text[], $20::text[], $21::jsonb[], $22::text[],
                       $23::text[], $24::text[], $25::text[])
                as c (id, purl, name, version, type, licenses, ecosystem, package_name, package_version, package_key)
         on conflict (tenant, id) do nothing
       ), added as (
         insert into sboms (id, tenant, digest, size, media_type, format, spec_version, serial, subject_name,
                            subject_version, subject_purl, component_count, warnings, created_at)
         values ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (tenant, digest) do nothing
         returning id
       ), occurring as (
         insert into occurrences (tenant, sbom_id, component_id)
         select $1, added.id, component_id from added, unnest($15::uuid[]) as component_id
       )
       select id from added`,
      [
        tx.tenant,
        id,
        document.digest,
        document.size,
        document.mediaType,
        sbom.format,
        sbom.specVersion,
        sbom.serial,
        sbom.subject?.name,
        sbom.subject?.version,
        sbom.subject?.purl,
        sbom.componentCount,
        JSON.stringify(warningsOf(sbom)),
        tx.now,
        components.map((component) => component.id),
        ...columnsOf(unknown),
      ],
    );
    if (rows[0] !== undefined) return rows[0].id;
    const twin = await this.findByDigest(tx, document.digest);
    return twin!.id;
  }
}

/** What a person should know of the document, in sentences. */
export function warningsOf(sbom: SbomDocument): string[] {
  return sbom.warnings.map(({ message }) => message);
}

function columnsOf(components: readonly StoredComponent[]): unknown[] {
  return [
    components.map((component) => component.id),
    components.map((component) => component.purl),
    components.map((component) => component.name),
    components.map((component) => component.version),
    components.map((component) => component.type),
    components.map((component) => JSON.stringify(component.licenses)),
    components.map((component) => component.identity?.ecosystem ?? null),
    components.map((component) => component.identity?.name ?? null),
    components.map((component) => component.identity?.version ?? null),
    components.map((component) => component.packageKey),
  ];
}

function toComponent(row: ComponentRow): StoredComponent {
  const { id, purl, name, version, type, licenses, ecosystem } = row;
  const identity =
    ecosystem === null ? null : { ecosystem, name: row.package_name ?? '', version: row.package_version ?? '' };
  return { id, purl, name, version, type, licenses, identity, packageKey: row.package_key };
}
