import { ArtifactStore } from '@assay/artifacts';
import type { EngineRun, Finding } from '@assay/contracts';
import { pickElementBatches } from '@assay/documents';
import type { Digest, TenantSlug, Uuid } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import type { AcceptedReceipt, JudgedScans } from '../../receipts/receipt.js';
import { refusal } from '../patchhound.errors.js';
import { componentsOf } from './cyclonedx-components.js';
import { CycloneDxVulnerabilities } from './cyclonedx-vulnerabilities.js';
import { KevMatches, type KevRecord } from './kev-matches.js';

/** What PatchHound calls the KEV matches of a scan. */
export interface PrioVulns {
  /** Of the catalogue that was matched with. */
  readonly version: string;
  readonly release_date: string;
  readonly prioritized_vulns: {
    readonly matched_grype_vulnerabilities: readonly KevRecord[];
    readonly matched_trivy_vulnerabilities: readonly KevRecord[];
  };
}

/** What our engine says of the SBOM of a scan, and what of that and of trivy's report is known to be exploited. */
export interface MatchResult {
  readonly tenant: TenantSlug;
  readonly receiptId: Uuid;
  readonly sbom: Digest;
  readonly vulnerabilities: CycloneDxVulnerabilities;
  readonly prioVulns: PrioVulns;
}

/** A judged receipt, as far as its findings matter. */
export type JudgedReceipt = Pick<AcceptedReceipt, 'id' | 'tenant' | 'documents'>;

/** Reads the findings documents that a verdict follows from. */
@Injectable()
export class ReadMatchResult {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** @throws AssayError `patchhound.scan-failed` where the SBOM is not among what was judged */
  async execute({ id, tenant, documents }: JudgedReceipt, scans: JudgedScans): Promise<MatchResult> {
    const sbom = documents.find(({ role }) => role === 'sbom');
    const ofSbom = scans.find(({ document }) => document === sbom?.digest);
    if (sbom === undefined || ofSbom === undefined) {
      throw refusal('patchhound.scan-failed', 'The SBOM was not matched');
    }
    const vulnerabilities = new CycloneDxVulnerabilities();
    const kevOfSbom = new KevMatches();
    const engines = await this.read(tenant, ofSbom.findings.digest, (finding) => {
      vulnerabilities.add(finding);
      kevOfSbom.add(finding);
    });
    const kevOfTrivy = new KevMatches();
    const ofTrivy = scans.find(({ tool }) => tool === 'trivy');
    if (ofTrivy) await this.read(tenant, ofTrivy.findings.digest, (finding) => kevOfTrivy.add(finding));
    const data = engines[0]?.data ?? {};
    const prioVulns: PrioVulns = {
      version: data['kevVersion'] ?? '',
      release_date: data['kevReleased'] ?? '',
      prioritized_vulns: {
        matched_grype_vulnerabilities: kevOfSbom.values(),
        matched_trivy_vulnerabilities: kevOfTrivy.values(),
      },
    };
    return { tenant, receiptId: id, sbom: sbom.digest, vulnerabilities, prioVulns };
  }

  /** The vulnerabilities as a CycloneDX document, piece by piece: the components of the SBOM and what affects them. */
  async *cycloneDx({ tenant, receiptId, sbom, vulnerabilities }: MatchResult): AsyncGenerator<string> {
    yield `{"bomFormat":"CycloneDX","specVersion":"1.6","serialNumber":"urn:uuid:${receiptId}","version":1,`;
    yield '"metadata":{"tools":{"components":[{"type":"application","name":"assay-osv"}]}},"components":[';
    yield* listed(componentsOf(await this.artifacts.open(tenant, sbom)));
    yield '],"vulnerabilities":[';
    yield* listed(vulnerabilities.values());
    yield ']}';
  }

  private async read(tenant: TenantSlug, digest: Digest, each: (finding: Finding) => void): Promise<EngineRun[]> {
    let engines: EngineRun[] = [];
    const source = await this.artifacts.open(tenant, digest);
    for await (const batch of pickElementBatches(source, ['engines', 'findings.*'])) {
      for (const { path, value } of batch) {
        if (path === 'engines') engines = value as EngineRun[];
        else if (path === 'findings.*') each(value as Finding);
      }
    }
    return engines;
  }
}

async function* listed(values: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '';
  for await (const value of values) {
    yield separator + JSON.stringify(value);
    separator = ',';
  }
}
