import type { ArtifactRef } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { FeedsStore } from '../feeds/feeds.store.js';
import { engineName, engineVersion, sbomTool } from './engine.js';
import { countsOf, type ReceivedDocument, type ScanOutcome } from './findings-document.js';
import { ScanReport } from './scan-report.service.js';
import { ScanSbom } from './scan-sbom.service.js';

/** What one scan needs to be recorded. */
export interface Scanned {
  readonly outcome: ScanOutcome;
  readonly sbomId: Uuid | null;
  readonly generation: number;
}

/** Chooses the engine for a document and says which data it used. */
@Injectable()
export class ScanEngines {
  constructor(
    private readonly scanSbom: ScanSbom,
    private readonly scanReport: ScanReport,
    private readonly feeds: FeedsStore,
  ) {}

  async scan(tx: Transaction, received: ReceivedDocument, document: ArtifactRef): Promise<Scanned> {
    const startedMs = performance.now();
    const durationMs = (): number => Math.round((performance.now() - startedMs) * 100) / 100;
    if (received.kind === 'report') {
      const mustBeRecognised = received.dialect === 'native';
      const tool = received.tool ?? '';
      const scanned = await this.scanReport.execute(tx, document, tool, mustBeRecognised);
      const { report, findings, components, generation } = scanned;
      const version = report.toolVersion ?? 'unknown';
      const engine = { name: tool, version, data: await this.feeds.digests(tx, generation), durationMs: durationMs() };
      const outcome = { tool, engine, components, entries: report.entries, warnings: [], findings };
      return { outcome, sbomId: null, generation };
    }
    const sbom = await this.scanSbom.inventory(tx, document);
    const { findings, generation } = await this.scanSbom.match(tx, sbom.components);
    const data = await this.feeds.digests(tx, generation);
    const engine = { name: engineName, version: engineVersion, data, durationMs: durationMs() };
    const { componentCount: components, warnings } = sbom;
    const outcome = { tool: sbomTool, engine, components, entries: countsOf(findings), warnings, findings };
    return { outcome, sbomId: sbom.id, generation };
  }
}
