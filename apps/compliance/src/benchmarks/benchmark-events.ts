import type { FailingRule } from '@assay/contracts';
import { limits } from '../limits.js';
import type { ChangedRule, ChangeKind } from './scan-changes.store.js';

/** A list of rules as events carry it. */
export interface RuleList {
  /** Rules in all. */
  readonly count: number;
  /** The worst of them, as many as fit. */
  readonly rules: FailingRule[];
}

/** The rules of one kind as a list that fits into an event beside two others. */
export function ruleListOf(changes: readonly ChangedRule[], kind: ChangeKind): RuleList {
  const ofKind = changes.filter((change) => change.kind === kind);
  return { count: ofKind[0]?.count ?? 0, rules: fitting(ofKind) };
}

/** As many of the rules as fit, from the beginning. Titles are cut: a line is enough to know a rule by. */
export function fitting(rules: readonly FailingRule[]): FailingRule[] {
  const kept: FailingRule[] = [];
  let bytes = 0;
  for (const { ruleRef, title, severity } of rules) {
    const rule = { ruleRef, title: title.slice(0, limits.eventTitleLength).toWellFormed(), severity };
    bytes += Buffer.byteLength(JSON.stringify(rule)) + 1;
    if (bytes > limits.eventRulesBytes) break;
    kept.push(rule);
  }
  return kept;
}

/** An error's text as events carry it; the whole stands in the scan. */
export function eventText(text: string | null): string | null {
  return text === null ? null : text.slice(0, limits.eventErrorLength).toWellFormed();
}
