import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { benchmarkProfileTypes, failingRule } from '../model/benchmark.js';
import { hostRef } from '../model/host.js';

/**
 * Published by compliance when a waiver was granted or ended, or covers a host from now on or no longer: for each latest
 * scan whose effective score or failing rules that changed. Lists are as those of `benchmark.completed`. Read by case-engine
 * and alerting.
 */
export const benchmarkRescoredV1 = defineEvent(
  'compliance.benchmark.rescored.v1',
  z.object({
    scanId: z.uuid(),
    host: hostRef,
    profile: z.object({ id: z.uuid(), name: z.string(), type: z.enum(benchmarkProfileTypes) }),
    /** Unchanged by waivers. */
    score: z.number().nullable(),
    effectiveScore: z.number().nullable(),
    /** The effective score until now. */
    previousScore: z.number().nullable(),
    /** Rules that fail and are not waived. */
    failing: z.object({ count: z.number().int(), rules: z.array(failingRule) }),
    /** Rules that count from now on: their waiver ended. */
    newlyFailing: z.object({ count: z.number().int(), rules: z.array(failingRule) }),
    /** Failing rules that no longer count: they are waived from now on. */
    waived: z.object({ count: z.number().int(), rules: z.array(failingRule) }),
  }),
  { audited: true },
);
