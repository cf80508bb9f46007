import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { StoredComponent } from '../inventory/stored-component.js';
import { maxCachedMatches } from '../limits.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { AdvisoryTextsStore } from '../vulnerabilities/advisory-texts.store.js';
import { BoundedMap } from '../vulnerabilities/bounded-map.js';
import { atLength, distinctFindings, findingsOfComponent, type PlacedFinding } from './component-findings.js';

/** Findings for each of several inventories, and the generation of the feeds that said so. */
export interface Matches {
  readonly generation: number;
  readonly findings: readonly PlacedFinding[][];
}

/**
 * Matches components against the advisories. One and the same component occurs in many documents, and within a generation
 * the answer is the same for all of them and for every tenant, so it is remembered.
 */
@Injectable()
export class MatchComponents {
  readonly #matches = new BoundedMap<readonly PlacedFinding[]>(maxCachedMatches);
  #generation = 0;

  constructor(
    private readonly advisories: AdvisoryIndex,
    private readonly texts: AdvisoryTextsStore,
  ) {}

  /** What the advisories of this moment say about each of these inventories, in their order. */
  async execute(tx: Transaction, inventories: readonly (readonly StoredComponent[])[]): Promise<Matches> {
    const keys = inventories.flatMap((components) => components.flatMap(({ packageKey }) => packageKey ?? []));
    const { generation, found } = await this.advisories.advisoriesOf(tx, keys);
    if (generation !== this.#generation) {
      this.#matches.clear();
      this.#generation = generation;
    }
    const known = new Map<Uuid, readonly PlacedFinding[]>();
    const fresh = new Map<Uuid, readonly PlacedFinding[]>();
    for (const component of inventories.flat()) {
      const { id, packageKey } = component;
      if (packageKey === null || known.has(id) || fresh.has(id)) continue;
      const remembered = this.#matches.get(id);
      if (remembered !== undefined) known.set(id, remembered);
      else fresh.set(id, findingsOfComponent(component, found.get(packageKey) ?? []));
    }
    for (const [id, findings] of await this.#atLength(tx, fresh)) {
      known.set(id, findings);
      // Somebody may have imported while the texts were read.
      if (generation === this.#generation) this.#matches.set(id, findings);
    }
    const matched = ({ id }: StoredComponent): readonly PlacedFinding[] => known.get(id) ?? [];
    return { generation, findings: inventories.map((components) => distinctFindings(components.flatMap(matched))) };
  }

  async #atLength(
    tx: Transaction,
    fresh: ReadonlyMap<Uuid, readonly PlacedFinding[]>,
  ): Promise<[Uuid, readonly PlacedFinding[]][]> {
    const groups = new Set([...fresh.values()].flat().flatMap(({ finding }) => finding.group ?? []));
    const texts = await this.texts.of(tx, [...groups]);
    return [...fresh].map(([id, findings]) => [id, findings.map((placed) => atLength(placed, texts))]);
  }
}
