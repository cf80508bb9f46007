import { ArtifactStore } from '@assay/artifacts';
import { pickElementBatches, type PickedElement } from '@assay/documents';
import { AssayError, isDigest, type TenantSlug } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { ReportedPackage } from './run-report.js';
import { merged, packageKey, packagePaths, packagesIn, sbomTools } from './sbom-packages.js';

const paths = [...packagePaths.keys()];

/** A document of a run, as far as its packages go. */
export interface PackageSource {
  readonly tool: string;
  readonly documentDigest: string;
}

export interface PackagesRead {
  readonly packages: readonly ReportedPackage[];
  /** Of those that there are, how many are left out. */
  readonly omitted: number;
  /** Digests of SBOMs that are not kept any more or are no JSON, so that nobody takes their packages for none. */
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
      if (!sbomTools.has(tool) || !isDigest(documentDigest)) continue;
      try {
        for await (const batch of pickElementBatches(await this.artifacts.open(tenant, documentDigest), paths)) {
          for (const each of batch.flatMap(packagesOf)) {
            const key = packageKey(each);
            const known = found.get(key);
            if (known === undefined && found.size >= limits.reportPackages) omitted += 1;
            else found.set(key, known === undefined ? each : merged(known, each));
          }
        }
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        unavailable.push(documentDigest);
      }
    }
    return { packages: [...found.values()].toSorted(byName), omitted, unavailable };
  }
}

/** A path of the other format may lead to what is no list there, which is no failure. */
function packagesOf({ path, value, wrongType }: PickedElement): ReportedPackage[] {
  const format = wrongType === undefined ? packagePaths.get(path) : undefined;
  return format === undefined ? [] : packagesIn(format, value);
}

/** A document that is not kept any more, or that is no JSON: the scanner read it, but its bytes are not read here. */
function isUnreadable(error: unknown): boolean {
  return error instanceof AssayError && (error.code === 'artifacts.missing' || error.code.startsWith('documents.'));
}

function byName(one: ReportedPackage, other: ReportedPackage): number {
  const [a, b] = [packageKey(one), packageKey(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}
