import { createHash } from 'node:crypto';
import type { Receipt } from '../../receipts/receipts.store.js';
import type { StoredRun } from '../scans/run-names.store.js';
import type { PatchHoundCaller } from '../tokens/admit-token.service.js';

/** A scan, which is a directory in PatchHound. */
export interface ScanDirectory {
  readonly caller: PatchHoundCaller;
  /** The repository's key, and what of it begins the name of every file. */
  readonly key: string;
  readonly stem: string;
  readonly run: StoredRun;
  readonly receipt: Receipt;
}

/** The digest of a document of the scan, by its role. */
export function digestOfRole(
  { receipt }: ScanDirectory,
  role: string,
): Receipt['documents'][number]['digest'] | undefined {
  return receipt.documents.find((document) => document.role === role)?.digest;
}

/** JSON as it stands in the files: compact, members in the order in which they were made. */
export function fileText(value: unknown): string {
  return JSON.stringify(value);
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
