import { ArtifactStore } from '@assay/artifacts';
import type { ArtifactRef } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { KnownComponents } from '../inventory/known-components.js';
import { SbomsStore, warningsOf } from '../inventory/sboms.store.js';
import { distinctComponents, type StoredComponent, toStoredComponent } from '../inventory/stored-component.js';
import type { SbomComponent, SbomDocument } from '../sboms/sbom.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { findingsOfComponents, type PlacedFinding } from './component-findings.js';
import { DocumentParser } from './document-parser.service.js';

/** An SBOM that stands in the inventory. */
export interface InventoriedSbom {
  readonly id: Uuid;
  readonly componentCount: number;
  readonly warnings: readonly string[];
  readonly components: readonly StoredComponent[];
}

/** Reads SBOMs into the inventory and matches them against the advisories. */
@Injectable()
export class ScanSbom {
  readonly #known = new KnownComponents();

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly parser: DocumentParser,
    private readonly sboms: SbomsStore,
    private readonly advisories: AdvisoryIndex,
  ) {}

  /** The document's place in the inventory: the one it has, or, when it is new, one that is made by reading it. */
  async inventory(tx: Transaction, document: ArtifactRef): Promise<InventoriedSbom> {
    const known = await this.sboms.findByDigest(tx, document.digest);
    if (known !== null) return { ...known, components: await this.sboms.componentsOf(tx, known.id) };

    const { sbom, components } = await this.#read(tx, document);
    const unknown = this.#known.unknownOf(tx.tenant, components);
    const id = await this.sboms.add(tx, document, sbom, components, unknown);
    tx.afterCommit(() => this.#known.remember(tx.tenant, unknown));
    return { id, componentCount: sbom.componentCount, warnings: warningsOf(sbom), components };
  }

  /** The components of an SBOM of the inventory, each once. */
  async componentsOf(tx: Transaction, sbomId: Uuid): Promise<StoredComponent[]> {
    return this.sboms.componentsOf(tx, sbomId);
  }

  /** What the advisories of this moment say about these components, and which moment it is. */
  async match(
    tx: Transaction,
    components: readonly StoredComponent[],
  ): Promise<{ findings: PlacedFinding[]; generation: number }> {
    const keys = components.flatMap(({ packageKey }) => packageKey ?? []);
    const { generation, found } = await this.advisories.advisoriesOf(tx, keys);
    return { findings: findingsOfComponents(components, found), generation };
  }

  async #read(tx: Transaction, document: ArtifactRef): Promise<{ sbom: SbomDocument; components: StoredComponent[] }> {
    const source = await this.artifacts.open(tx.tenant, document.digest);
    const read: SbomComponent[] = [];
    const parsed = await this.parser.parse({ kind: 'sbom' }, source, source.size, (batch) => {
      if ('components' in batch) for (const component of batch.components) read.push(component);
    });
    if (parsed.kind !== 'sbom') throw new TypeError('an SBOM was asked for');
    return { sbom: parsed.sbom, components: distinctComponents(read.map(toStoredComponent)) };
  }
}
