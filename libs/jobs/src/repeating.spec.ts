import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { repeat } from './repeating.js';

describe('what is repeated', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs from beginning to beginning', async () => {
    let runs = 0;
    const repeating = repeat(100, async () => void (runs += 1));
    await vi.advanceTimersByTimeAsync(250);
    expect(runs).toBe(3);
    await repeating.stop();
  });

  it('never overlaps itself, and pauses as long as it asks for', async () => {
    const starts: number[] = [];
    const repeating = repeat(100, async () => {
      starts.push(Date.now());
      if (starts.length === 1) await new Promise((resolve) => setTimeout(resolve, 350));
      return starts.length === 2 ? 1_000 : undefined;
    });
    await vi.advanceTimersByTimeAsync(1_400);
    // A timer of no time takes one millisecond.
    expect(starts.map((start) => start - starts[0]!)).toEqual([0, 351, 1_351]);
    await repeating.stop();
  });

  it('ends after the run that is going on', async () => {
    let ended = false;
    const repeating = repeat(10, async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended = true;
    });
    const stopping = repeating.stop();
    await vi.advanceTimersByTimeAsync(50);
    await stopping;
    expect(ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
