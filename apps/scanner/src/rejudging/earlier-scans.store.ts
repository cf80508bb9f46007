import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { EarlierScan } from './read-again.service.js';

/** A scan as it was recorded. */
export interface RecordedEarlierScan extends EarlierScan {
  readonly id: Uuid;
  readonly target: string;
  /** Digest of what it found; null for scans of before that was written down. */
  readonly findingsContent: string | null;
}

/** Scans of a tenant, the newest of their subjects or not. */
@Injectable()
export class EarlierScansStore {
  /** By id; those that are not there, or another tenant's, are not in the map. */
  async find(tx: Transaction, ids: readonly Uuid[]): Promise<Map<Uuid, RecordedEarlierScan>> {
    const rows = await tx.query<RecordedEarlierScan>(
      `select id, tool, target, document_digest as "documentDigest", findings_content as "findingsContent"
         from scans where id = any($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
