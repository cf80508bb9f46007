import { ArtifactStore } from '@assay/artifacts';
import type { ArtifactRef } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { KnownComponents } from '../inventory/known-components.js';
import { type KnownSbom, type NewSbom, SbomsStore, warningsOf } from '../inventory/sboms.store.js';
import { distinctComponents, type StoredComponent, toStoredComponent } from '../inventory/stored-component.js';
import type { SbomComponent } from '../sboms/sbom.js';
import { DocumentParser } from './document-parser.service.js';

/** An SBOM that stands in the inventory. */
export interface InventoriedSbom {
  readonly id: Uuid;
  /** What it is about; see `targetOfSbom`. */
  readonly target: string;
  readonly componentCount: number;
  readonly warnings: readonly string[];
  readonly components: readonly StoredComponent[];
}

/** Brings SBOMs into the inventory. */
@Injectable()
export class InventorySboms {
  readonly #known = new KnownComponents();

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly parser: DocumentParser,
    private readonly sboms: SbomsStore,
  ) {}

  /** Each document's place in the inventory, by digest: the one it has, or, if it is new, one that is made by reading it. */
  async execute(tx: Transaction, documents: readonly ArtifactRef[]): Promise<Map<string, InventoriedSbom>> {
    const distinct = [...new Map(documents.map((document) => [document.digest, document])).values()];
    const known = await this.sboms.findByDigests(
      tx,
      distinct.map(({ digest }) => digest),
    );
    const inventoried = await this.#recall(tx, known);
    const unread = distinct.filter(({ digest }) => !known.has(digest));
    if (unread.length > 0) for (const [digest, sbom] of await this.#enter(tx, unread)) inventoried.set(digest, sbom);
    return inventoried;
  }

  async #recall(tx: Transaction, known: ReadonlyMap<string, KnownSbom>): Promise<Map<string, InventoriedSbom>> {
    if (known.size === 0) return new Map();
    const ids = [...known.values()].map(({ id }) => id);
    const components = await this.sboms.componentsOf(tx, ids);
    return new Map(
      [...known].map(([digest, sbom]) => {
        return [
          digest,
          { ...sbom, target: targetOfSbom(sbom.subjectName ?? ''), components: components.get(sbom.id) ?? [] },
        ];
      }),
    );
  }

  async #enter(tx: Transaction, documents: readonly ArtifactRef[]): Promise<Map<string, InventoriedSbom>> {
    const inOrder = documents.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
    const read = await Promise.all(inOrder.map((document) => this.#read(tx, document)));
    const components = distinctComponents(read.flatMap((sbom) => sbom.components));
    const unknown = this.#known.unknownOf(tx.tenant, components);
    const ids = await this.sboms.add(tx, read, unknown);
    tx.afterCommit(() => this.#known.remember(tx.tenant, unknown));
    return new Map(
      read.map(({ document: { digest }, sbom, components: own }) => {
        const said = { target: targetOfSbom(sbom.subject?.name ?? ''), componentCount: sbom.componentCount };
        return [digest, { id: ids.get(digest)!, ...said, warnings: warningsOf(sbom), components: own }];
      }),
    );
  }

  async #read(tx: Transaction, document: ArtifactRef): Promise<NewSbom> {
    const source = await this.artifacts.open(tx.tenant, document.digest);
    const read: SbomComponent[] = [];
    const parsed = await this.parser.parse({ kind: 'sbom' }, source, source.size, (batch) => {
      if ('components' in batch) for (const component of batch.components) read.push(component);
    });
    if (parsed.kind !== 'sbom') throw new TypeError('an SBOM was asked for');
    return { document, sbom: parsed.sbom, components: distinctComponents(read.map(toStoredComponent)) };
  }
}

/** What an SBOM is about: an image without its tag or digest, which change with each build; anything else by its name. */
export function targetOfSbom(subjectName: string): string {
  return subjectName.replace(/@sha256:[0-9a-f]+$/, '').replace(/(?<=[^:/]):[\w][\w.-]{0,127}$/, '');
}
