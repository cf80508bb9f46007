import { ArtifactStore, type OpenArtifact } from '@assay/artifacts';
import type { ArtifactRef } from '@assay/contracts';
import { asAssayError, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import type { WholeSignal } from './read-signals.store.js';

/** Gives the context of a signal in full: JSON as text, or as the artifact where it was too long for a message. */
@Injectable()
export class OpenContext {
  constructor(private readonly artifacts: ArtifactStore) {}

  async execute(
    tenant: TenantSlug,
    { context, context_document: document }: WholeSignal,
  ): Promise<string | OpenArtifact> {
    if (document === null) return context;
    const { digest } = JSON.parse(document) as ArtifactRef;
    return this.artifacts.open(tenant, digest).catch((error: unknown) => {
      // What is left of it is better than nothing, and `mended` says that it is not all.
      if (asAssayError(error).code === 'artifacts.missing') return context;
      throw error;
    });
  }
}
