import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { hexOf, isDigest, type Digest, type TenantSlug } from '@assay/kernel';
import { Client, S3Error } from 'minio';
import type { ArtifactContent } from './artifact-content.js';
import { missing, unavailable } from './artifacts.errors.js';
import type { S3Settings } from './artifacts.settings.js';
import type { BlobDriver, BlobKey, StoredArtifact } from './blob-driver.js';
import { bucketAttempts, bucketRetryMs, s3PartBytes } from './limits.js';
import { silenceBoundAgent } from './silence-bound-agent.js';

/**
 * What servers answer to who makes a bucket that another process makes at this moment: MinIO one of the first two, S3
 * `OperationAborted`, and SeaweedFS, which remembers for a moment that there was none, `NoSuchBucket`.
 */
const madeByAnother = ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists', 'OperationAborted', 'NoSuchBucket'] as const;

/** Artifacts in one bucket of an S3 server, as `<tenant>/<64 hex digits>`. Tried with MinIO and SeaweedFS. */
export class S3Driver implements BlobDriver {
  private readonly client: Client;
  private readonly bucket: string;
  private readonly region: string;

  constructor(settings: S3Settings) {
    const endpoint = new URL(settings.endpoint);
    const useSSL = endpoint.protocol === 'https:';
    this.bucket = settings.bucket;
    this.region = settings.region ?? 'us-east-1';
    this.client = new Client({
      endPoint: endpoint.hostname,
      port: endpoint.port === '' ? (useSSL ? 443 : 80) : Number(endpoint.port),
      useSSL,
      accessKey: settings.accessKey,
      secretKey: settings.secretKey,
      // Known, so that the client does not ask the server before its first request.
      region: this.region,
      partSize: s3PartBytes,
      transportAgent: silenceBoundAgent(useSSL),
      // Whoever calls us retries by the kind of the error; the client's own attempts would print to the console.
      retryOptions: { disableRetry: true },
    });
  }

  async start(): Promise<void> {
    await guarded(`The bucket ${this.bucket} can not be prepared`, async () => {
      for (let attempt = 1; !(await this.client.bucketExists(this.bucket)); attempt += 1) {
        try {
          return await this.client.makeBucket(this.bucket, this.region);
        } catch (error) {
          if (attempt === bucketAttempts || !hasCode(error, ...madeByAnother)) throw error;
          await sleep(bucketRetryMs);
        }
      }
    });
  }

  async check(): Promise<void> {
    const there = await guarded('The S3 server can not be reached', () => this.client.bucketExists(this.bucket));
    if (!there) throw unavailable(`There is no bucket ${this.bucket}`);
  }

  /** Puts it in any case: that makes it young, and heals what was damaged. The size is known, so one part is held at most. */
  async write(key: BlobKey, content: ArtifactContent, mediaType: string): Promise<void> {
    const body = Readable.from(content.content(), { objectMode: false });
    await guarded('The artifact could not be stored', () =>
      this.client.putObject(this.bucket, nameOf(key), body, content.size, { 'Content-Type': mediaType }),
    );
  }

  async sizeOf(key: BlobKey): Promise<number | undefined> {
    return (await this.statOf(key))?.size;
  }

  async *read(key: BlobKey): AsyncGenerator<Uint8Array> {
    try {
      yield* (await this.client.getObject(this.bucket, nameOf(key))) as AsyncIterable<Buffer>;
    } catch (error) {
      if (isMissing(error)) throw missing(key.digest, error);
      throw unavailable('The artifact can not be read', error);
    }
  }

  /** Looks at its age first. S3 has no way to do both at once that all servers know. */
  async remove(key: BlobKey, unlessPutSince?: Date): Promise<boolean> {
    const found = await this.statOf(key);
    if (found === undefined) return false;
    if (unlessPutSince !== undefined && found.lastModified >= unlessPutSince) return false;
    await guarded('The artifact could not be removed', () => this.client.removeObject(this.bucket, nameOf(key)));
    return true;
  }

  async *list(tenant: TenantSlug): AsyncGenerator<StoredArtifact> {
    const prefix = `${tenant}/`;
    try {
      const objects = this.client.listObjectsV2(this.bucket, prefix, true) as AsyncIterable<ListedObject>;
      for await (const { name, size, lastModified } of objects) {
        const digest = `sha256:${name.slice(prefix.length)}`;
        if (isDigest(digest)) yield { digest, size, storedAt: lastModified };
      }
    } catch (error) {
      throw unavailable('The artifacts can not be listed', error);
    }
  }

  private async statOf(key: BlobKey): Promise<{ size: number; lastModified: Date } | undefined> {
    try {
      return await this.client.statObject(this.bucket, nameOf(key));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unavailable('The artifact can not be looked up', error);
    }
  }
}

/** What a recursive listing yields; the client's own type also covers the folders of one that is not. */
interface ListedObject {
  readonly name: string;
  readonly size: number;
  readonly lastModified: Date;
}

function nameOf({ tenant, digest }: { tenant: TenantSlug; digest: Digest }): string {
  return `${tenant}/${hexOf(digest)}`;
}

/** `NotFound` is what the client makes of a HEAD without a body. A missing bucket is no missing artifact. */
function isMissing(error: unknown): boolean {
  return hasCode(error, 'NoSuchKey', 'NotFound');
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof S3Error && error.code !== undefined && codes.includes(error.code);
}

async function guarded<Result>(what: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw unavailable(what, error);
  }
}
