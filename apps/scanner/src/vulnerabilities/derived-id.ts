import { hash } from 'node:crypto';
import type { Uuid } from '@assay/kernel';

/** What an id is derived for, so that equal texts of two uses do not share an id. */
export type DerivedIdUse = 'component' | 'finding' | 'seed' | 'subject' | 'vulnerability';

/**
 * The UUID (version 8, RFC 9562 §5.8) of these texts: 122 bits of the SHA-256 of the use and the texts. Equal on every
 * machine and for ever; part of stored data, so to change it is a migration.
 */
export function derivedId(use: DerivedIdUse, ...texts: readonly (string | null)[]): Uuid {
  const hex = hash('sha256', JSON.stringify([use, ...texts]), 'hex');
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
