import type { Uuid } from '@assay/kernel';

/** The smallest UUIDv7 of a moment (RFC 9562 §5.7): ids of runs begin with the time at which they were recorded. */
export function firstIdAt(at: Date): Uuid {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}
