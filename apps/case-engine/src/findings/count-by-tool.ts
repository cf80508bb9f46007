import type { ToolCounts } from '@assay/contracts';
import { noCounts } from '@assay/kernel';
import type { Judged } from './judgement.js';

const others = {
  misconfiguration: 'misconfigurations',
  secret: 'secrets',
  license: 'licenses',
  sast: 'issues',
} as const;

/** What each engine found, without what is excepted. A finding that two have seen counts with both; who found nothing has noughts. */
export function countByTool(judged: readonly Judged[], engines: readonly string[]): Record<string, ToolCounts> {
  const counts = new Map(engines.map((engine) => [engine, nothing()]));
  for (const { finding, state } of judged) {
    if (state === 'excluded') continue;
    for (const engine of finding.engines) {
      const of = counts.get(engine) ?? nothing();
      counts.set(engine, of);
      of[finding.kind === 'vulnerability' ? finding.severity : others[finding.kind]] += 1;
    }
  }
  return Object.fromEntries([...counts].toSorted());
}

function nothing(): ToolCounts {
  return { ...noCounts(), misconfigurations: 0, secrets: 0, licenses: 0, issues: 0 };
}
