import { ArtifactStore } from '@assay/artifacts';
import type { ArtifactRef, Subject } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import type { Exception, Scope } from '../exceptions/exception.js';
import { type Exclusion, exceptionOfExclusion, readExclusions } from '../exceptions/exclusions-file.js';
import { limits } from '../limits.js';

/** Of whose run the file speaks, who sent it, and when. */
interface SentWith {
  readonly subject: Subject | null;
  readonly by: string;
  readonly at: Date;
}

/**
 * The file of exclusions that came with a run, as exceptions of origin `ci`. PatchHound's clients send one with each run,
 * an empty one most of the time, so that what was read is kept.
 */
@Injectable()
export class ReadCiExclusions {
  private readonly kept = new Map<string, readonly Exclusion[]>();

  constructor(private readonly artifacts: ArtifactStore) {}

  /** What is no exclusion is left out: it excludes nothing. @throws what `ArtifactStore.read` throws */
  async execute(tenant: TenantSlug, { digest }: ArtifactRef, { subject, by, at }: SentWith): Promise<Exception[]> {
    const key = `${tenant}/${digest}`;
    const items = this.kept.get(key) ?? itemsIn(await this.artifacts.read(tenant, digest, limits.ciExclusionsBytes));
    this.kept.set(key, items);
    if (this.kept.size > limits.ciExclusionsKept) this.kept.delete(this.kept.keys().next().value!);
    const where = scopeOf(subject);
    return items.map((item) => exceptionOfExclusion(item, { origin: 'ci', where, by, at }));
  }
}

function itemsIn(bytes: Buffer): readonly Exclusion[] {
  try {
    return readExclusions(JSON.parse(bytes.toString('utf8'))).items;
  } catch {
    return [];
  }
}

const nowhere = { provider: null, org: null, repo: null, image: null, purl: null };

/** Its run is all that such an exception is applied to; the scope says what to people. */
function scopeOf(subject: Subject | null): Scope {
  if (subject !== null && 'repo' in subject) {
    const { provider, org, repo } = subject;
    return { ...nowhere, kind: 'repository', provider, org, repo };
  }
  if (subject?.kind === 'image') return { ...nowhere, kind: 'image', image: subject.imageName };
  return { ...nowhere, kind: 'tenant' };
}
