import { createHmac, hkdfSync, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { apiKeyRandomBytes, derivedKeyBytes } from './limits.js';
import { type CredentialRole } from './principal.js';

/** What a key is derived for. The text is part of the derivation: changing one makes everything under it unreadable. */
export const keyPurposes = {
  credentialPepper: 'credential-pepper',
  internalIdentity: 'internal-identity',
  keyEncryption: 'key-encryption',
  pathToken: 'path-token',
  rolePassword: 'role-password',
  session: 'session',
} as const;

/** Compares under a key of this process alone, so that neither length nor content shows in the time it takes. */
const comparisonKey = randomBytes(derivedKeyBytes);

/** A new API key: `assay_<role>_` and 256 random bits as 43 URL-safe characters (base64url, RFC 4648 §5). */
export function newApiKey(role: CredentialRole): string {
  return `assay_${role}_${randomBytes(apiKeyRandomBytes).toString('base64url')}`;
}

/**
 * HMAC-SHA256 of a secret under the installation's pepper, as 64 hexadecimal digits: what is stored and looked up.
 * A fast hash is right for random secrets, and a slow one would let anybody spend our CPU; passwords need a slow one.
 */
export function hashSecret(secret: string, pepper: Uint8Array | KeyObject): string {
  return createHmac('sha256', pepper).update(secret, 'utf8').digest('hex');
}

/** True if both are the same, in a time that tells nothing about either. */
export function equalsConstantTime(left: string | Uint8Array, right: string | Uint8Array): boolean {
  return timingSafeEqual(forComparison(left), forComparison(right));
}

/**
 * A key of 32 bytes for one purpose, by HKDF-SHA256 (RFC 5869) without salt: the same master and purpose always give
 * the same key, and no key tells anything about another. Purposes of the platform are `keyPurposes`; where one needs
 * several keys it appends, as in `role-password:scanner`.
 */
export function deriveKey(master: Uint8Array | string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, '', `assay/${purpose}`, derivedKeyBytes));
}

function forComparison(value: string | Uint8Array): Buffer {
  return createHmac('sha256', comparisonKey).update(value).digest();
}
