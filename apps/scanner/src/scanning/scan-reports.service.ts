import { ArtifactStore } from '@assay/artifacts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { FeedsStore } from '../feeds/feeds.store.js';
import type { FindingDraft } from '../reports/finding-draft.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { DocumentParser } from './document-parser.service.js';
import type { ParsedReport } from './parsed-document.js';
import { componentsIn, findingsOfReport, idsOfDrafts } from './report-findings.js';
import type { Reading } from './findings-document.js';
import type { DocumentToRead } from './scan-work.js';

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

  /** In the order of the documents. */
  async execute(tx: Transaction, documents: readonly DocumentToRead[]): Promise<Reading[]> {
    if (documents.length === 0) return [];
    const read = await Promise.all(documents.map((document) => this.#read(tx, document)));
    const ids = new Set(read.flatMap(({ drafts }) => [...idsOfDrafts(drafts)]));
    const { generation, found } = await this.advisories.vulnerabilitiesOf(tx, ids);
    const data = await this.feeds.digests(tx, generation);
    return read.map(({ report, drafts }) => {
      const { tool, target, entries, warnings } = report;
      const engine = { name: tool, version: report.toolVersion ?? 'unknown', data };
      const said = {
        components: componentsIn(drafts),
        entries,
        warnings,
        findings: findingsOfReport(tool, drafts, found),
      };
      return { outcome: { tool, target, engine, ...said }, sbomId: null, generation };
    });
  }

  async #read(tx: Transaction, { document, reader, mustBeRecognised }: DocumentToRead): Promise<ReadReport> {
    const source = await this.artifacts.open(tx.tenant, document.digest);
    const drafts: FindingDraft[] = [];
    const task = { kind: 'report', tool: reader === '' ? null : reader, mustBeRecognised } as const;
    const report = await this.parser.parse(task, source, source.size, (batch) => {
      if ('drafts' in batch) for (const draft of batch.drafts) drafts.push(draft);
    });
    if (report.kind !== 'report') throw new TypeError('a report was asked for');
    return { report, drafts };
  }
}
