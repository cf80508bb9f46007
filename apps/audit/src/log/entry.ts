import { hash, randomBytes } from 'node:crypto';
import { AssayError, type Digest } from '@assay/kernel';
import canonicalize from 'canonicalize';
import type { AuditErrorCode } from '../audit.errors.js';
import { ENTRY_MAX_BYTES, SALT_BYTES } from '../limits.js';
import { hashLeaf, type Hash } from './merkle.js';

/**
 * What a leaf commits to for ever. `subject` and `actor` are identifiers, never names or addresses: whatever may have to be
 * erased one day belongs into the payload, of which the leaf holds only a salted digest.
 */
export interface LogEntry {
  readonly v: 1;
  /** The event's id. */
  readonly id: string;
  /** The event's type, `cases.exception.granted.v1` for instance. */
  readonly type: string;
  /** RFC 3339 in UTC with milliseconds, so that it survives a `timestamptz` column unchanged. */
  readonly time: string;
  readonly tenant: string;
  readonly subject: string | null;
  readonly actor: string;
  /** `SHA-256(salt || payload)`: 16 random bytes, then the canonical bytes of the payload. */
  readonly payloadDigest: Digest;
}

/** What lies beside a leaf and may be erased: salt and payload together, since the salt guards the erased payload. */
export interface Payload {
  readonly salt: Buffer;
  /** Canonical JSON (RFC 8785) in UTF-8. */
  readonly bytes: Buffer;
}

/** Something to be recorded. `payload` is any JSON value. */
export type Recordable = Omit<LogEntry, 'v' | 'payloadDigest'> & { readonly payload: unknown };

/** An entry ready to be appended. */
export interface SealedEntry {
  readonly entry: LogEntry;
  readonly payload: Payload;
  readonly leafHash: Hash;
}

/**
 * Makes the entry for something to be recorded.
 * @throws AssayError `audit.entry-invalid` if the payload is no JSON value or the time is none; `audit.entry-too-large`
 */
export function sealEntry(recordable: Recordable, salt: Buffer = randomBytes(SALT_BYTES)): SealedEntry {
  const { id, type, tenant, subject, actor } = recordable;
  const payload = { salt, bytes: canonicalBytes(recordable.payload) };
  const time = millisecondsUtc(recordable.time);
  const entry: LogEntry = { v: 1, id, type, time, tenant, subject, actor, payloadDigest: payloadDigestOf(payload) };
  const bytes = encodeEntry(entry);
  if (bytes.length <= ENTRY_MAX_BYTES) return { entry, payload, leafHash: hashLeaf(bytes) };
  const message = `Entry ${id} takes ${bytes.length} bytes; a leaf has at most ${ENTRY_MAX_BYTES}.`;
  throw new AssayError<AuditErrorCode>('invalid', 'audit.entry-too-large', message);
}

/**
 * The bytes of a leaf: canonical JSON (RFC 8785) of the entry's eight members and no others.
 * @throws AssayError `audit.entry-invalid` if a member holds half a surrogate pair
 */
export function encodeEntry(entry: LogEntry): Buffer {
  const { v, id, type, time, tenant, subject, actor, payloadDigest } = entry;
  return canonicalBytes({ v, id, type, time, tenant, subject, actor, payloadDigest });
}

/** The salted digest of a payload. The salt has a fixed length, so the boundary is never in doubt. */
export function payloadDigestOf({ salt, bytes }: Payload): Digest {
  return `sha256:${hash('sha256', Buffer.concat([salt, bytes]))}`;
}

function canonicalBytes(value: unknown): Buffer {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new AssayError<AuditErrorCode>('invalid', 'audit.entry-invalid', 'The entry has no canonical form.', {
      cause,
    });
  }
  if (text === undefined)
    throw new AssayError<AuditErrorCode>('invalid', 'audit.entry-invalid', 'The entry is not JSON.');
  return Buffer.from(text);
}

function millisecondsUtc(time: string): string {
  const date = new Date(time);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new AssayError<AuditErrorCode>('invalid', 'audit.entry-invalid', `'${time}' is not a time.`);
}
