import { hash } from 'node:crypto';
import type { ReceivedSignal } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';

/** What a signal is known by, and by what its content is. */
export interface SignalIdentity {
  /** 16 bytes of the SHA-256 of tenant, host and id (`semantics.md` §11). */
  readonly key: Uuid;
  /** 52 bits of the SHA-256 of its content: as many as a number holds exactly. */
  readonly digest: number;
}

/** Hexadecimal digits of 52 bits. */
const digestDigits = 13;

export function identityOf(
  tenant: TenantSlug,
  { hostId, signalId, digest }: Pick<ReceivedSignal, 'hostId' | 'signalId' | 'digest'>,
): SignalIdentity {
  // No id has the character NUL, so that none can pretend to be two.
  const hex = hash('sha256', `${tenant}\0${hostId}\0${signalId}`, 'hex');
  return { key: uuidOf(hex), digest: Number.parseInt(digest.slice(0, digestDigits), 16) };
}

/** The first 16 bytes of a hash in the form of a UUID. */
export function uuidOf(hex: string): Uuid {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
