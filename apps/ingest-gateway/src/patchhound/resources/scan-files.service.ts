import { ArtifactStore } from '@assay/artifacts';
import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { ReadMatchResult } from '../scans/match-result.service.js';
import { MadeFiles } from './made-files.service.js';
import type { NativeAttestation } from './native-report.js';
import { NativeRuns } from './native-runs.client.js';
import { type RescanTrail, rescanTrailsOf } from './rescan-trail.js';
import { type ResourceFile, textFile } from './resource-file.js';
import { digestOfRole, fileText, type ScanDirectory } from './scan-directory.js';

/** Documents of a scan by role, with the ends of their names; PatchHound attests two of them. */
const documents = [
  { role: 'sbom', end: 'syft_sbom_cyclonedx.json', isAttested: true },
  { role: 'sast_report', end: 'semgrep_sast_report.json', isAttested: false },
  { role: 'trivy_report', end: 'trivy_report.json', isAttested: true },
] as const;

/** The files of a scan (`wire/patchhound.md` §4). No private key is among them: those of this platform are handed out to nobody. */
@Injectable()
export class ScanFiles {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly native: NativeRuns,
    private readonly readMatchResult: ReadMatchResult,
    private readonly made: MadeFiles,
  ) {}

  /** All that there are by now; nothing is read or made before it is opened. */
  async list(scan: ScanDirectory): Promise<ResourceFile[]> {
    const { principal } = scan.caller;
    const [attestations, rescans] = await Promise.all([
      this.native.attestations(principal, scan.receipt.id),
      scan.receipt.result === null ? [] : this.native.rescans(principal, scan.receipt.result.runId),
    ]);
    const ofDocuments = documents.flatMap(({ role, end, isAttested }) =>
      this.ofDocument(scan, role, `${scan.stem}_${end}`, isAttested ? attestations : []),
    );
    const { failOn } = scan.run.context;
    return [
      ...ofDocuments,
      ...this.publicKey(scan, attestations),
      ...this.judged(scan),
      ...this.rescanned(scan, rescanTrailsOf(rescans)),
      ...(failOn === null
        ? []
        : [textFile(`${scan.stem}_fail_on_severity.json`, () => fileText({ fail_on_severity: failOn }))]),
    ];
  }

  private ofDocument(
    scan: ScanDirectory,
    role: string,
    name: string,
    attestations: readonly NativeAttestation[],
  ): ResourceFile[] {
    const digest = digestOfRole(scan, role);
    if (digest === undefined) return [];
    const { principal } = scan.caller;
    const itself = {
      name,
      open: async () => Readable.from(await this.artifacts.open(principal.tenant, digest)),
    };
    const attestation = attestations.find((each) => each.document.digest === digest);
    if (attestation === undefined) return [itself];
    return [
      itself,
      { name: `${name}.att`, open: () => this.native.envelope(principal, attestation.id) },
      { name: `${name}_att.sig`, open: () => this.native.envelopeSignature(principal, attestation.id) },
    ];
  }

  /** That of the SBOM's attestation: keys of this platform are the organization's and outlive a scan. */
  private publicKey(scan: ScanDirectory, attestations: readonly NativeAttestation[]): ResourceFile[] {
    const sbom = digestOfRole(scan, 'sbom');
    const keyId = (attestations.find(({ document }) => document.digest === sbom) ?? attestations[0])?.keyId;
    if (keyId === undefined) return [];
    return [{ name: `${scan.stem}.pub`, open: () => this.native.publicKey(scan.caller.principal, keyId) }];
  }

  private judged(scan: ScanDirectory): ResourceFile[] {
    const { stem, receipt } = scan;
    const { result, scans } = receipt;
    if (result === null || scans === null) return [];
    const match = () => this.readMatchResult.execute(receipt, scans);
    return [
      {
        name: `${stem}_grype_vulns_cyclonedx.json`,
        open: async () => Readable.from(this.readMatchResult.cycloneDx(await match())),
      },
      textFile(`${stem}_prio_vuln_data.json`, async () => fileText((await match()).prioVulns)),
      textFile(`${stem}_summary_report.json`, () => this.made.summary(scan, result.runId)),
      textFile(`${stem}_audit_trail.json`, () => this.made.auditTrail(scan, result.runId)),
    ];
  }

  private rescanned(scan: ScanDirectory, trails: readonly RescanTrail[]): ResourceFile[] {
    const { result } = scan.receipt;
    if (result === null) return [];
    return trails.map(({ name, rescanId }) =>
      textFile(`${scan.stem}_audit_trail_${name}.json`, () => this.made.rescanTrail(scan, result.runId, rescanId)),
    );
  }
}
