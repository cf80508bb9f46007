import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { FeedsStore } from '../feeds/feeds.store.js';
import { engineName, engineVersion, sbomTool } from './engine.js';
import { countsOf } from './findings-document.js';
import { InventorySboms } from './inventory-sboms.service.js';
import { MatchComponents } from './match-components.service.js';
import { elapsedMs, type Scanned, type ScanWork } from './scan-work.js';

/** Our own engine: SBOMs into the inventory, and what the advisories say about them. */
@Injectable()
export class ScanSboms {
  constructor(
    private readonly inventory: InventorySboms,
    private readonly match: MatchComponents,
    private readonly feeds: FeedsStore,
  ) {}

  async execute(tx: Transaction, works: readonly ScanWork[]): Promise<Scanned[]> {
    if (works.length === 0) return [];
    const startedMs = performance.now();
    const inventory = await this.inventory.execute(
      tx,
      works.map(({ document }) => document),
    );
    const sboms = works.map(({ document }) => inventory.get(document.digest)!);
    const { generation, findings } = await this.match.execute(
      tx,
      sboms.map(({ components }) => components),
    );
    const data = await this.feeds.digests(tx, generation);
    const engine = { name: engineName, version: engineVersion, data, durationMs: elapsedMs(startedMs) };
    return works.map((work, at) => {
      const { id: sbomId, componentCount: components, warnings } = sboms[at]!;
      const found = findings[at]!;
      const said = { components, entries: countsOf(found), warnings, findings: found };
      const outcome = { tool: sbomTool, target: '', engine, ...said };
      return { ...work, outcome, sbomId, generation };
    });
  }
}
