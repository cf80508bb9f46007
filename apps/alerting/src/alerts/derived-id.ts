import { createHash } from 'node:crypto';
import type { Uuid } from '@assay/kernel';

/**
 * A UUID that follows from its parts, version 8 (RFC 9562 §5.8) over SHA-256. What an event causes gets such ids, so that
 * the event can be digested twice and nothing is there twice: not an alert, and not a webhook with another id.
 */
export function derivedId(...parts: readonly string[]): Uuid {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
