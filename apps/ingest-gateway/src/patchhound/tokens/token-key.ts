import type { Credential } from '../../credentials/credential.js';
import { limits } from '../../limits.js';
import { badRequest } from '../patchhound.errors.js';

const dayMs = 86_400_000;

/** Why a token key opens nothing, in PatchHound's words (`wire/patchhound.md` §1.2); null for one that does. */
export function whyRefused(
  found: Pick<Credential, 'kind' | 'revokedAt' | 'disabledAt' | 'expiresAt'> | null,
  now: Date,
): string | null {
  if (found === null || found.kind !== 'patchhound' || found.revokedAt !== null) {
    return 'Token validation: TokenKey Not Found';
  }
  if (found.disabledAt !== null) return 'Token validation: TokenKey Disabled';
  if (found.expiresAt !== null && found.expiresAt <= now) return 'Token validation: TokenKey Expired';
  return null;
}

/**
 * The day on which a token key ends, which is the last one it works on: it dies with the end of that day, UTC
 * (`semantics.md` §13). Negative days are in the past, as in the protocol.
 */
export function expiryOf(expirationDays: string, now: Date): { readonly day: string; readonly expiresAt: Date } {
  const days = /^\s*[+-]?\d{1,9}\s*$/.test(expirationDays) ? Number(expirationDays) : Number.NaN;
  if (Number.isNaN(days)) throw badRequest('expiration_days must be an integer');
  if (Math.abs(days) > limits.tokenExpiryMaxDays) {
    throw badRequest(`expiration_days must be an integer of at most ${limits.tokenExpiryMaxDays}`);
  }
  const midnightMs = Math.floor(now.getTime() / dayMs) * dayMs + days * dayMs;
  return { day: dayOf(new Date(midnightMs)), expiresAt: new Date(midnightMs + dayMs) };
}

/** The last day of a token key that ends at this moment. */
export function lastDayOf(expiresAt: Date): string {
  return dayOf(new Date(expiresAt.getTime() - 1));
}

/** What a list shows of a token key, of which only a hash is kept: enough to tell it from others, not to use it. */
export function maskedKey(key: string): string {
  return `${key.slice(0, 8)}-****-****-****-************`;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
