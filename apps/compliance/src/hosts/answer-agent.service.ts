import type { Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { integrationsAnswer, pingAnswer, readPing, versionAnswer } from './agent-answers.js';
import { hostOfAgent } from './agent-host.js';
import type { Host } from './host.js';
import { HostGroupsStore } from './host-groups.store.js';
import { effectiveSchedule } from './host-schedule.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { HostsStore } from './hosts.store.js';
import { NotePing } from './note-ping.service.js';

/** Answers what PatchMon's agents ask when they start, and their pings. Never anything but what is known of the host. */
@Injectable()
export class AnswerAgent {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: HostsStore,
    private readonly groups: HostGroupsStore,
    private readonly notePing: NotePing,
    @Inject(HOST_SETTINGS) private readonly settings: HostSettings,
  ) {}

  async updateInterval(caller: Principal): Promise<object> {
    return this.answer(caller, async (tx, host) => ({ updateInterval: await this.minutes(tx, host) }));
  }

  async integrations(caller: Principal): Promise<object> {
    return this.answer(caller, async (_tx, host) => integrationsAnswer(host));
  }

  /** A sign of life. @param body whatever came; what makes no sense in it is as good as missing */
  async ping(caller: Principal, body: unknown): Promise<object> {
    return this.answer(caller, async (tx, host) => {
      const ping = readPing(body);
      const wantsScan = await this.notePing.execute(tx, host, ping, await this.minutes(tx, host));
      return pingAnswer(host, ping, tx.now, wantsScan);
    });
  }

  /** @param currentVersion as the agent says, null if it does not */
  async version(caller: Principal, currentVersion: string | null): Promise<object> {
    return this.answer(caller, async (tx, host) => {
      if (currentVersion !== null) await this.notePing.version(tx, host, currentVersion);
      return versionAnswer(currentVersion ?? host.agentVersion ?? '');
    });
  }

  private async minutes(tx: Transaction, { id }: Host): Promise<number> {
    const { own, groups } = (await this.groups.schedules(tx, [id])).get(id)!;
    return effectiveSchedule(own, groups, this.settings).updateIntervalMinutes;
  }

  private async answer(caller: Principal, give: (tx: Transaction, host: Host) => Promise<object>): Promise<object> {
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => give(tx, await hostOfAgent(tx, this.hosts, caller)));
  }
}
