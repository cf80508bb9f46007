import { createHash, type Hash } from 'node:crypto';
import type { BenchmarkBatch, RuleResult, RuleText } from '@assay/benchmarks';
import type { BroughtRule, KnownRule, RuleKey } from './rules.store.js';
import { textDigest } from './rules.store.js';

/** A text of each result of a slice; null where none has one, which is nearly always so. */
export type SliceTexts = readonly (string | null)[] | null;

/** Results of a scan as one row holds them: lists of one length. */
export interface ResultSlice {
  readonly ruleKeys: RuleKey[];
  readonly statuses: string[];
  readonly findings: SliceTexts;
  readonly actuals: SliceTexts;
  readonly expecteds: SliceTexts;
  /** Only where it is another text than the rule's. */
  readonly remediations: SliceTexts;
}

/** Parts of a scan that wait to be written together. */
export class PendingResults {
  private readonly texts = new Map<string, RuleText>();
  private results: RuleResult[] = [];

  add({ rules, results }: BenchmarkBatch): void {
    for (const rule of rules) this.texts.set(rule.ruleRef, rule);
    this.results.push(...results);
  }

  /** Rules or results, whichever are more. */
  get size(): number {
    return Math.max(this.texts.size, this.results.length);
  }

  /** Everything that waited; afterwards nothing does. */
  take(): { readonly rules: BroughtRule[]; readonly results: RuleResult[] } {
    const untold = this.results.filter(({ ruleRef }) => !this.texts.has(ruleRef)).map(ruleOfResult);
    const taken = { rules: [...this.texts.values(), ...untold], results: this.results };
    this.texts.clear();
    this.results = [];
    return taken;
  }
}

/** All that is known of a rule of which a document has the result alone. */
function ruleOfResult({ ruleRef, severity, remediation }: RuleResult): BroughtRule {
  const none = { section: null, description: null, rationale: null, references: [] };
  return { ruleRef, title: ruleRef, severity, remediation, ...none };
}

/** The row of these results. `rules` and `known` are those that they name. */
export function sliceOf(
  results: readonly RuleResult[],
  rules: readonly BroughtRule[],
  known: ReadonlyMap<string, KnownRule>,
): ResultSlice {
  const told = new Map(rules.map((rule) => [rule.ruleRef, rule.remediation]));
  return {
    ruleKeys: results.map(({ ruleRef }) => known.get(ruleRef)!.key),
    statuses: results.map(({ status }) => status),
    findings: textsOf(results, ({ finding }) => finding),
    actuals: textsOf(results, ({ actual }) => actual),
    expecteds: textsOf(results, ({ expected }) => expected),
    remediations: textsOf(results, ({ ruleRef, remediation }) => {
      const proposed = remediation ?? told.get(ruleRef) ?? null;
      const same = proposed !== null && textDigest(proposed) === known.get(ruleRef)!.remediationDigest;
      return same ? null : proposed;
    }),
  };
}

function textsOf(results: readonly RuleResult[], text: (result: RuleResult) => string | null): SliceTexts {
  const texts = results.map(text);
  return texts.some((each) => each !== null) ? texts : null;
}

/** What a scan found, as a digest: two scans of one profile and start with the same digest are the same scan. */
export class ContentDigest {
  private readonly hash: Hash = createHash('sha256');

  /** `status` and `error` of the scan: a failed one has no results that would tell it from another. */
  constructor(status: string, error: string | null) {
    this.hash.update(JSON.stringify([status, error]));
  }

  add(results: readonly RuleResult[]): void {
    for (const { ruleRef, status, finding, actual, expected } of results) {
      this.hash.update(JSON.stringify([ruleRef, status, finding, actual, expected]));
    }
  }

  /** Ends it. 64 hexadecimal digits. */
  hex(): string {
    return this.hash.digest('hex');
  }
}
