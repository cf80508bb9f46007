import type { Finding, Subject, Verdict } from '@assay/contracts';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import type { Judged } from '../findings/judgement.js';
import type { Candidate, GateCondition } from './conditions/condition.js';
import { gateConditions } from './conditions/index.js';
import { type GatePolicy, notApplicable } from './gate-policy.js';

/** What the gate is asked about. */
export interface GateQuestion {
  readonly policy: GatePolicy;
  readonly subject: Subject | null;
  readonly targetBranch: string | null;
  readonly judged: readonly Judged[];
  /** Keys of what the baseline has; null if there is no baseline. */
  readonly baseline: ReadonlySet<string> | null;
  /** True if exceptions came with the run and the policy refused them, which is then among the reasons. */
  readonly exclusionsRefused?: boolean;
}

/** The gate's answer. `gate: true` means blocked. */
export type GateDecision = Pick<Verdict, 'gate' | 'verdict' | 'reasons' | 'newInThisChange'>;

/** Decides whether a change may merge. What an exception covers does not count. */
export function decideGate(
  question: GateQuestion,
  conditions: readonly GateCondition[] = gateConditions,
): GateDecision {
  const { policy, subject, targetBranch, judged, baseline } = question;
  const candidates = judged
    .filter(({ state }) => state === 'open')
    .map(({ finding }) => ({ finding, isNew: baseline === null || !baseline.has(finding.key) }));
  const newInThisChange = countsOfNew(candidates);

  const outside = notApplicable(policy, subject, targetBranch);
  if (outside !== null) return { gate: false, verdict: 'not-applicable', reasons: [outside], newInThisChange };

  const blocking = new Map<GateCondition, Candidate[]>();
  for (const candidate of candidates) {
    const blocker = blockerOf(candidate, policy, conditions);
    if (blocker === null) continue;
    const already = blocking.get(blocker);
    if (already === undefined) blocking.set(blocker, [candidate]);
    else already.push(candidate);
  }
  const refused =
    question.exclusionsRefused === true ? ['The policy refuses the exclusions that came with the run'] : [];
  const said = conditions.flatMap((each) => explain(each, blocking.get(each) ?? []));
  if (blocking.size > 0) return { gate: true, verdict: 'block', reasons: [...said, ...refused], newInThisChange };
  const reasons = ['Nothing that counts blocks this change', ...refused];
  return { gate: false, verdict: 'pass', reasons, newInThisChange };
}

/** The first condition that blocks this finding and is not overruled by one that spares it. */
function blockerOf(
  candidate: Candidate,
  policy: GatePolicy,
  conditions: readonly GateCondition[],
): GateCondition | null {
  const opinions = conditions.map((each) => ({ each, opinion: each.weigh(policy[each.name], candidate) }));
  const always = opinions.find(({ opinion }) => opinion === 'always');
  if (always !== undefined) return always.each;
  if (opinions.some(({ opinion }) => opinion === 'spares')) return null;
  return opinions.find(({ opinion }) => opinion === 'blocks')?.each ?? null;
}

function countsOfNew(candidates: readonly { readonly finding: Finding; readonly isNew: boolean }[]): SeverityCounts {
  const counts = noCounts();
  for (const { finding, isNew } of candidates) if (isNew) counts[finding.severity] += 1;
  return counts;
}

function explain(condition: GateCondition, findings: readonly Candidate[]): string[] {
  return findings.length === 0 ? [] : (condition.explain?.(findings) ?? []);
}
