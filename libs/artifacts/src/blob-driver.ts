import type { Digest, TenantSlug } from '@assay/kernel';
import type { ArtifactContent } from './artifact-content.js';

/** Where an artifact lies. Tenants share nothing: no deletion, quota or guess of one touches another. */
export interface BlobKey {
  readonly tenant: TenantSlug;
  readonly digest: Digest;
}

/** Something that lies in the store, without its bytes. */
export interface StoredArtifact {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** When it was last put: putting it again makes it young. */
  readonly storedAt: Date;
}

/**
 * A place for bytes. It checks neither keys nor digests: `ArtifactStore` does, once for all drivers. Every method throws
 * `artifacts.unavailable` if the place can't be reached.
 */
export interface BlobDriver {
  /** Makes what has to be there: folders, the bucket. */
  start(): Promise<void>;
  /** Throws if nothing can be stored at this moment. */
  check(): Promise<void>;
  /** Stores durably: once it returns, a loss of power loses nothing. Harmless if the same is there already. */
  write(key: BlobKey, content: ArtifactContent, mediaType: string): Promise<void>;
  /** Size in bytes, or undefined if there is nothing. */
  sizeOf(key: BlobKey): Promise<number | undefined>;
  /** The bytes. Throws `artifacts.missing`, not before the first is asked for. */
  read(key: BlobKey): AsyncIterable<Uint8Array>;
  /** Removes it, unless it has been put again since `unlessPutSince`. False if it stays or was not there. */
  remove(key: BlobKey, unlessPutSince?: Date): Promise<boolean>;
  /** All that a tenant has, in no particular order. */
  list(tenant: TenantSlug): AsyncIterable<StoredArtifact>;
}
