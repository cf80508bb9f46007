import type { ToolCounts } from '@assay/contracts';
import { noCounts } from '@assay/kernel';
import type { KindCounts, ReportCounts, ReportedFinding } from './run-report.js';

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

/** Counts what stands in a report; `beside` are the lists that are not findings. */
export function countsOf(
  findings: readonly ReportedFinding[],
  beside: Pick<ReportCounts, 'packages' | 'newFindings' | 'newKevFindings'>,
): ReportCounts {
  const counts = {
    open: { ...noCounts(), kev: 0 },
    excluded: { ...noCounts(), kev: 0 },
    total: noKinds(),
    openByKind: noKinds(),
    excludedByKind: noKinds(),
    byTool: {} as Record<string, Mutable<ToolCounts>>,
    excludedByTool: {} as Record<string, Mutable<ToolCounts>>,
  };
  for (const finding of findings) {
    const isOpen = finding.state === 'open';
    const side = isOpen ? counts.open : counts.excluded;
    side[finding.severity] += 1;
    if (finding.kev !== null) side.kev += 1;
    counts.total[finding.kind] += 1;
    (isOpen ? counts.openByKind : counts.excludedByKind)[finding.kind] += 1;
    const tools = isOpen ? counts.byTool : counts.excludedByTool;
    for (const engine of finding.engines) add((tools[engine] ??= noToolCounts()), finding);
  }
  const byTool = sortedByName(counts.byTool);
  return {
    ...counts,
    byTool,
    excludedByTool: sortedByName(counts.excludedByTool),
    findings: findings.length,
    ...beside,
  };
}

/** Vulnerabilities stand by severity, everything else by its kind (`toolCounts` of the contracts). */
function add(counts: Mutable<ToolCounts>, { kind, severity }: ReportedFinding): void {
  if (kind === 'vulnerability') counts[severity] += 1;
  else counts[fieldOfKind[kind]] += 1;
}

const fieldOfKind = {
  misconfiguration: 'misconfigurations',
  secret: 'secrets',
  license: 'licenses',
  sast: 'issues',
} as const;

function noKinds(): Mutable<KindCounts> {
  return { vulnerability: 0, misconfiguration: 0, secret: 0, license: 0, sast: 0 };
}

function noToolCounts(): Mutable<ToolCounts> {
  return { ...noCounts(), misconfigurations: 0, secrets: 0, licenses: 0, issues: 0 };
}

/** The order in which names came depends on the documents; that of the report must not. */
function sortedByName<T>(byName: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(byName).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
