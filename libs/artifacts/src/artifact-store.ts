import { AssayError, isDigest, isTenantSlug, type Digest, type TenantSlug } from '@assay/kernel';
import { contentOf, type ArtifactContent } from './artifact-content.js';
import { missing, tooLarge } from './artifacts.errors.js';
import type { BlobDriver, BlobKey, StoredArtifact } from './blob-driver.js';
import { verified } from './verified-stream.js';

/** What travels in events instead of a document: the claim check. */
export interface ArtifactRef {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly mediaType: string;
}

/** An artifact that is about to be read: its size, and its bytes once, verified while they pass. */
export interface OpenArtifact extends AsyncIterable<Uint8Array> {
  /** In bytes. */
  readonly size: number;
}

/**
 * Documents by their SHA-256, each tenant for itself (`<tenant>/<64 hex digits>`). Bytes that come out are those that
 * went in, or there is an error: every read checks the digest.
 *
 * All methods throw `artifacts.unavailable` (kind `unavailable`) if the disk or server can't be used, and
 * `artifacts.bad-key` (kind `bug`) for a tenant or digest that is none.
 */
export class ArtifactStore {
  constructor(private readonly driver: BlobDriver) {}

  /** Makes folders or the bucket. Called once, by the module. */
  start(): Promise<void> {
    return this.driver.start();
  }

  /** For health probes: throws if nothing can be stored at this moment. */
  check(): Promise<void> {
    return this.driver.check();
  }

  /**
   * Stores the bytes durably; after it has returned the reference may be committed. To put what is there already is
   * cheap and makes it young again, so that the collection of the unreferenced spares it.
   */
  async put(
    tenant: TenantSlug,
    content: Uint8Array | ArtifactContent,
    mediaType = 'application/octet-stream',
  ): Promise<ArtifactRef> {
    const known = content instanceof Uint8Array ? contentOf(content) : content;
    await this.driver.write(keyOf(tenant, known.digest), known, mediaType);
    return { digest: known.digest, size: known.size, mediaType };
  }

  /**
   * The artifact as a stream. Throws `artifacts.missing` at once, and `artifacts.tampered` at the end of the stream,
   * before the last chunk is given out, if the bytes are not those of the digest.
   */
  async open(tenant: TenantSlug, digest: Digest): Promise<OpenArtifact> {
    const key = keyOf(tenant, digest);
    const size = await this.driver.sizeOf(key);
    if (size === undefined) throw missing(digest);
    return { size, [Symbol.asyncIterator]: () => verified(this.driver.read(key), digest) };
  }

  /** The whole artifact, verified. Throws like `open`, and `artifacts.too-large` as soon as it exceeds `maxBytes`. */
  async read(tenant: TenantSlug, digest: Digest, maxBytes: number): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of verified(this.driver.read(keyOf(tenant, digest)), digest)) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(digest, maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size);
  }

  async has(tenant: TenantSlug, digest: Digest): Promise<boolean> {
    return (await this.driver.sizeOf(keyOf(tenant, digest))) !== undefined;
  }

  /**
   * Removes an artifact; false if it was not there. The collection of the unreferenced gives `unlessPutSince`, the time
   * up to which it has looked: what was put again after it stays, and the answer is false.
   */
  remove(tenant: TenantSlug, digest: Digest, unlessPutSince?: Date): Promise<boolean> {
    return this.driver.remove(keyOf(tenant, digest), unlessPutSince);
  }

  /** What a tenant has that was last put before `olderThan`, in no particular order. */
  async *list(tenant: TenantSlug, olderThan: Date): AsyncGenerator<StoredArtifact> {
    for await (const artifact of this.driver.list(tenantOf(tenant))) {
      if (artifact.storedAt < olderThan) yield artifact;
    }
  }
}

/** Keys become paths, so that nothing but a slug and a digest may be in them. */
function keyOf(tenant: string, digest: string): BlobKey {
  if (!isDigest(digest)) throw badKey(`${JSON.stringify(digest)} is no digest`);
  return { tenant: tenantOf(tenant), digest };
}

function tenantOf(tenant: string): TenantSlug {
  if (!isTenantSlug(tenant)) throw badKey(`${JSON.stringify(tenant)} is no tenant`);
  return tenant;
}

function badKey(message: string): AssayError {
  return new AssayError('bug', 'artifacts.bad-key', message);
}
