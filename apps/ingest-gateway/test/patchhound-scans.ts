import { ArtifactStore } from '@assay/artifacts';
import { type DataOf, documentReceivedV1, type Finding, type FindingsDocument } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { BusRecorder, eventually } from '@assay/testing';
import { anSbom, type Gateway, Installation, type PublishingService } from './harness.js';
import { PatchHoundClient, type RawAnswer } from './patchhound-client.js';

export type ScanFields = Record<string, string | Blob | undefined>;

/** The form of a scan, complete; undefined takes a field away. The token stands last, where it is the hardest. */
export function aScan(token: string, fields: ScanFields = {}): Record<string, string | Blob> {
  const all: ScanFields = {
    sbom: new Blob([anSbom()]),
    sast_report: new Blob(['{"results":[]}']),
    trivy_report: new Blob(['{"SchemaVersion":2,"Results":[]}']),
    exclusions: new Blob(['{"exclusions":[]}']),
    current_repo: 'acme/shop-api',
    commit_sha: '5f1d0c2',
    commit_author: 'Ann <ann@acme.example>',
    tool_versions: '{"syft_version":"1.18.1"}',
    scan_root: '{"scan_root":"/builds/shop"}',
    sast_ruleset: '["--config=p/ci"]',
    alert_system_webhook: '',
    fail_on_severity: 'HIGH',
    token,
    ...fields,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string | Blob] => entry[1] !== undefined),
  );
}

/** A gateway that speaks PatchHound, with the rest of the platform played by the test, event by event. */
export class ScanBench {
  private constructor(
    readonly installation: Installation,
    readonly gateway: Gateway,
    readonly client: PatchHoundClient,
    readonly bus: BusRecorder,
    /** Says what the other services would say. */
    readonly services: PublishingService,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<ScanBench> {
    const installation = await Installation.make();
    const services = await installation.service('case-engine');
    const bus = await BusRecorder.start(installation.prefix);
    const gateway = await installation.gateway(settings);
    return new ScanBench(installation, gateway, new PatchHoundClient(gateway), bus, services);
  }

  /** Sends a scan and judges it: what was accepted, and what the client got. */
  async judged(
    token: string,
    fields: ScanFields = {},
    findings: readonly Finding[] = [],
  ): Promise<{ received: DataOf<typeof documentReceivedV1>; tenant: string; answer: RawAnswer }> {
    const { waiting, received, tenant } = await this.accepted(token, fields);
    const sbom = received.documents.find(({ role }) => role === 'sbom')!;
    const stored = await this.gateway.service.app
      .get(ArtifactStore)
      .put(tenant, Buffer.from(JSON.stringify(findingsDocument(findings))));
    const scans = [{ scanId: newId(), tool: 'sbom', document: sbom.digest, findings: stored }];
    await this.services.decide(received.receiptId, {}, tenant, scans);
    return { received, tenant, answer: await waiting };
  }

  /** Sends a scan that the test then ends in some way of its own. */
  async accepted(
    token: string,
    fields: ScanFields = {},
  ): Promise<{ received: DataOf<typeof documentReceivedV1>; tenant: string; waiting: Promise<RawAnswer> }> {
    const before = this.bus.ofType(documentReceivedV1.type).length;
    const waiting = this.client.form('scan-sbom', aScan(token, fields));
    const event = await eventually('it is accepted', () => this.bus.ofType(documentReceivedV1.type)[before]);
    return { received: event.data as DataOf<typeof documentReceivedV1>, tenant: event.tenant, waiting };
  }

  async stop(): Promise<void> {
    await this.bus.stop();
    await this.installation.stop();
  }
}

function findingsDocument(findings: readonly Finding[]): FindingsDocument {
  const data = { kevVersion: '2031.02.03', kevReleased: '2031-02-03T10:00:00.000Z' };
  return {
    schema: 'assay.findings/v1',
    tool: 'sbom',
    engines: [{ name: 'assay-osv', version: '0.1.0', data, durationMs: 1 }],
    components: 1,
    entries: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
    warnings: [],
    findings: [...findings],
  };
}
