import type { ToolCounts } from '@assay/contracts';
import { noCounts, severities, type Severity, type SeverityCounts } from '@assay/kernel';

/** What PatchHound's report of a run shows (`wire/patchhound.md` §9.1): three tools, without what is excepted. */
export interface SeverityReport {
  readonly repo: string;
  /** Vulnerabilities in the SBOM: our own engine, which has grype's place. */
  readonly sbom: SeverityCounts;
  readonly trivy: SeverityCounts & { readonly misconfigurations: number; readonly secrets: number };
  /** Semgrep's. */
  readonly issues: number;
}

/** The tools whose vulnerabilities stand in grype's place. */
const sbomTools: ReadonlySet<string> = new Set(['assay-osv', 'grype', 'osv-scanner']);

/** The report of a run from what each tool found in it. */
export function severityReport(repo: string, byTool: Readonly<Record<string, ToolCounts>>): SeverityReport {
  const tools = Object.entries(byTool);
  const of = (named: (tool: string) => boolean): ToolCounts[] =>
    tools.filter(([tool]) => named(tool)).map(([, counts]) => counts);
  const trivy = of((tool) => tool === 'trivy');
  return {
    repo,
    sbom: bySeverity(of((tool) => sbomTools.has(tool))),
    trivy: {
      ...bySeverity(trivy),
      misconfigurations: sum(trivy, 'misconfigurations'),
      secrets: sum(trivy, 'secrets'),
    },
    issues: sum(
      of((tool) => tool === 'semgrep'),
      'issues',
    ),
  };
}

/** How many vulnerabilities of a severity the two matchers of vulnerabilities found. */
export function vulnerabilities({ sbom, trivy }: SeverityReport, severity: Severity): number {
  return sbom[severity] + trivy[severity];
}

function bySeverity(counts: readonly ToolCounts[]): SeverityCounts {
  const total = noCounts();
  for (const severity of severities) total[severity] = sum(counts, severity);
  return total;
}

function sum(counts: readonly ToolCounts[], field: keyof ToolCounts): number {
  return counts.reduce((total, each) => total + each[field], 0);
}
