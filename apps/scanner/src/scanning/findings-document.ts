import {
  type ArtifactRef,
  type DataOf,
  type documentReceivedV1,
  type EngineRun,
  type FindingsDocument,
} from '@assay/contracts';
import { noCounts, type SeverityCounts, type Uuid } from '@assay/kernel';
import type { PlacedFinding } from './component-findings.js';

export type ReceivedDocument = DataOf<typeof documentReceivedV1>;

/** What was found in one document, and by whom. */
export interface ScanOutcome {
  readonly tool: string;
  /** What the document says it is about; empty where it does not. */
  readonly target: string;
  readonly engine: EngineRun;
  readonly components: number;
  readonly entries: SeverityCounts;
  readonly warnings: readonly string[];
  readonly findings: readonly PlacedFinding[];
}

/** The findings document of a scan: complete in itself. */
export function findingsDocumentOf(
  scanId: Uuid,
  received: ReceivedDocument,
  document: ArtifactRef,
  outcome: ScanOutcome,
): FindingsDocument {
  return {
    schema: 'assay.findings/v1',
    scanId,
    receiptId: received.receiptId,
    subject: received.subject,
    origin: received.origin,
    document,
    tool: outcome.tool,
    engines: [outcome.engine],
    components: outcome.components,
    entries: outcome.entries,
    warnings: [...outcome.warnings],
    findings: outcome.findings.map(({ finding }) => finding),
  };
}

/** Findings by severity: what the entries of an SBOM are. */
export function countsOf(findings: readonly PlacedFinding[]): SeverityCounts {
  const counts = noCounts();
  for (const { finding } of findings) counts[finding.severity] += 1;
  return counts;
}
