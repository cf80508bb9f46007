import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { ENTRY_MAX_BYTES } from '../limits.js';

const LENGTH_BYTES = 2;

/**
 * The leaves under a tile of level 0, each after its length as an unsigned big-endian 16-bit number
 * (c2sp.org/tlog-tiles, "Log entries").
 * @throws AssayError `audit.entry-too-large` above `ENTRY_MAX_BYTES`
 */
export function encodeEntryBundle(entries: readonly Buffer[]): Buffer {
  const bundle = Buffer.allocUnsafe(entries.reduce((total, entry) => total + LENGTH_BYTES + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > ENTRY_MAX_BYTES) {
      const message = `An entry of ${entry.length} bytes does not fit into a bundle; the most is ${ENTRY_MAX_BYTES}.`;
      throw new AssayError<AuditErrorCode>('bug', 'audit.entry-too-large', message);
    }
    at = bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at);
    at += entry.length;
  }
  return bundle;
}

/**
 * The leaves of a bundle, as views of its bytes.
 * @throws AssayError `audit.bundle-malformed` if it ends within an entry
 */
export function decodeEntryBundle(bundle: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bundle.length;) {
    const start = at + LENGTH_BYTES;
    const end = start <= bundle.length ? start + bundle.readUInt16BE(at) : Infinity;
    if (end > bundle.length) {
      const message = `The bundle ends within its entry ${entries.length}.`;
      throw new AssayError<AuditErrorCode>('invalid', 'audit.bundle-malformed', message);
    }
    entries.push(bundle.subarray(start, end));
    at = end;
  }
  return entries;
}
