import type { EngineRun } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** One engine's work on one document, with what came of it. */
export interface Scan {
  readonly id: Uuid;
  readonly receiptId: Uuid;
  readonly kind: 'sbom' | 'report';
  readonly tool: string;
  readonly documentDigest: string;
  readonly sbomId: Uuid | null;
  readonly subjectId: Uuid;
  readonly findingsDigest: string;
  readonly findingsCount: number;
  readonly engines: readonly EngineRun[];
  readonly feedGeneration: number;
}

/** Advisory lock of feeds: documents share it until they commit, an import takes it alone to end one generation. */
export const feedsLockKey = 0x46454544;

/** Scans, and the agreement between scans and imports. */
@Injectable()
export class ScansStore {
  /**
   * Keeps imports from ending while this transaction runs. So a document that was matched with the old advisories is
   * committed before the import looks for what its changes touch, and is seen by it.
   */
  async holdGeneration(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock_shared($1)', [feedsLockKey]);
  }

  /** Writes the scan down; gives the generation of the feeds at this moment. */
  async add(tx: Transaction, scan: Scan): Promise<number> {
    const [row] = await tx.query<{ generation: string }>(
      `with added as (
         insert into scans (id, tenant, receipt_id, kind, tool, document_digest, sbom_id, subject_id, findings_digest,
                            findings_count, engines, feed_generation, completed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       )
       select generation from feed_state`,
      [
        scan.id,
        tx.tenant,
        scan.receiptId,
        scan.kind,
        scan.tool,
        scan.documentDigest,
        scan.sbomId,
        scan.subjectId,
        scan.findingsDigest,
        scan.findingsCount,
        JSON.stringify(scan.engines),
        scan.feedGeneration,
        tx.now,
      ],
    );
    return Number(row!.generation);
  }
}
