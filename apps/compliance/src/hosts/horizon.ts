import { limits } from '../limits.js';

/** What the beats of gateways say: how far everything is known, and where it begins anew after a gap. */
export interface Advance {
  readonly at: Date;
  readonly resumedAt: Date | null;
}

/**
 * Gateways beat too, for the platform's tenant, on the way that hosts' heartbeats take. What comes after one of their
 * beats is judged with everything before it known: while the gateways, the bus or this service are away nobody goes
 * silent, and after a gap every host has its full time again. Null where no beat is newer than `known`.
 */
export function advanceOf(known: Date | null, beats: readonly Date[]): Advance | null {
  let at = known;
  let resumedAt: Date | null = null;
  for (const beat of beats.toSorted((one, other) => one.getTime() - other.getTime())) {
    if (at !== null && beat <= at) continue;
    if (at === null || beat.getTime() - at.getTime() > limits.horizonGapMs) resumedAt = beat;
    at = beat;
  }
  return at === null || at === known ? null : { at, resumedAt };
}

/** True if heartbeats are being read as they come. While older ones are being caught up with, nobody is judged. */
export function isCurrent(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() <= limits.horizonFreshMs;
}
