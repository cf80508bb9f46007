import type { RuleStatus } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { countStatuses, dockerBenchScore, imageScore, patchMonScore, scoreOf } from './score.js';

function counted(statuses: Partial<Record<RuleStatus, number>>) {
  return countStatuses(
    Object.entries(statuses).flatMap(([status, rules]) => Array<RuleStatus>(rules).fill(status as RuleStatus)),
  );
}

describe('a score', () => {
  it.each([
    [{ pass: 62, fail: 39, notapplicable: 214, skip: 276 }, 61.39],
    [{ pass: 18, fail: 5, skip: 547, notapplicable: 21 }, 78.26],
    [{ pass: 5, fail: 2, skip: 2, notapplicable: 3 }, 71.43],
    [{ pass: 1, warn: 1 }, 50],
    [{ pass: 1, error: 2 }, 33.33],
    [{ fail: 3 }, 0],
    [{ skip: 403, notapplicable: 189 }, null],
    [{}, null],
  ])('of PatchMon for %j is %j', (statuses, score) => expect(patchMonScore(counted(statuses))).toBe(score));

  it.each([
    [{ pass: 30, warn: 28, skip: 47 }, 51.72],
    [{ pass: 1, error: 1 }, 100],
    [{ skip: 4 }, null],
  ])('of docker-bench for %j is %j', (statuses, score) => expect(dockerBenchScore(counted(statuses))).toBe(score));

  it.each([
    [{ critical: 1, high: 2, medium: 3, low: 4 }, 100 - 10 - 10 - 6 - 4],
    [{ critical: 20 }, 0],
    [{}, 100],
  ])('of an image with %j is %j', (failed, score) =>
    expect(scoreOf('oscap-docker', counted({ pass: 1, fail: 10 }), failed)).toBe(score),
  );

  it('of an image that nothing was found out of is none', () =>
    expect(imageScore(counted({ skip: 1 }), {})).toBeNull());
});

it('counts add up', () =>
  expect(counted({ pass: 1, fail: 2, warn: 3, skip: 4, notapplicable: 5, error: 6 })).toEqual({
    total: 21,
    passed: 1,
    failed: 2,
    warnings: 3,
    skipped: 4,
    notApplicable: 5,
    errors: 6,
  }));
