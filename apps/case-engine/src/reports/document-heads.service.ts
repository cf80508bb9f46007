import { ArtifactStore } from '@assay/artifacts';
import { type ArtifactRef, artifactRef, type EngineRun, engineRun } from '@assay/contracts';
import { pickElements } from '@assay/documents';
import type { TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

/** What a findings document says before its findings: what was read, and by whom. */
export interface DocumentHead {
  /** Only documents of before say what they were made of; their scan does. */
  readonly document?: ArtifactRef | undefined;
  readonly engines: readonly EngineRun[];
  readonly warnings: readonly string[];
}

/** The last of them is the last before the findings. */
const fields = ['document', 'engines', 'warnings'] as const;

/** Heads of findings documents, of which the findings are not read: they are the most of it, and stand last. */
@Injectable()
export class DocumentHeads {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** @throws AssayError what `ArtifactStore.open` throws */
  async execute(tenant: TenantSlug, findings: ArtifactRef['digest']): Promise<DocumentHead> {
    const found = new Map<string, unknown>();
    for await (const { path, value } of pickElements(await this.artifacts.open(tenant, findings), [...fields])) {
      found.set(path, value);
      if (path === fields.at(-1)) break;
    }
    return head.parse(Object.fromEntries(found));
  }
}

const head = z.object({ document: artifactRef.optional(), engines: z.array(engineRun), warnings: z.array(z.string()) });
