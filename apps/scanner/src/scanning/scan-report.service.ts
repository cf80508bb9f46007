import { ArtifactStore } from '@assay/artifacts';
import type { ArtifactRef } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { FindingDraft } from '../reports/finding-draft.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import type { PlacedFinding } from './component-findings.js';
import { DocumentParser } from './document-parser.service.js';
import type { ParsedReport } from './parsed-document.js';
import { findingsOfReport, idsOfDrafts } from './report-findings.js';

/** What a tool found, in our words. */
export interface ScannedReport {
  readonly report: ParsedReport;
  readonly findings: readonly PlacedFinding[];
  /** Distinct components that the findings name. */
  readonly components: number;
  readonly generation: number;
}

/** Reads other tools' reports and joins what they found with what the advisories know of it. */
@Injectable()
export class ScanReport {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly parser: DocumentParser,
    private readonly advisories: AdvisoryIndex,
  ) {}

  /** @param mustBeRecognised false for a dialect that takes any JSON for a report without findings */
  async execute(
    tx: Transaction,
    document: ArtifactRef,
    tool: string,
    mustBeRecognised: boolean,
  ): Promise<ScannedReport> {
    const source = await this.artifacts.open(tx.tenant, document.digest);
    const drafts: FindingDraft[] = [];
    const task = { kind: 'report', tool, mustBeRecognised } as const;
    const report = await this.parser.parse(task, source, source.size, (batch) => {
      if ('drafts' in batch) for (const draft of batch.drafts) drafts.push(draft);
    });
    if (report.kind !== 'report') throw new TypeError('a report was asked for');
    const { generation, found } = await this.advisories.vulnerabilitiesOf(tx, idsOfDrafts(drafts));
    return { report, findings: findingsOfReport(tool, drafts, found), components: componentsIn(drafts), generation };
  }
}

function componentsIn(drafts: readonly FindingDraft[]): number {
  const named = drafts.flatMap(({ component }) => (component === null ? [] : [component]));
  return new Set(named.map(({ purl, name, version }) => purl ?? `${name}@${version}`)).size;
}
