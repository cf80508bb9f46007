import { ArtifactStore } from '@assay/artifacts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { FeedsStore } from '../feeds/feeds.store.js';
import type { FindingDraft } from '../reports/finding-draft.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { DocumentParser } from './document-parser.service.js';
import type { ParsedReport } from './parsed-document.js';
import { componentsIn, findingsOfReport, idsOfDrafts } from './report-findings.js';
import { elapsedMs, type Scanned, type ScanWork } from './scan-work.js';

interface ReadReport {
  readonly report: ParsedReport;
  readonly drafts: readonly FindingDraft[];
}

/** Other tools' reports, joined with what the advisories know of what they found. */
@Injectable()
export class ScanReports {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly parser: DocumentParser,
    private readonly advisories: AdvisoryIndex,
    private readonly feeds: FeedsStore,
  ) {}

  async execute(tx: Transaction, works: readonly ScanWork[]): Promise<Scanned[]> {
    if (works.length === 0) return [];
    const startedMs = performance.now();
    const read = await Promise.all(works.map((work) => this.#read(tx, work)));
    const ids = new Set(read.flatMap(({ drafts }) => [...idsOfDrafts(drafts)]));
    const { generation, found } = await this.advisories.vulnerabilitiesOf(tx, ids);
    const data = await this.feeds.digests(tx, generation);
    const durationMs = elapsedMs(startedMs);
    return works.map((work, at) => {
      const { report, drafts } = read[at]!;
      const { tool, target, entries } = report;
      const engine = { name: tool, version: report.toolVersion ?? 'unknown', data, durationMs };
      const findings = findingsOfReport(tool, drafts, found);
      const said = { components: componentsIn(drafts), entries, warnings: [], findings };
      const outcome = { tool, target, engine, ...said };
      return { ...work, outcome, sbomId: null, generation };
    });
  }

  /** Other dialects take any JSON object for a report without findings; on our own routes it must say what it is. */
  async #read(tx: Transaction, { received, document, reader }: ScanWork): Promise<ReadReport> {
    const source = await this.artifacts.open(tx.tenant, document.digest);
    const drafts: FindingDraft[] = [];
    const mustBeRecognised = received.dialect === 'native';
    const task = { kind: 'report', tool: reader, mustBeRecognised } as const;
    const report = await this.parser.parse(task, source, source.size, (batch) => {
      if ('drafts' in batch) for (const draft of batch.drafts) drafts.push(draft);
    });
    if (report.kind !== 'report') throw new TypeError('a report was asked for');
    return { report, drafts };
  }
}
