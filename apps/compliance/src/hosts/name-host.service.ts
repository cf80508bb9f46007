import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { HostLinksStore, type KnownMachine } from './host-links.store.js';
import { HostsStore } from './hosts.store.js';
import { JoinHosts } from './join-hosts.service.js';
import { joinOf, type LinkCandidates } from './link-hosts.js';
import { tellingMachineId, tellingName } from './names.js';

/**
 * An agent with its own key says what its host is called (`link-hosts.ts`, rules 3 and 4): a name or machine id that is
 * free becomes its host's, one that another host has stays a claim. Known for the first time, it may show that an unbound
 * host is this one.
 */
@Injectable()
export class NameHost {
  constructor(
    private readonly links: HostLinksStore,
    private readonly hosts: HostsStore,
    private readonly joinHosts: JoinHosts,
  ) {}

  /** Gives the hosts that ended in this one; null if nothing that others see has changed. */
  async execute(
    tx: Transaction,
    hostId: Uuid,
    hostname: string | null,
    machineId: string | null,
  ): Promise<readonly Uuid[] | null> {
    const name = tellingName(hostname);
    const machine = tellingMachineId(machineId);
    const before = await this.hosts.get(tx, hostId);
    const hasName = name === null || tellingName(before.hostname) === name;
    const hasMachine = machine === null || before.machineId === machine;
    if (hasName && hasMachine) return null;

    await this.links.lock(tx);
    const found = await this.links.machines(tx, name === null ? [] : [name], machine === null ? [] : [machine]);
    const others = found.filter((other) => other.hostId !== hostId);
    const joined = await this.join(tx, hostId, {
      byMachineId: before.machineId === null ? others.filter((other) => other.machineId === machine) : [],
      byName: tellingName(before.hostname) === null ? others.filter((other) => tellingName(other.name) === name) : [],
    });
    const rivals = others.filter((other) => !joined.includes(other.hostId));
    const nameTaken = rivals.some((other) => tellingName(other.name) === name);
    const machineTaken = machine !== null && rivals.some((other: KnownMachine) => other.machineId === machine);
    await this.links.name(tx, hostId, {
      hostname: name === null || nameTaken ? null : hostname!.trim(),
      machineId: machineTaken ? null : machine,
      claimedHostname: nameTaken ? hostname!.trim() : null,
      claimedMachineId: machineTaken ? machine : null,
    });
    const changed = joined.length > 0 || (!hasName && !nameTaken);
    if (changed) await this.links.touch(tx, [hostId]);
    return changed ? joined : null;
  }

  private async join(tx: Transaction, hostId: Uuid, candidates: LinkCandidates): Promise<Uuid[]> {
    const own = await this.links.machine(tx, hostId);
    const link = own && joinOf(own, candidates);
    if (!link) return [];
    await this.joinHosts.move(tx, link.hostId, hostId);
    return [link.hostId];
  }
}
