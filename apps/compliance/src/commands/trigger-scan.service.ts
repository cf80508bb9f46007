import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { type Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { AgentHosts } from './agent-hosts.service.js';
import { refused } from './commands.errors.js';
import { RequestCommand, type RequestedCommand } from './request-command.service.js';
import { type ImageScanRequest, planImageScan, planScans, type ScanPlan, type TriggerType } from './scan-request.js';
import { ScannedHostsStore } from './scanned-hosts.store.js';
import type { Host } from '../hosts/host.js';

/** A trigger as it came in, defaults filled. */
export interface Trigger extends ImageScanRequest {
  readonly profileType: TriggerType;
  readonly profileId: string | null;
  readonly enableRemediation: boolean;
  readonly fetchRemoteResources: boolean;
}

/** What a trigger led to: a command for each scan, and whether the agent is there. */
export interface Triggered {
  readonly host: Host;
  readonly connected: boolean;
  readonly requested: readonly RequestedCommand[];
}

/** Has a host scanned: now if its agent is there and idle, else once it is. */
@Injectable()
export class TriggerScan {
  constructor(
    private readonly agentHosts: AgentHosts,
    private readonly scannedHosts: ScannedHostsStore,
    private readonly request: RequestCommand,
  ) {}

  /** @throws AssayError for a host that the caller does not see, and for what its agent would not do */
  async execute(tx: Transaction, caller: Principal, hostId: Uuid, trigger: Trigger): Promise<Triggered> {
    const { host, connected } = await this.agentHosts.get(tx, caller, hostId);
    if (host.complianceMode === 'disabled') {
      throw refused('commands.compliance-off', 'Compliance scanning is disabled for this host');
    }
    if (trigger.profileType === 'oscap-docker') {
      return { host, connected, requested: [await this.scanImages(tx, caller, host, trigger)] };
    }
    const plans = planScans({ ...trigger, profileType: trigger.profileType }, await this.scannedHosts.of(tx, host));
    const requested: RequestedCommand[] = [];
    for (const plan of plans) {
      const { enableRemediation: remediates } = plan;
      const kind = 'scan' as const;
      const options = optionsOf(plan);
      requested.push(
        await this.request.execute(tx, caller, {
          hostId: host.id,
          kind,
          slot: slotOf(plan, plans),
          options,
          remediates,
        }),
      );
    }
    return { host, connected, requested };
  }

  private async scanImages(
    tx: Transaction,
    caller: Principal,
    host: Host,
    asked: ImageScanRequest,
  ): Promise<RequestedCommand> {
    const { imageName, containerName, scanAllImages } = planImageScan(asked);
    await this.agentHosts.connected(tx, host.id);
    const slot = `images:${scanAllImages ? '*' : (imageName ?? `container:${containerName}`)}`;
    const options = { image_name: imageName, container_name: containerName, scan_all_images: scanAllImages };
    return this.request.execute(tx, caller, { hostId: host.id, kind: 'scan-image', slot, options, remediates: false });
  }
}

/** One scan of a host waits, one that remediates beside it, and the second half of one that is two. */
function slotOf(plan: ScanPlan, plans: readonly ScanPlan[]): string {
  if (plan.enableRemediation) return 'scan:remediate';
  return plan === plans[0] ? 'scan' : 'scan:docker-bench';
}

const optionsOf = ({ profileType, profileId, enableRemediation, fetchRemoteResources }: ScanPlan) => ({
  profile_type: profileType,
  profile_id: profileId,
  enable_remediation: enableRemediation,
  fetch_remote_resources: fetchRemoteResources,
});
