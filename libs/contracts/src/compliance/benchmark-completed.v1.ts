import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { benchmarkProfileTypes, failingRule, ruleCounts } from '../model/benchmark.js';
import { hostRef } from '../model/host.js';

/**
 * Published by compliance for each scan that it recorded. Ends the receipt's stage `score`. Scores are 0 to 100, two
 * decimals, null where no rule was evaluated. Lists hold the worst first and at most as many as fit into a message;
 * the counts are complete.
 */
export const benchmarkCompletedV1 = defineEvent(
  'compliance.benchmark.completed.v1',
  z.object({
    scanId: z.uuid(),
    receiptId: z.uuid().nullable(),
    /** The agent's command that it came from, where it was commanded. */
    commandId: z.uuid().nullable().optional(),
    host: hostRef,
    profile: z.object({ id: z.uuid(), name: z.string(), type: z.enum(benchmarkProfileTypes) }),
    status: z.enum(['completed', 'failed']),
    error: z.string().nullable(),
    startedAt: z.iso.datetime(),
    completedAt: z.iso.datetime(),
    /** False for one that came late: a newer scan of this host and profile is there. */
    isLatest: z.boolean(),
    counts: ruleCounts,
    /** PatchMon's formula over the results: passed / (total − not applicable − skipped) × 100. */
    score: z.number().nullable(),
    /** The same with waived rules left out. */
    effectiveScore: z.number().nullable(),
    /** What the XCCDF document itself says. */
    xccdfScore: z.number().nullable(),
    /** The effective score of the scan before. */
    previousScore: z.number().nullable(),
    /** What the sender claimed and the results do not say; null where they agree. */
    claimed: z.object({ counts: ruleCounts.nullable(), score: z.number().nullable() }).nullable(),
    /** Rules that fail and are not waived. */
    failing: z.object({ count: z.number().int(), rules: z.array(failingRule) }),
    /** Those of them that did not fail in the scan before. */
    newlyFailing: z.object({ count: z.number().int(), rules: z.array(failingRule) }),
    /** Rules that failed in the scan before and do not now. */
    recovered: z.object({ count: z.number().int(), rules: z.array(failingRule) }),
  }),
  { audited: true, stage: 'score' },
);
