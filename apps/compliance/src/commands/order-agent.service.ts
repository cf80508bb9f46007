import type { AgentCommandKind } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Host } from '../hosts/host.js';
import { AgentHosts } from './agent-hosts.service.js';
import { notConnected, refused } from './commands.errors.js';
import { RequestCommand, type RequestedCommand } from './request-command.service.js';
import { checkId } from './scan-request.js';
import { ScannedHostsStore } from './scanned-hosts.store.js';

/** A host and the command that it got. */
export interface Ordered extends RequestedCommand {
  readonly host: Host;
}

/** Has an agent do what it does only while it is there: install its scanners, renew their content, repair a rule. */
@Injectable()
export class OrderAgent {
  constructor(
    private readonly agentHosts: AgentHosts,
    private readonly scannedHosts: ScannedHostsStore,
    private readonly request: RequestCommand,
  ) {}

  /** @throws AssayError `commands.not-connected`, and as `AgentHosts` does */
  async installScanner(tx: Transaction, caller: Principal, hostId: string): Promise<Ordered> {
    return this.order(tx, caller, hostId, 'install-scanner', 'install-scanner', {});
  }

  /** `version` is for people; null for the newest there is. */
  async upgradeContent(tx: Transaction, caller: Principal, hostId: string, version: string | null): Promise<Ordered> {
    const options = version === null ? {} : { version };
    return this.order(tx, caller, hostId, 'upgrade-content', 'upgrade-content', options);
  }

  /** The rule by its name in the content, or by our id. @throws AssayError `commands.bad-option` for what agents would drop */
  async remediate(tx: Transaction, caller: Principal, hostId: string, ruleId: string): Promise<Ordered> {
    if (ruleId === '') throw refused('commands.bad-option', 'rule_id is required');
    const rule = await this.scannedHosts.ruleRef(tx, ruleId);
    if (rule === null) throw refused('commands.bad-option', 'Unknown rule_id');
    checkId('rule_id', rule);
    return this.order(tx, caller, hostId, 'remediate', `remediate:${rule}`, { rule_id: rule });
  }

  private async order(
    tx: Transaction,
    caller: Principal,
    id: string,
    kind: AgentCommandKind,
    slot: string,
    options: Readonly<Record<string, unknown>>,
  ): Promise<Ordered> {
    const { host, connected } = await this.agentHosts.get(tx, caller, id);
    if (!connected) throw notConnected();
    const request = { hostId: host.id, kind, slot, options, remediates: kind === 'remediate' };
    return { host, ...(await this.request.execute(tx, caller, request)) };
  }
}
