import type { Principal } from '@assay/identity';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { BENCHMARK_SETTINGS, type BenchmarkSettings } from './benchmarks.settings.js';
import { tooManySubmissions } from './submission.problems.js';
import { SubmissionWindow } from './submission-window.js';

/**
 * How often a host may submit (`wire/patchmon.md` §3.5). Keyed by the credential that was verified: a header that anybody can
 * write would let an attacker use up a victim's submissions, or rotate it and have no limit at all.
 */
@Injectable()
export class SubmissionLimit {
  readonly #window: SubmissionWindow;

  constructor(@Inject(BENCHMARK_SETTINGS) private readonly settings: BenchmarkSettings) {
    this.#window = new SubmissionWindow({
      requests: settings.submissionsPerMinute,
      windowMs: limits.submissionWindowMs,
      maxWindows: limits.credentialCacheEntries,
    });
  }

  /** Tells the caller what is left. @throws AssayError `benchmarks.too-many-submissions` (429) */
  check(caller: Principal, reply: FastifyReply): void {
    const { submissionsPerMinute } = this.settings;
    const allowance = this.#window.take(caller.credentialId ?? caller.actor, Date.now());
    const windowSeconds = limits.submissionWindowMs / 1_000;
    void reply.headers({
      'ratelimit-policy': `${submissionsPerMinute};w=${windowSeconds}`,
      'ratelimit-limit': String(submissionsPerMinute),
      'ratelimit-remaining': String(allowance.remaining),
      'ratelimit-reset': String(allowance.resetSeconds),
    });
    if (allowance.isAllowed) return;
    throw unavailable('benchmarks.too-many-submissions', tooManySubmissions, allowance.resetSeconds);
  }
}
