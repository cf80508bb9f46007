import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ArtifactStore } from '@assay/artifacts';
import { type Digest, platformTenant } from '@assay/kernel';
import { Injectable } from '@nestjs/common';

/** A file that goes when it is disposed of. */
export interface TemporaryFile extends AsyncDisposable {
  readonly path: string;
}

/** Artifacts of the platform as files: archives are read from their end, which a stream does not have. */
@Injectable()
export class ArtifactFiles {
  constructor(private readonly artifacts: ArtifactStore) {}

  async open(digest: Digest): Promise<TemporaryFile> {
    const directory = await mkdtemp(join(tmpdir(), 'assay-feed-'));
    const path = join(directory, 'upload');
    await pipeline(await this.artifacts.open(platformTenant, digest), createWriteStream(path));
    return { path, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
  }
}
