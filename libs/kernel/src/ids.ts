import { randomBytes } from 'node:crypto';

/** A UUID version 7 (RFC 9562 §5.7) in lower-case text form: 48 bits of milliseconds, then 74 random bits. */
export type Uuid = string;

/** A tenant's slug: lower-case letters, digits and hyphens, 1 to 63 characters, no hyphen at either end. */
export type TenantSlug = string;

/** The tenant that owns what belongs to nobody in particular: feeds, tenants themselves, the platform's audit log. */
export const platformTenant: TenantSlug = 'platform';

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A new UUIDv7. Ids made by one process in different milliseconds sort by time; within one they are random. */
export function newId(nowMs: number = Date.now()): Uuid {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** True for a UUID of any version in lower case. */
export function isUuid(text: string): text is Uuid {
  return uuidPattern.test(text);
}

/** True for a well-formed tenant slug. It is part of bus subjects and of `SET LOCAL`, so nothing else may pass. */
export function isTenantSlug(text: string): text is TenantSlug {
  return slugPattern.test(text);
}
