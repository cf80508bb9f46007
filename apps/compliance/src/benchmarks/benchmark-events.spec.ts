import { describe, expect, it } from 'vitest';
import { limits } from '../limits.js';
import { eventText, fitting } from './benchmark-events.js';

describe('a list of rules in an event', () => {
  it('holds as many as fit, from the beginning, with short titles', () => {
    const rules = Array.from({ length: 500 }, (_, index) => ({
      ruleRef: `rule-${index}`,
      title: '\u{1f600}'.repeat(300),
      severity: 'high' as const,
    }));
    const kept = fitting(rules);
    expect(kept.length).toBeGreaterThan(5);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(limits.eventRulesBytes + 2);
    expect(kept[0]!.title.isWellFormed()).toBe(true);
    expect(kept.map(({ ruleRef }) => ruleRef)).toEqual(rules.slice(0, kept.length).map(({ ruleRef }) => ruleRef));
  });
});

describe('an error in an event', () => {
  it('is cut', () => {
    expect(eventText(null)).toBeNull();
    expect(eventText('x'.repeat(5_000))).toHaveLength(limits.eventErrorLength);
  });
});
