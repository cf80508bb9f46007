import { agentCommandChangedV1, type HostRef } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { hostRefOf } from '../hosts/host.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { limits } from '../limits.js';
import { after, type AgentCommand, type CommandEvent, hasEnded, type Occurrence } from './agent-command.js';
import { CommandsStore } from './commands.store.js';
import { decide } from './decide-command.js';
import { evolve } from './evolve-command.js';

/** A command before and after a step, and what the step was. */
export interface Step {
  readonly before: AgentCommand;
  readonly after: AgentCommand;
  readonly event: CommandEvent;
}

/** Adds to what follows what only the caller knows, before it is written down. */
export type CompleteEvent = (event: CommandEvent) => Promise<CommandEvent>;

const asDecided: CompleteEvent = async (event) => event;

/** Takes commands a step further: decides, writes down, tells. Whoever calls holds the host's lock. */
@Injectable()
export class CommandSteps {
  constructor(
    private readonly commands: CommandsStore,
    private readonly hosts: HostsStore,
  ) {}

  /** Null where nothing follows. A command that ends lets the next of its host have its turn. */
  async take(
    tx: Transaction,
    before: AgentCommand,
    occurrence: Occurrence,
    complete: CompleteEvent = asDecided,
  ): Promise<Step | null> {
    const decided = decide(before, occurrence, tx.now);
    if (decided === null) return null;
    const event = await complete(decided);
    const step = { before, after: evolve(before, event, tx.now), event };
    await this.commands.save(tx, step.after);
    await this.tell(tx, step);
    if (hasEnded(step.after)) await this.commands.wakeWaiting(tx, before.hostId, after(tx.now, limits.commandPauseMs));
    return step;
  }

  /** Publishes the command as it stands. */
  async publish(tx: Transaction, command: AgentCommand): Promise<void> {
    const { id: commandId, kind, status, requestedBy, approvedBy, error, options, scanIds } = command;
    const host = await this.hostOf(tx, command.hostId);
    const said = { commandId, host, kind, status, requestedBy, approvedBy, error };
    const { hostId: subject } = host;
    tx.publish(
      agentCommandChangedV1,
      { ...said, options: { ...options }, scanIds: [...scanIds] },
      { subject, version: command.version, correlationId: null },
    );
  }

  /** Readers are told of steps that change where a command is; not of each per cent, nor of each asking of gateways. */
  private async tell(tx: Transaction, { before, after: now, event }: Step): Promise<void> {
    const isNews = before.status !== now.status || event.type === 'cancelling' || event.type === 'approved';
    if (isNews) await this.publish(tx, now);
  }

  /** A host that was removed meanwhile is named by its id alone. */
  private async hostOf(tx: Transaction, hostId: Uuid): Promise<HostRef> {
    const host = await this.hosts.byId(tx, hostId);
    return host === null ? { hostId, hostname: '', friendlyName: '', externalIds: [], groups: [] } : hostRefOf(host);
  }
}
