import type { RuleTableData } from './rule-table.js';

/** What a second pass over an XCCDF document needs of the first. Plain data, fit for another thread. */
export interface XccdfIndex {
  readonly rules: RuleTableData;
  /** The values that stand for `sub` in texts, by id: those that the scan was made with, and those of the benchmark. */
  readonly chosen: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, string>;
}
