import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { targetOf } from '../findings/scanned-subject.js';
import type { RecordedScan } from './record-scans.service.js';

/** One engine's work on one document, of which subject, and where what it found lies. */
export type ScanToStore = RecordedScan & { readonly subjectId: Uuid };

/** Advisory lock of feeds: documents share it until they commit, an import takes it alone to end one generation. */
export const feedsLockKey = 0x46454544;

/** Scans, and the agreement between scans and imports. */
@Injectable()
export class ScansStore {
  /**
   * Keeps imports from ending until this transaction has. So a document that was matched with the old advisories either is
   * committed before the import looks for what its changes touch, and is seen by it, or finds another generation in `add`.
   */
  async holdGeneration(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock_shared($1)', [feedsLockKey]);
  }

  /** Writes scans down; gives the generation of the feeds at this moment. */
  async add(tx: Transaction, scans: readonly ScanToStore[]): Promise<number> {
    const [row] = await tx.query<{ generation: string }>(
      `with added as (
         insert into scans (id, tenant, receipt_id, kind, tool, target, document_digest, sbom_id, subject_id,
                            findings_digest, findings_content, findings_count, engines, feed_generation, completed_at)
         select s.id, $1, s.receipt_id, s.kind, s.tool, s.target, s.document_digest, s.sbom_id, s.subject_id,
                s.findings_digest, s.findings_content, s.findings_count, s.engines, s.feed_generation, $3
           from json_to_recordset($2::json) as s (
             id uuid, receipt_id uuid, kind text, tool text, target text, document_digest text, sbom_id uuid,
             subject_id uuid, findings_digest text, findings_content text, findings_count integer, engines jsonb,
             feed_generation bigint)
       )
       select generation from feed_state`,
      [tx.tenant, JSON.stringify(scans.map(toRow)), tx.now],
    );
    return Number(row!.generation);
  }
}

function toRow(scan: ScanToStore) {
  const { scanId, received, document, outcome, sbomId, subjectId, findings, findingsContent, generation } = scan;
  return {
    id: scanId,
    receipt_id: received.receiptId,
    kind: received.kind,
    tool: outcome.tool,
    target: targetOf(outcome.target, received.origin),
    document_digest: document.digest,
    sbom_id: sbomId,
    subject_id: subjectId,
    findings_digest: findings.digest,
    findings_content: findingsContent,
    findings_count: outcome.findings.length,
    engines: [outcome.engine],
    feed_generation: generation,
  };
}
