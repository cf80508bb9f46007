import { createHash } from 'node:crypto';
import type { BenchmarkForm } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';

/** What is known of a document of benchmark results when it is accepted. */
export interface AnnouncedBenchmark {
  readonly form: BenchmarkForm;
  /** Null where compliance has to find the host by its name. */
  readonly hostId: Uuid | null;
  readonly hostname: string | null;
  /** For each scan of the document whether it is to be recorded. */
  readonly kept: readonly boolean[];
}

/** The ids of the document's scans, in their order; null for those that are left out. */
export function scanIdsOf(receiptId: Uuid, { kept }: Pick<AnnouncedBenchmark, 'kept'>): (Uuid | null)[] {
  return kept.map((isKept, number) => (isKept ? scanIdOf(receiptId, number) : null));
}

/**
 * The id of a receipt's scan: the receipt's time and a digest, in the form of a UUIDv7. It follows from the receipt, so that a
 * repeated request, which gets the receipt of the first, gives its scans the ids that they had.
 */
export function scanIdOf(receiptId: Uuid, number: number): Uuid {
  const digest = createHash('sha256').update(`scan ${number} of ${receiptId}`).digest('hex');
  const variant = '89ab'[Number.parseInt(digest[3]!, 16) % 4];
  return `${receiptId.slice(0, 14)}7${digest.slice(0, 3)}-${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`;
}
