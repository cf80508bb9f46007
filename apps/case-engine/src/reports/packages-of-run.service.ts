import { ArtifactStore, type OpenArtifact } from '@assay/artifacts';
import { pickElementBatches } from '@assay/documents';
import { AssayError, type Digest, isDigest, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { ReportedPackage } from './run-report.js';
import { merged, packageKey, packagePaths, packagesIn } from './sbom-packages.js';

/** A document of a run, as far as its packages go. */
export interface PackageSource {
  readonly tool: string;
  readonly documentDigest: string;
}

export interface PackagesRead {
  readonly packages: readonly ReportedPackage[];
  /** Of those that there are, how many are left out. */
  readonly omitted: number;
  /** Digests of documents whose bytes are not kept any more, so that nobody takes their packages for none. */
  readonly unavailable: readonly string[];
}

/** The packages that a run's SBOMs list, read from the documents themselves while they stream by. */
@Injectable()
export class PackagesOfRun {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** In the order of name, version and purl. @throws AssayError what `ArtifactStore.open` and `pickElements` throw */
  async execute(tenant: TenantSlug, documents: readonly PackageSource[]): Promise<PackagesRead> {
    const found = new Map<string, ReportedPackage>();
    const unavailable: string[] = [];
    let omitted = 0;
    for (const { tool, documentDigest } of documents) {
      const path = packagePaths.get(tool);
      if (path === undefined || !isDigest(documentDigest)) continue;
      const document = await this.open(tenant, documentDigest);
      if (document === null) {
        unavailable.push(documentDigest);
        continue;
      }
      for await (const batch of pickElementBatches(document, [path])) {
        for (const each of batch.flatMap(({ value }) => packagesIn(tool, value))) {
          const key = packageKey(each);
          const known = found.get(key);
          if (known === undefined && found.size >= limits.reportPackages) omitted += 1;
          else found.set(key, known === undefined ? each : merged(known, each));
        }
      }
    }
    return { packages: [...found.values()].toSorted(byName), omitted, unavailable };
  }

  private async open(tenant: TenantSlug, digest: Digest): Promise<OpenArtifact | null> {
    try {
      return await this.artifacts.open(tenant, digest);
    } catch (error) {
      if (error instanceof AssayError && error.code === 'artifacts.missing') return null;
      throw error;
    }
  }
}

function byName(one: ReportedPackage, other: ReportedPackage): number {
  const [a, b] = [packageKey(one), packageKey(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}
