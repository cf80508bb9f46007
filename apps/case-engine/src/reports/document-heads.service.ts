import { ArtifactStore } from '@assay/artifacts';
import { type ArtifactRef, type EngineRun, engineRun } from '@assay/contracts';
import { pickElements } from '@assay/documents';
import { AssayError, type Digest, isDigest, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** What a document and what was found in it say of themselves, the findings left aside. */
export interface DocumentHead {
  /** Of the document, in bytes; null if it is not kept any more. */
  readonly size: number | null;
  readonly engines: readonly EngineRun[];
  readonly warnings: readonly string[];
}

const fields = ['engines', 'warnings'] as const;

/** Heads of documents. Their findings are not read: they are the most of it, and stand last. */
@Injectable()
export class DocumentHeads {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** @throws AssayError what `ArtifactStore.open` throws */
  async execute(
    tenant: TenantSlug,
    { documentDigest, findingsDigest }: { documentDigest: string; findingsDigest: ArtifactRef['digest'] },
  ): Promise<DocumentHead> {
    const found = new Map<string, unknown>();
    for await (const { path, value } of pickElements(await this.artifacts.open(tenant, findingsDigest), [...fields])) {
      found.set(path, value);
      if (found.size === fields.length) break;
    }
    return { ...head.parse(Object.fromEntries(found)), size: await this.sizeOf(tenant, documentDigest) };
  }

  private async sizeOf(tenant: TenantSlug, digest: Digest | string): Promise<number | null> {
    if (!isDigest(digest)) return null;
    try {
      return (await this.artifacts.open(tenant, digest)).size;
    } catch (error) {
      if (error instanceof AssayError && error.code === 'artifacts.missing') return null;
      throw error;
    }
  }
}

const head = z.object({ engines: z.array(engineRun), warnings: z.array(z.string()) });
