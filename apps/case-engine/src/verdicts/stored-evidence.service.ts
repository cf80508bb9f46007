import { ArtifactStore } from '@assay/artifacts';
import type { Finding, VerdictPredicate } from '@assay/contracts';
import { asAssayError, type Digest, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { ReadFindings } from '../findings/read-findings.service.js';
import type { VerdictDifference } from './differences.js';

/** What is left of what a verdict was judged from. */
export interface Evidence {
  readonly differences: VerdictDifference[];
  /** Findings of each document; null where one of them, or of the baseline, cannot be read. */
  readonly documents: readonly (readonly Finding[])[] | null;
  readonly baseline: readonly (readonly Finding[])[] | null;
}

/** Reads what a verdict was judged from, all of it, and says what is missing or damaged. */
@Injectable()
export class StoredEvidence {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly readFindings: ReadFindings,
  ) {}

  async of(tenant: TenantSlug, { documents, basis }: VerdictPredicate): Promise<Evidence> {
    const differences: VerdictDifference[] = [];
    for (const { document, target, tool } of documents) {
      const wrong = await this.reasonAgainst(() => this.readThrough(tenant, document));
      if (wrong !== null) differences.push({ what: 'document', message: `${target || tool}: ${wrong}`, was: document });
    }
    const found = await this.findingsOf(
      tenant,
      documents.map(({ findings }) => findings.digest),
      differences,
    );
    const known = basis.baseline && (await this.findingsOf(tenant, basis.baseline.findings, differences));
    const whole = found !== null && (basis.baseline === null || known !== null);
    return { differences, documents: whole ? found : null, baseline: known };
  }

  private async findingsOf(
    tenant: TenantSlug,
    digests: readonly Digest[],
    differences: VerdictDifference[],
  ): Promise<(readonly Finding[])[] | null> {
    const all: (readonly Finding[])[] = [];
    for (const digest of digests) {
      const wrong = await this.reasonAgainst(async () => {
        // What is kept parsed says nothing of what lies in the store.
        await this.readThrough(tenant, digest);
        all.push(await this.readFindings.execute(tenant, digest));
      });
      if (wrong !== null) differences.push({ what: 'findings', message: `findings document: ${wrong}`, was: digest });
    }
    return all.length === digests.length ? all : null;
  }

  /** Reads an artifact to its end, which verifies its digest, and gives the number of its bytes. */
  private async readThrough(tenant: TenantSlug, digest: Digest): Promise<number> {
    let bytes = 0;
    for await (const { length } of await this.artifacts.open(tenant, digest)) bytes += length;
    return bytes;
  }

  /** Why something cannot be read; a store that is away is an error and no answer. */
  private async reasonAgainst(read: () => Promise<unknown>): Promise<'missing' | 'damaged' | null> {
    try {
      await read();
      return null;
    } catch (error) {
      const { kind, code } = asAssayError(error);
      if (kind === 'unavailable') throw error;
      return code === 'artifacts.missing' ? 'missing' : 'damaged';
    }
  }
}
