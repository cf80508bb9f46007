import { describe, expect, it } from 'vitest';
import { effectiveScore, type Scored } from './effective-score.js';

const counts = { total: 10, passed: 6, failed: 2, warnings: 1, skipped: 1, notApplicable: 0, errors: 0 };
const none = { failed: 0, warnings: 0, errors: 0 };
const scan: Scored = { type: 'openscap', counts, score: 66.67, waived: none, failing: { high: 2 } };

describe('the effective score', () => {
  it('is the score where nothing is waived', () => {
    expect(effectiveScore(scan)).toBe(66.67);
    expect(effectiveScore({ ...scan, score: null })).toBeNull();
  });

  it('leaves waived results out of both sides', () => {
    expect(effectiveScore({ ...scan, waived: { ...none, failed: 1 } })).toBe(75);
    expect(effectiveScore({ ...scan, waived: { failed: 2, warnings: 1, errors: 0 } })).toBe(100);
  });

  it('is null where nothing else was evaluated', () => {
    const failed = { total: 2, passed: 0, failed: 1, warnings: 0, skipped: 1, notApplicable: 0, errors: 0 };
    expect(effectiveScore({ ...scan, counts: failed, score: 0, waived: { ...none, failed: 1 } })).toBeNull();
  });

  it('goes by the formula of the profile: images lose points by severity', () => {
    const image: Scored = {
      type: 'oscap-docker',
      counts: { total: 3, passed: 0, failed: 3, warnings: 0, skipped: 0, notApplicable: 0, errors: 0 },
      score: 83,
      waived: { ...none, failed: 1 },
      failing: { high: 1, medium: 1 },
    };
    expect(effectiveScore(image)).toBe(93);
  });
});
