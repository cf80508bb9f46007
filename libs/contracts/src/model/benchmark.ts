import { z } from 'zod';

/** What ran a benchmark, in PatchMon's words. */
export const benchmarkProfileTypes = ['openscap', 'docker-bench', 'oscap-docker'] as const;
export type BenchmarkProfileType = (typeof benchmarkProfileTypes)[number];

/** The forms in which results come in. */
export const benchmarkForms = ['patchmon', 'xccdf', 'arf', 'docker-bench-json', 'docker-bench-text'] as const;
export type BenchmarkForm = (typeof benchmarkForms)[number];

/** What a rule came to (`wire/patchmon.md` §3.3), from what needs attention to what says nothing. */
export const ruleStatuses = ['fail', 'warn', 'pass', 'skip', 'notapplicable', 'error'] as const;
export type RuleStatus = (typeof ruleStatuses)[number];

export const ruleSeverities = ['critical', 'high', 'medium', 'low', 'unknown'] as const;

/** Results by status. `total` is their sum. */
export const ruleCounts = z.object({
  total: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  warnings: z.number().int(),
  skipped: z.number().int(),
  notApplicable: z.number().int(),
  errors: z.number().int(),
});
export type RuleCounts = z.infer<typeof ruleCounts>;

/** A rule that did not pass, as much of it as a message has room for. */
export const failingRule = z.object({ ruleRef: z.string(), title: z.string(), severity: z.enum(ruleSeverities) });
export type FailingRule = z.infer<typeof failingRule>;
