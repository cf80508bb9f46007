import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { StoredComponent } from '../inventory/stored-component.js';
import { maxCachedMatches } from '../limits.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { BoundedMap } from '../vulnerabilities/bounded-map.js';
import { distinctFindings, findingsOfComponent, type PlacedFinding } from './component-findings.js';

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

  constructor(private readonly advisories: AdvisoryIndex) {}

  /** What the advisories of this moment say about each of these inventories, in their order. */
  async execute(tx: Transaction, inventories: readonly (readonly StoredComponent[])[]): Promise<Matches> {
    const keys = inventories.flatMap((components) => components.flatMap(({ packageKey }) => packageKey ?? []));
    const { generation, found } = await this.advisories.advisoriesOf(tx, keys);
    if (generation !== this.#generation) {
      this.#matches.clear();
      this.#generation = generation;
    }
    const matched = (component: StoredComponent): readonly PlacedFinding[] => {
      if (component.packageKey === null) return [];
      return this.#remember(component.id, () =>
        findingsOfComponent(component, found.get(component.packageKey ?? '') ?? []),
      );
    };
    return { generation, findings: inventories.map((components) => distinctFindings(components.flatMap(matched))) };
  }

  #remember(id: Uuid, match: () => readonly PlacedFinding[]): readonly PlacedFinding[] {
    const known = this.#matches.get(id);
    if (known !== undefined) return known;
    const found = match();
    this.#matches.set(id, found);
    return found;
  }
}
