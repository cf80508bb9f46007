import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Host } from './host.js';
import { HostLinksStore, type KnownMachine } from './host-links.store.js';
import { HostsStore } from './hosts.store.js';
import { JoinHosts } from './join-hosts.service.js';
import { joinOf, type LinkCandidates } from './link-hosts.js';
import { tellingMachineId, tellingName } from './names.js';

/**
 * An agent with its own key says what its host is called (`link-hosts.ts`, rules 3 and 4). Known for the first time, a free
 * name or machine id becomes its host's and may show that an unbound host is this one; anything else stays a claim.
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
    const before = await this.hosts.get(tx, hostId);
    const name = tellingName(hostname);
    const machine = tellingMachineId(machineId);
    const isNamed = tellingName(before.hostname) !== null;
    const newName = name === null || isNamed ? null : name;
    const newMachine = machine === null || before.machineId !== null ? null : machine;
    if (newName === null && newMachine === null) {
      await this.claim(tx, before, hostname, machine);
      return null;
    }

    await this.links.lock(tx);
    const found = await this.links.machines(
      tx,
      newName === null ? [] : [newName],
      newMachine === null ? [] : [newMachine],
    );
    const others = found.filter((other) => other.hostId !== hostId);
    const byMachineId = others.filter((other) => newMachine !== null && other.machineId === newMachine);
    const byName = others.filter((other) => newName !== null && tellingName(other.name) === newName);
    const joined = await this.join(tx, hostId, { byMachineId, byName });
    const isTaken = (rivals: readonly KnownMachine[]): boolean =>
      rivals.some((other) => !joined.includes(other.hostId));
    const known = {
      hostname: newName === null || isTaken(byName) ? null : hostname!.trim(),
      machineId: newMachine === null || isTaken(byMachineId) ? null : newMachine,
    };
    await this.links.name(tx, hostId, known);
    const changed = joined.length > 0 || known.hostname !== null;
    if (changed) await this.links.touch(tx, [hostId]);
    await this.claim(tx, await this.hosts.get(tx, hostId), hostname, machine);
    return changed ? joined : null;
  }

  /** What is said and does not hold is shown to people, who may adopt it. */
  private async claim(
    tx: Transaction,
    { id, hostname, machineId }: Host,
    saidName: string | null,
    saidMachine: string | null,
  ): Promise<void> {
    const name = tellingName(saidName);
    await this.links.claim(
      tx,
      id,
      name === null || name === tellingName(hostname) ? null : saidName!.trim(),
      saidMachine === machineId ? null : saidMachine,
    );
  }

  private async join(tx: Transaction, hostId: Uuid, candidates: LinkCandidates): Promise<Uuid[]> {
    const own = await this.links.machine(tx, hostId);
    const link = own && joinOf(own, candidates);
    if (!link) return [];
    await this.joinHosts.move(tx, link.hostId, hostId);
    return [link.hostId];
  }
}
