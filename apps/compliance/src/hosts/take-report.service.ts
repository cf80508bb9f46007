import { hostChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { EndCommands } from '../commands/end-commands.service.js';
import { hostOfAgent } from './agent-host.js';
import { AgentNotesStore } from './agent-notes.store.js';
import { hostChangedOf } from './host.js';
import { HostsStore } from './hosts.store.js';
import { NameHost } from './name-host.service.js';
import type { IntegrationStatus } from './read-integration-status.js';
import type { AgentReport } from './read-report.js';

/** Keeps what PatchMon's agents report of their hosts. */
@Injectable()
export class TakeReport {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: HostsStore,
    private readonly notes: AgentNotesStore,
    private readonly nameHost: NameHost,
    private readonly endCommands: EndCommands,
  ) {}

  /** The full report. Its host name and machine id are claims, taken by the rules of `link-hosts.ts`. */
  async report(caller: Principal, report: AgentReport): Promise<void> {
    await this.run(caller, async (tx) => {
      const { id } = await hostOfAgent(tx, this.hosts, caller);
      await this.notes.inventory(tx, id, report);
      const joined = await this.nameHost.execute(tx, id, report.hostname, report.machineId);
      if (joined === null) return;
      const host = await this.hosts.get(tx, id);
      tx.publish(hostChangedV1, hostChangedOf(host, joined), { subject: host.id, version: host.version });
    });
  }

  /** What an integration is like, and with it how an installation goes. */
  async integration(caller: Principal, status: IntegrationStatus): Promise<void> {
    await this.run(caller, async (tx) => {
      const { id } = await hostOfAgent(tx, this.hosts, caller);
      const { integration, scannerInfo, ...note } = status;
      await this.notes.integration(tx, id, { integration, note: { ...note, at: tx.now.toISOString() }, scannerInfo });
      await this.endCommands.onIntegrationStatus(tx, id, status);
    });
  }

  /** Whether the agent is one of a host that is known: what it sent is not kept. @throws AssayError as `hostOfAgent` */
  async nothing(caller: Principal): Promise<void> {
    await this.run(caller, async (tx) => {
      await hostOfAgent(tx, this.hosts, caller);
    });
  }

  private async run(caller: Principal, work: (tx: Transaction) => Promise<void>): Promise<void> {
    await this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, work);
  }
}
