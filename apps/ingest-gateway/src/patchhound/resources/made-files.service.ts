import type { Principal } from '@assay/identity';
import { Injectable } from '@nestjs/common';
import { type PrioVulns, ReadMatchResult } from '../scans/match-result.service.js';
import { auditTrailOf } from './audit-trail.js';
import { NativeRuns } from './native-runs.client.js';
import type { NativeAttestation, NativeReport, NativeTrail } from './native-report.js';
import { type HistoryFacts } from './repo-history.js';
import { rescanTrailOf } from './rescan-trail.js';
import { digestOfRole, fileText, type ScanDirectory, sha256Of } from './scan-directory.js';
import { summaryOf } from './summary-report.js';

/** The files of a scan that are made of what the platform has recorded. The same records give the same bytes. */
@Injectable()
export class MadeFiles {
  constructor(
    private readonly native: NativeRuns,
    private readonly readMatchResult: ReadMatchResult,
  ) {}

  async summary(scan: ScanDirectory, runId: string): Promise<string> {
    return fileText(summaryOf(await this.native.report(scan.caller.principal, runId), scan.key));
  }

  async auditTrail(scan: ScanDirectory, runId: string): Promise<string> {
    const { principal } = scan.caller;
    const [trail, attestations, prioVulns] = await Promise.all([
      this.native.auditTrail(principal, runId),
      this.native.attestations(principal, scan.receipt.id),
      this.prioVulns(scan),
    ]);
    return trailText(scan, trail, attestations, prioVulns);
  }

  /** The trail of one rescan that found something or failed. */
  async rescanTrail(scan: ScanDirectory, runId: string, rescanId: string): Promise<string> {
    const rescan = await this.native.rescan(scan.caller.principal, runId, rescanId);
    return fileText(rescanTrailOf(rescan, { repo: scan.key, name: scan.run.name }));
  }

  /** What the history says of the scan; its hashes are those of the two files above. */
  async historyFacts(scan: ScanDirectory, runId: string): Promise<HistoryFacts> {
    const { principal } = scan.caller;
    const [report, trail, attestations] = await this.recorded(principal, runId, scan.receipt.id);
    const prioVulns = await this.prioVulns(scan);
    const summary = summaryOf(report, scan.key);
    return {
      name: scan.run.name,
      commitSha: scan.receipt.origin.commitSha,
      sbomDigest: digestOfRole(scan, 'sbom'),
      trivyDigest: digestOfRole(scan, 'trivy_report'),
      auditTrailHash: sha256Of(trailText(scan, trail, attestations, prioVulns)),
      summaryHash: sha256Of(fileText(summary)),
      report,
      counters: summary.counters,
      attestations,
      alerts: alertsOf(trail),
    };
  }

  private async prioVulns({ receipt }: ScanDirectory): Promise<PrioVulns | null> {
    if (receipt.scans === null) return null;
    return (await this.readMatchResult.execute(receipt, receipt.scans)).prioVulns;
  }

  private recorded(
    principal: Principal,
    runId: string,
    receiptId: string,
  ): Promise<[NativeReport, NativeTrail, readonly NativeAttestation[]]> {
    return Promise.all([
      this.native.report(principal, runId),
      this.native.auditTrail(principal, runId),
      this.native.attestations(principal, receiptId),
    ]);
  }
}

function trailText(
  scan: ScanDirectory,
  trail: NativeTrail,
  attestations: readonly NativeAttestation[],
  prioVulns: PrioVulns | null,
): string {
  const { receipt, run, caller, key } = scan;
  return fileText(
    auditTrailOf(trail, {
      organization: caller.organization,
      repo: key,
      name: run.name,
      commitSha: receipt.origin.commitSha,
      commitAuthor: receipt.origin.commitAuthor ?? null,
      skipped: run.context.skipped,
      documents: { sbom: digestOfRole(scan, 'sbom'), trivy: digestOfRole(scan, 'trivy_report') },
      prioVulns,
      verified: new Map(attestations.map(({ document, verified }) => [document.digest, verified !== false])),
    }),
  );
}

/** The texts of alerts that were sent, or could not be. */
function alertsOf({ entries }: NativeTrail): string[] {
  return entries.flatMap(({ what, details }) => {
    if (what !== 'alerted') return [];
    const text = details['message'] ?? details['title'] ?? details['rule'];
    return [typeof text === 'string' ? text : JSON.stringify(details)];
  });
}
