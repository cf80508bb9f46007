import { ArtifactStore } from '@assay/artifacts';
import type { Principal } from '@assay/identity';
import type { Digest } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { CaseRecord } from './read-cases.store.js';

/** The stored report of a case, as SecureCase keeps it in its row: that of the newest run, byte for byte what was sent. */
@Injectable()
export class ReadCaseReport {
  constructor(
    private readonly transactions: Transactions,
    private readonly artifacts: ArtifactStore,
  ) {}

  /**
   * The report of trivy where there is one, else the first document; null where the case has no run. What is no JSON is
   * given as text.
   * @throws AssayError what `ArtifactStore.read` throws, also for what is larger than `limits.includedReportBytes`
   */
  async execute({ tenant }: Principal, { newest_run }: Pick<CaseRecord, 'newest_run'>): Promise<unknown> {
    if (newest_run === null) return null;
    const [document] = await this.transactions.run(tenant, (tx) =>
      tx.query<{ digest: Digest }>(
        `select document_digest as digest from run_documents
          where run_id = $1 order by (tool = 'trivy') desc, tool, target limit 1`,
        [newest_run],
      ),
    );
    if (document === undefined) return null;
    const bytes = await this.artifacts.read(tenant, document.digest, limits.includedReportBytes);
    const text = bytes.toString('utf8');
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
}
