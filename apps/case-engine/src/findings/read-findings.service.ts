import { ArtifactStore } from '@assay/artifacts';
import { type Finding, findingsDocumentSchema } from '@assay/contracts';
import { AssayError, type Digest, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';

/** Findings as they travel: the digest of their document, and of the findings alone where the scanner said it. */
export interface FindingsRef {
  readonly digest: Digest;
  readonly content: string | null;
}

/**
 * Findings documents, verified and parsed. A digest names the same findings for ever, so parsed ones are kept while there
 * is room: the other documents of a run and the baseline of a pull request are asked for with each of its scans, and most
 * scans find what the last one found.
 */
@Injectable()
export class ReadFindings {
  private readonly kept = new Map<string, { readonly findings: readonly Finding[]; readonly bytes: number }>();
  private keptBytes = 0;

  constructor(private readonly artifacts: ArtifactStore) {}

  /**
   * The findings behind this claim check, or of the document with this digest.
   * @throws AssayError `cases.malformed-findings` for what is no findings document, and what `ArtifactStore.read` throws
   */
  async execute(tenant: TenantSlug, ref: FindingsRef | Digest): Promise<readonly Finding[]> {
    const { digest, content } = typeof ref === 'string' ? { digest: ref, content: null } : ref;
    const key = `${tenant}/${content ?? digest}`;
    const known = this.kept.get(key);
    if (known !== undefined) {
      // Moved to the end: what was asked for last leaves last.
      this.kept.delete(key);
      this.kept.set(key, known);
      return known.findings;
    }
    const bytes = await this.artifacts.read(tenant, digest, limits.findingsDocumentBytes);
    const findings = parse(bytes);
    this.keep(key, findings, bytes.length);
    return findings;
  }

  private keep(key: string, findings: readonly Finding[], bytes: number): void {
    if (bytes > limits.findingsCacheBytes || this.kept.has(key)) return;
    this.kept.set(key, { findings, bytes });
    this.keptBytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.keptBytes <= limits.findingsCacheBytes) break;
      this.kept.delete(oldest);
      this.keptBytes -= entry.bytes;
    }
  }
}

function parse(bytes: Buffer): readonly Finding[] {
  try {
    return findingsDocumentSchema.parse(JSON.parse(bytes.toString('utf8'))).findings;
  } catch (cause) {
    const code: CaseEngineErrorCode = 'cases.malformed-findings';
    throw new AssayError('invalid', code, 'The findings document is malformed', { cause });
  }
}
