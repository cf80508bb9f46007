import type { ArtifactRef, EngineRun, FindingsDocument } from '@assay/contracts';
import { type Digest, digestOf, noCounts, type SeverityCounts, type Uuid } from '@assay/kernel';
import type { PlacedFinding } from './component-findings.js';

/** What was found in one document, and by whom: the same for the same bytes, reader and advisories. */
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

/** What reading a document gave. */
export interface Reading {
  readonly outcome: ScanOutcome;
  /** Null for reports. */
  readonly sbomId: Uuid | null;
  /** Of the feeds that were used. */
  readonly generation: number;
}

/** A reading whose findings document is stored. */
export interface StoredReading extends Reading {
  readonly findings: ArtifactRef;
  /** Digest of the JSON of the findings alone: equal for documents in which the same was found. */
  readonly findingsContent: Digest;
}

/** The bytes of the findings document, complete in itself and without anything that changes from one sending to the next. */
export function findingsDocumentOf(outcome: ScanOutcome): {
  readonly content: Buffer;
  readonly findingsContent: Digest;
} {
  const { tool, target, engine, components, entries, warnings, findings } = outcome;
  const head: Omit<FindingsDocument, 'findings'> = {
    schema: 'assay.findings/v1',
    tool,
    ...(target !== '' && { target }),
    engines: [engine],
    components,
    entries,
    warnings: [...warnings],
  };
  const listed = JSON.stringify(findings.map(({ finding }) => finding));
  const content = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"findings":${listed}}`);
  return { content, findingsContent: digestOf(listed) };
}

/** Findings by severity: what the entries of an SBOM are. */
export function countsOf(findings: readonly PlacedFinding[]): SeverityCounts {
  const counts = noCounts();
  for (const { finding } of findings) counts[finding.severity] += 1;
  return counts;
}
