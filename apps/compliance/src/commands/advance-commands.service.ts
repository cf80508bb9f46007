import { agentCommandIssuedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Connection, ConnectionsStore } from '../hosts/connections.store.js';
import type { Host } from '../hosts/host.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { type AgentCommand, hasEnded, isActive, type Occurrence } from './agent-command.js';
import { frameOf } from './command-frame.js';
import { traitsOf } from './command-kinds.js';
import { CommandScans } from './command-scans.service.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';

/** What came to pass for a command of a host; null for nothing. `canGo`: it could be written now. */
export type OccurrenceOf = (command: AgentCommand, canGo: boolean) => Occurrence | null;

const nothing: OccurrenceOf = () => null;

/**
 * Takes the commands of one host further, under the host's lock: first what came to pass, then whoever may go now goes.
 * An agent does one thing of a lane at a time, so the next one waits for the end of the one before.
 */
@Injectable()
export class AdvanceCommands {
  constructor(
    private readonly commands: CommandsStore,
    private readonly steps: CommandSteps,
    private readonly scans: CommandScans,
    private readonly hosts: HostsStore,
    private readonly connections: ConnectionsStore,
  ) {}

  /** Gives the commands that had not ended, as they are afterwards. */
  async execute(tx: Transaction, hostId: Uuid, occurrenceOf: OccurrenceOf = nothing): Promise<AgentCommand[]> {
    await this.commands.lockHosts(tx, [hostId]);
    const open = await this.commands.open(tx, hostId);
    if (open.length === 0) return [];
    const host = await this.hosts.byId(tx, hostId);
    if (host === null) return this.giveUp(tx, open);
    const connection = await this.connections.of(tx, hostId);
    const told = new Turn(tx, host, connection?.connected === true ? connection : null, open);
    for (const command of open) {
      const occurrence = occurrenceOf(command, told.canGo(command));
      if (occurrence !== null) await this.take(told, command, occurrence);
    }
    for (const command of told.commands) {
      const isPaused = command.nextActionAt !== null && command.nextActionAt > tx.now;
      if (!isPaused && told.canGo(command)) await this.take(told, command, { type: 'may-go' });
    }
    return told.commands;
  }

  private async take(turn: Turn, command: AgentCommand, occurrence: Occurrence): Promise<void> {
    const { tx, host } = turn;
    const isNew = occurrence.type === 'sent' && command.writes === 0;
    const step = await this.steps.take(tx, command, occurrence, (event) => this.scans.end(tx, command, event, host));
    if (step === null) return;
    turn.replace(step.after);
    if (step.event.type === 'issued') await this.issue(turn, step.after);
    if (step.event.type === 'written' && isNew) await this.scans.begin(tx, step.after, host);
  }

  /** Asks the gateways to write the frame; where nothing is left to be run, there is none. */
  private async issue(turn: Turn, command: AgentCommand): Promise<void> {
    const { tx, host, connection } = turn;
    const frame = frameOf(command, host);
    if (frame === null || connection === null) {
      const error = 'Both scanners are switched off for this host, nothing was sent';
      return this.take(turn, command, { type: 'give-up', error });
    }
    const { id: commandId, hostId, attempt } = command;
    const issuedAt = tx.now.toISOString();
    const data = { commandId, hostId, apiId: connection.apiId, attempt, frame: { ...frame }, issuedAt };
    tx.publish(agentCommandIssuedV1, data, { subject: hostId, correlationId: null });
  }

  private async giveUp(tx: Transaction, open: readonly AgentCommand[]): Promise<AgentCommand[]> {
    const ended: AgentCommand[] = [];
    for (const command of open) {
      const gone = { type: 'give-up', error: 'The host was removed' } as const;
      const step = await this.steps.take(tx, command, gone, (event) => this.scans.end(tx, command, event, null));
      ended.push(step?.after ?? command);
    }
    return ended;
  }
}

/** The commands of one host while they are being looked at. */
class Turn {
  constructor(
    readonly tx: Transaction,
    readonly host: Host,
    readonly connection: Connection | null,
    readonly commands: AgentCommand[],
  ) {}

  /** True if a frame of this command could be written now: there is a socket, and nobody else works in its lane. */
  canGo({ id, kind }: AgentCommand): boolean {
    if (this.connection === null) return false;
    const { lane } = traitsOf[kind];
    if (lane === null) return true;
    const inLane = this.commands.filter((other) => other.id !== id && traitsOf[other.kind].lane === lane);
    return !inLane.some((other) => isActive(other) || (!hasEnded(other) && other.issuedAt !== null));
  }

  replace(command: AgentCommand): void {
    const place = this.commands.findIndex(({ id }) => id === command.id);
    this.commands.splice(place, 1, command);
  }
}
