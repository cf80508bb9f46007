import { type BenchmarkProfileType, systemActor } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { StartedScansStore } from '../benchmarks/started-scans.store.js';
import { HostsStore } from '../hosts/hosts.store.js';
import {
  type AgentCommand,
  hasEnded,
  type InstallStep,
  mayHaveBeenTold,
  type RecordedScan,
  wasTold,
} from './agent-command.js';
import { expectedTypes } from './command-frame.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { newCommand } from './new-command.js';

const refreshSlot = 'configure:refresh';

/** What an agent submitted with its own credential, in one request. */
export interface Submission {
  /** The document's `scan_type`; a `scheduled` one is nobody's command. */
  readonly scanType: string | null;
  readonly scans: readonly (RecordedScan & { readonly profileType: BenchmarkProfileType })[];
}

/** The command that results answer. */
export interface AnsweredCommand {
  readonly commandId: Uuid;
  /** The profile that was asked for; null for the agent's own choice. Failed scans name another (`wire/patchmon.md` §7.1). */
  readonly profileId: string | null;
}

/** What an agent reports of its integrations (`POST /hosts/integration-status`, §2.1). */
export interface IntegrationReport {
  readonly integration: string;
  readonly status: string;
  readonly message: string | null;
  readonly installEvents: readonly InstallStep[];
}

/**
 * Ends commands by what their agents send over HTTP. To be called in the transaction that records it, so that no command is
 * open whose results are there, and none ended whose results are not.
 */
@Injectable()
export class EndCommands {
  constructor(
    private readonly commands: CommandsStore,
    private readonly steps: CommandSteps,
    private readonly hosts: HostsStore,
    private readonly started: StartedScansStore,
  ) {}

  /**
   * Ends the command that a submission answers, once every scanner that was told to has answered; what it still waited for
   * then goes. Null where nobody asked for these results.
   */
  async onSubmission(tx: Transaction, hostId: Uuid, { scanType, scans }: Submission): Promise<AnsweredCommand | null> {
    if (scans.length === 0) return null;
    await this.commands.lockHosts(tx, [hostId]);
    const types = scans.map(({ profileType }) => profileType);
    const command = await this.find(tx, hostId, scanType, types);
    if (command === null || (command.cancelledBy === null && scans.every(wasBrokenOff))) return null;
    const isAll = await this.isAll(tx, command, types);
    const step = await this.steps.take(tx, command, { type: 'recorded', scans, isAll });
    if (step === null) return null;
    if (hasEnded(step.after)) await this.discard(tx, command.id);
    const { profile_id: profileId } = command.options;
    return { commandId: command.id, profileId: typeof profileId === 'string' ? profileId : null };
  }

  /** Tells the installation or upgrade that is going on what the agent reports. */
  async onIntegrationStatus(tx: Transaction, hostId: Uuid, report: IntegrationReport): Promise<void> {
    if (report.integration !== 'compliance') return;
    if ((await this.commands.busyHost(tx, hostId)) === null) return;
    await this.commands.lockHosts(tx, [hostId]);
    const { status, message, installEvents: steps } = report;
    const open = await this.commands.open(tx, hostId);
    for (const command of open) {
      const step = await this.steps.take(tx, command, { type: 'integration-status', status, message, steps });
      const isInstalled = step?.after.kind === 'install-scanner' && step.after.status === 'completed';
      if (isInstalled && !open.some(({ slot }) => slot === refreshSlot)) await this.refresh(tx, hostId);
    }
  }

  /** What an installation reports at its end names no components: the agent is asked for all it has now. */
  private async refresh(tx: Transaction, hostId: Uuid): Promise<void> {
    const options = { frame: { type: 'refresh_integration_status' } };
    const who = { requestedBy: systemActor, createdAt: tx.now };
    const id = newId(tx.now.getTime());
    const command = newCommand({ id, hostId, kind: 'configure', slot: refreshSlot, options, ...who });
    await this.commands.add(tx, command);
    await this.steps.publish(tx, command);
    await this.commands.wakeWaiting(tx, hostId, tx.now);
  }

  private async isAll(
    tx: Transaction,
    command: AgentCommand,
    types: readonly BenchmarkProfileType[],
  ): Promise<boolean> {
    const host = await this.hosts.byId(tx, command.hostId);
    if (host === null) return true;
    const answered = [...types, ...(await this.commands.recordedTypes(tx, command.scanIds))];
    return expectedTypes(command, host).every((type) => answered.includes(type));
  }

  private async discard(tx: Transaction, commandId: Uuid): Promise<void> {
    const left = await this.started.ofCommand(tx, commandId);
    if (left.length > 0) {
      await this.started.remove(
        tx,
        left.map(({ id }) => id),
      );
    }
  }

  private async find(
    tx: Transaction,
    hostId: Uuid,
    scanType: string | null,
    types: readonly BenchmarkProfileType[],
  ): Promise<AgentCommand | null> {
    if (scanType === 'scheduled') return null;
    const kind = types.includes('oscap-docker') ? 'scan-image' : 'scan';
    const open = await this.commands.open(tx, hostId);
    const ofKind = open.filter((command) => command.kind === kind);
    const told = ofKind.find(wasTold);
    if (told !== undefined || scanType !== 'on-demand') return told ?? null;
    return ofKind.find(mayHaveBeenTold) ?? null;
  }
}

/** A timed scan that the agent broke off for this command is submitted too, and older agents do not say that it was timed. */
function wasBrokenOff({ status, error }: RecordedScan): boolean {
  return status === 'failed' && error !== null && /context canceled/i.test(error);
}
