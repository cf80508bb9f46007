import type { RuleCounts, RuleStatus } from '@assay/contracts';
import type { Severity } from '@assay/kernel';
import type { RuleResult, RuleText } from './benchmark.js';
import { countStatuses } from './score.js';
import { outweighs } from './rule-status.js';

/** The results of a scan that is held in memory: each rule once, with the result that counts most. */
export class RuleCollector {
  readonly #rules = new Map<string, RuleText>();
  readonly #results = new Map<string, RuleResult>();

  add(rule: RuleText, result: RuleResult): void {
    const known = this.#rules.get(rule.ruleRef);
    this.#rules.set(rule.ruleRef, known === undefined ? rule : filledFrom(known, rule));
    const earlier = this.#results.get(result.ruleRef);
    if (earlier === undefined || outweighs(result.status, earlier.status)) this.#results.set(result.ruleRef, result);
  }

  get rules(): RuleText[] {
    return [...this.#rules.values()];
  }

  get results(): RuleResult[] {
    return [...this.#results.values()];
  }

  counts(): RuleCounts {
    return countStatuses(this.#statuses());
  }

  failedBySeverity(): Partial<Record<Severity, number>> {
    const failed: Partial<Record<Severity, number>> = {};
    for (const { status, severity } of this.#results.values()) {
      if (status === 'fail') failed[severity] = (failed[severity] ?? 0) + 1;
    }
    return failed;
  }

  *#statuses(): Generator<RuleStatus> {
    for (const { status } of this.#results.values()) yield status;
  }
}

/** The earlier text, with what it lacks from a later one. */
function filledFrom(earlier: RuleText, later: RuleText): RuleText {
  return {
    ...earlier,
    title: earlier.title === earlier.ruleRef ? later.title : earlier.title,
    severity: earlier.severity === 'unknown' ? later.severity : earlier.severity,
    section: earlier.section ?? later.section,
    description: earlier.description ?? later.description,
    remediation: earlier.remediation ?? later.remediation,
  };
}
