import type { Clock } from '@assay/kernel';

/** A clock that stands still until it is told otherwise. */
export class FakeClock implements Clock {
  constructor(private current: Date = new Date('2026-01-01T00:00:00Z')) {}

  now(): Date {
    return new Date(this.current);
  }

  /** Moves on by milliseconds. */
  advance(ms: number): void {
    this.current = new Date(this.current.getTime() + ms);
  }

  set(now: Date): void {
    this.current = now;
  }
}
