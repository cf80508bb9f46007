import { randomUUID } from 'node:crypto';

/** A UUID version 7 (RFC 9562 §5.7) in lower-case text form: 48 bits of milliseconds, then 74 random bits. */
export type Uuid = string;

/** A tenant's slug: lower-case letters, digits and hyphens, 1 to 63 characters, no hyphen at either end. */
export type TenantSlug = string;

/** The tenant that owns what belongs to nobody in particular: feeds, tenants themselves, the platform's audit log. */
export const platformTenant: TenantSlug = 'platform';

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * A new UUIDv7. Ids made by one process in different milliseconds sort by time; within one they are random. The random bits
 * are those of a version 4, which Node keeps a stock of: asking for bytes each time costs several times as much.
 */
export function newId(nowMs: number = Date.now()): Uuid {
  const time = nowMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** True for a UUID of any version in lower case. */
export function isUuid(text: string): text is Uuid {
  return uuidPattern.test(text);
}

/** True for a well-formed tenant slug. It is part of bus subjects and of `SET LOCAL`, so nothing else may pass. */
export function isTenantSlug(text: string): text is TenantSlug {
  return slugPattern.test(text);
}
