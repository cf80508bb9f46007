import { type HostDialect, hostChangedV1 } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { hostChangedOf } from './host.js';
import { HostLinksStore, type KnownMachine, type LinkedBy, type NewHost, type NewHostId } from './host-links.store.js';
import { HostsStore } from './hosts.store.js';
import { type LinkCandidates, linkOf } from './link-hosts.js';
import { tellingMachineId, tellingName } from './names.js';

/** An id that somebody used, and what it says of its host. */
export interface HostClaim {
  readonly dialect: HostDialect;
  readonly id: string;
  /** What the host calls itself; for Santamon's agents that is their id. */
  readonly hostname: string;
  readonly machineId: string | null;
  /** True if the credential that it came with may speak for this id and not for every one. */
  readonly bound: boolean;
}

/** The host of each id that was learnt, by `idKey`. */
export type LearntHosts = ReadonlyMap<string, Uuid>;

export const idKey = (dialect: HostDialect, id: string): string => `${dialect} ${id}`;

/**
 * Gives ids that nobody knows a host: the one that they belong to by the rules of `link-hosts.ts`, else one of their own.
 * Ids that are known by now keep their host. Publishes `host.changed` for each host that is new or has a new id.
 */
@Injectable()
export class LearnOfHosts {
  constructor(
    private readonly links: HostLinksStore,
    private readonly hosts: HostsStore,
  ) {}

  async execute(tx: Transaction, claims: readonly HostClaim[]): Promise<LearntHosts> {
    if (claims.length === 0) return new Map();
    await this.links.lock(tx);
    const known = await this.hosts.idsOf(tx, claims);
    const fresh = claims.filter(({ dialect, id }) => !known.has(idKey(dialect, id)));
    const names = fresh.flatMap(({ hostname }) => tellingName(hostname) ?? []);
    const machineIds = fresh.flatMap(({ machineId }) => tellingMachineId(machineId) ?? []);
    const book = new MachineBook(fresh.length === 0 ? [] : await this.links.machines(tx, names, machineIds));
    const hosts: NewHost[] = [];
    const ids: NewHostId[] = [];
    for (const claim of fresh) {
      const link = linkOf(claim.dialect, book.candidates(claim));
      const host = link === null ? newHostOf(claim) : null;
      if (host !== null) hosts.push(host);
      const hostId = link?.hostId ?? host!.id;
      const linkedBy: LinkedBy = link?.by ?? 'own-name';
      ids.push({ dialect: claim.dialect, id: claim.id, hostId, linkedBy, bound: claim.bound });
      book.note(hostId, claim);
    }
    if (ids.length > 0) await this.keep(tx, hosts, ids);
    return new Map([...known, ...ids.map(({ dialect, id, hostId }) => [idKey(dialect, id), hostId] as const)]);
  }

  private async keep(tx: Transaction, hosts: readonly NewHost[], ids: readonly NewHostId[]): Promise<void> {
    if (hosts.length > 0) await this.links.addHosts(tx, hosts);
    await this.links.addIds(tx, ids);
    const made = new Set(hosts.map(({ id }) => id));
    const touched = [...new Set(ids.map(({ hostId }) => hostId))];
    const linked = touched.filter((id) => !made.has(id));
    if (linked.length > 0) await this.links.touch(tx, linked);
    for (const host of await this.hosts.byIds(tx, touched)) {
      tx.publish(hostChangedV1, hostChangedOf(host), { subject: host.id, version: host.version, correlationId: null });
    }
  }
}

function newHostOf({ hostname, machineId }: HostClaim): NewHost {
  return {
    id: newId(),
    hostname: hostname.trim(),
    friendlyName: hostname.trim(),
    machineId: tellingMachineId(machineId),
    apiId: null,
    complianceMode: 'on-demand',
    openscap: true,
    dockerBench: false,
    docker: false,
    groups: [],
    tenantUsers: [],
  };
}

/** The hosts that claims could mean, those that this very batch makes included. */
class MachineBook {
  private readonly machines = new Map<Uuid, KnownMachine>();
  private readonly byName = new Map<string, Set<Uuid>>();
  private readonly byMachineId = new Map<string, Set<Uuid>>();

  constructor(machines: readonly KnownMachine[]) {
    for (const machine of machines) this.set(machine);
  }

  candidates({ hostname, machineId }: HostClaim): LinkCandidates {
    const found = (index: Map<string, Set<Uuid>>, key: string | null): KnownMachine[] =>
      [...(index.get(key ?? '') ?? [])].flatMap((id) => this.machines.get(id) ?? []);
    return {
      byMachineId: found(this.byMachineId, tellingMachineId(machineId)),
      byName: found(this.byName, tellingName(hostname)),
    };
  }

  note(hostId: Uuid, { dialect, hostname, machineId, bound }: HostClaim): void {
    const known = this.machines.get(hostId);
    this.set({
      hostId,
      name: known?.name ?? hostname,
      machineId: known?.machineId ?? machineId,
      bound: bound || known?.bound === true,
      dialects: [...(known?.dialects ?? []), dialect],
    });
  }

  private set(machine: KnownMachine): void {
    this.machines.set(machine.hostId, machine);
    index(this.byName, tellingName(machine.name), machine.hostId);
    index(this.byMachineId, tellingMachineId(machine.machineId), machine.hostId);
  }
}

function index(places: Map<string, Set<Uuid>>, key: string | null, hostId: Uuid): void {
  if (key === null) return;
  const there = places.get(key);
  if (there === undefined) places.set(key, new Set([hostId]));
  else there.add(hostId);
}
