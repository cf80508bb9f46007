import { type ComplianceMode, hostChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { type AgentIntervals, AgentSettings, intervalFrames, settingsFrames } from './agent-settings.js';
import { ChangeHostsStore, type HostChange } from './change-hosts.store.js';
import { type Host, hostChangedOf } from './host.js';
import { lockHosts } from './host-links.store.js';
import { type HostGroup, HostGroupsStore } from './host-groups.store.js';
import { effectiveSchedule, type Schedule } from './host-schedule.js';
import { HOST_SETTINGS, type HostSettings } from './host-settings.js';
import { visibilityOf } from './host-visibility.js';
import { HostsStore } from './hosts.store.js';

/** Changes what holds for hosts, says so, and tells their agents what concerns them. In the caller's transaction. */
@Injectable()
export class ChangeSettings {
  constructor(
    private readonly hosts: HostsStore,
    private readonly changes: ChangeHostsStore,
    private readonly groups: HostGroupsStore,
    private readonly agents: AgentSettings,
    @Inject(HOST_SETTINGS) private readonly settings: HostSettings,
  ) {}

  /** One host. A group that it comes into gives it its mode, unless the change says one. @throws AssayError `hosts.unknown` */
  async ofHost(tx: Transaction, caller: Principal, hostId: Uuid, change: HostChange): Promise<Host> {
    const { id } = await this.hosts.get(tx, hostId, visibilityOf(caller));
    await this.changes.lock(tx, id);
    const before = await this.hosts.get(tx, id);
    const intervals = await this.intervals(tx, [id]);
    const mode = change.complianceMode ?? (await this.modeOfNewGroup(tx, before, change.groups ?? []));
    await this.changes.change(tx, id, { ...change, complianceMode: mode });
    const host = await this.hosts.get(tx, id);
    tx.publish(hostChangedV1, hostChangedOf(host), { subject: id, version: host.version });
    await this.agents.tell(tx, id, [
      ...settingsFrames(before, host),
      ...intervalFrames(host, intervals.get(id)!, (await this.intervals(tx, [id])).get(id)!),
    ]);
    return host;
  }

  /** A group as a whole; its mode is given to every host that is in it now. Null takes the group's settings away. */
  async ofGroup(
    tx: Transaction,
    name: string,
    group: Omit<HostGroup, 'name' | 'updatedAt' | 'updatedBy'> | null,
  ): Promise<void> {
    await lockHosts(tx);
    const members = await this.groups.members(tx, name);
    const intervals = await this.intervals(tx, members);
    if (group === null) await this.groups.remove(tx, name);
    else await this.groups.save(tx, { ...group, name });
    await this.changes.checkAgain(tx, members);
    await this.giveMode(tx, members, group?.complianceMode ?? null);
    const changed = await this.intervals(tx, members);
    for (const host of await this.hosts.byIds(tx, members)) {
      await this.agents.tell(tx, host.id, intervalFrames(host, intervals.get(host.id)!, changed.get(host.id)!));
    }
  }

  private async giveMode(tx: Transaction, members: readonly Uuid[], mode: ComplianceMode | null): Promise<void> {
    if (mode === null) return;
    const before = new Map((await this.hosts.byIds(tx, members)).map((host) => [host.id, host]));
    for (const host of await this.hosts.byIds(tx, await this.changes.setMode(tx, members, mode))) {
      tx.publish(hostChangedV1, hostChangedOf(host), { subject: host.id, version: host.version });
      await this.agents.tell(tx, host.id, settingsFrames(before.get(host.id)!, host));
    }
  }

  private async modeOfNewGroup(
    tx: Transaction,
    before: Host,
    groups: readonly string[],
  ): Promise<ComplianceMode | undefined> {
    for (const name of groups.filter((group) => !before.groups.includes(group))) {
      const mode = (await this.groups.get(tx, name))?.complianceMode ?? null;
      if (mode !== null) return mode;
    }
    return undefined;
  }

  private async intervals(tx: Transaction, hostIds: readonly Uuid[]): Promise<Map<Uuid, AgentIntervals>> {
    const schedules = await this.groups.schedules(tx, hostIds);
    return new Map([...schedules].map(([id, { own, groups }]) => [id, intervalsOf(own, groups, this.settings)]));
  }
}

function intervalsOf(own: Schedule, groups: readonly Schedule[], settings: HostSettings): AgentIntervals {
  const { updateIntervalMinutes, scanIntervalMinutes } = effectiveSchedule(own, groups, settings);
  return { updateMinutes: updateIntervalMinutes, scanMinutes: scanIntervalMinutes };
}
