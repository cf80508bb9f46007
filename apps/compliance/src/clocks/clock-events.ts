import { type ClockOfSubject, subjectOfKey, type Subject } from '@assay/contracts';
import { limits } from '../limits.js';
import { groupOfClockKey } from './clock-key.js';
import type { Clock, ClockChange } from './clock.js';

/** Clocks of one subject to which the same happened, as many as fit into one event. */
export interface ClockGroup {
  readonly change: ClockChange;
  readonly subject: Subject;
  readonly clocks: ClockOfSubject[];
}

/** A clock and what happened to it. `dueAt` is the date that held until then. */
export interface ChangedClock {
  readonly clock: Clock;
  readonly change: ClockChange;
  readonly dueAt: Date;
}

/** The clock as events name it. */
export function clockOfSubject({ clock, dueAt }: Pick<ChangedClock, 'clock' | 'dueAt'>): ClockOfSubject {
  const { id, clockKey, vulnerabilityId, severity, startedAt } = clock;
  return {
    clockId: id,
    group: groupOfClockKey(clockKey),
    vulnerabilityId,
    severity,
    startedAt: startedAt.toISOString(),
    dueAt: dueAt.toISOString(),
  };
}

/** Cuts the changes of one judgement into events, by what happened and by what fits into a message. */
export function groupChanges(changes: readonly ChangedClock[]): ClockGroup[] {
  const groups: ClockGroup[] = [];
  const open = new Map<ClockChange, { readonly group: ClockGroup; bytes: number }>();
  for (const changed of changes) {
    const item = clockOfSubject(changed);
    const bytes = Buffer.byteLength(JSON.stringify(item)) + 1;
    const current = open.get(changed.change);
    const { clocksPerEvent, clocksPerEventBytes } = limits;
    if (
      current !== undefined &&
      current.group.clocks.length < clocksPerEvent &&
      current.bytes + bytes <= clocksPerEventBytes
    ) {
      current.group.clocks.push(item);
      current.bytes += bytes;
      continue;
    }
    const subject = subjectOfKey(changed.clock.subjectKey);
    const group: ClockGroup = { change: changed.change, subject, clocks: [item] };
    groups.push(group);
    open.set(changed.change, { group, bytes });
  }
  return groups;
}
