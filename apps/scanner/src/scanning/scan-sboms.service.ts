import type { ArtifactRef } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { FeedsStore } from '../feeds/feeds.store.js';
import { engineName, engineVersion, sbomTool } from './engine.js';
import { countsOf, type Reading } from './findings-document.js';
import { InventorySboms } from './inventory-sboms.service.js';
import { MatchComponents } from './match-components.service.js';

/** Our own engine: SBOMs into the inventory, and what the advisories say about them. */
@Injectable()
export class ScanSboms {
  constructor(
    private readonly inventory: InventorySboms,
    private readonly match: MatchComponents,
    private readonly feeds: FeedsStore,
  ) {}

  /** In the order of the documents. */
  async execute(tx: Transaction, documents: readonly ArtifactRef[]): Promise<Reading[]> {
    if (documents.length === 0) return [];
    const inventory = await this.inventory.execute(tx, documents);
    const sboms = documents.map(({ digest }) => inventory.get(digest)!);
    const { generation, findings } = await this.match.execute(
      tx,
      sboms.map(({ components }) => components),
    );
    const engine = { name: engineName, version: engineVersion, data: await this.feeds.digests(tx, generation) };
    return sboms.map(({ id: sbomId, target, componentCount: components, warnings }, at) => {
      const found = findings[at]!;
      const said = { components, entries: countsOf(found), warnings, findings: found };
      return { outcome: { tool: sbomTool, target, engine, ...said }, sbomId, generation };
    });
  }
}
