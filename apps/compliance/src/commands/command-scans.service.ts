import type { BenchmarkProfileType } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { StartedScans } from '../benchmarks/started-scans.service.js';
import { type Host, hostRefOf } from '../hosts/host.js';
import type { AgentCommand, CommandEvent } from './agent-command.js';
import { expectedTypes } from './command-frame.js';
import { CommandsStore } from './commands.store.js';

/** Scans that commands began: people see them as running until their results come, or will not come. */
@Injectable()
export class CommandScans {
  constructor(
    private readonly commands: CommandsStore,
    private readonly started: StartedScans,
  ) {}

  /** One for each scanner that the agent was told to run and that has not answered yet. */
  async begin(tx: Transaction, command: AgentCommand, host: Host): Promise<void> {
    const { id: commandId, hostId, scanIds } = command;
    const answered = await this.commands.recordedTypes(tx, scanIds);
    for (const type of expectedTypes(command, host)) {
      if (answered.includes(type)) continue;
      await this.started.start(tx, { hostId, commandId, type, profileName: profileNameOf(type, command) });
    }
  }

  /** What was not submitted by the end of its command is a failed scan if that failed, and else never was. */
  async end(tx: Transaction, command: AgentCommand, event: CommandEvent, host: Host | null): Promise<CommandEvent> {
    if (event.type !== 'ended' || (command.kind !== 'scan' && command.kind !== 'scan-image')) return event;
    if (event.as !== 'failed' || host === null) {
      await this.started.discard(tx, command.id);
      return event;
    }
    const error = event.error ?? 'The command failed';
    const failed = await this.started.fail(tx, hostRefOf(host), command.id, error);
    return { ...event, scanIds: [...command.scanIds, ...failed] };
  }
}

/** What results will be called, as far as that is known. */
function profileNameOf(type: BenchmarkProfileType, { options }: AgentCommand): string | null {
  const name = type === 'openscap' ? options['profile_id'] : options['image_name'];
  if (typeof name !== 'string' || name === '' || type === 'docker-bench') return null;
  return type === 'openscap' ? name : `Docker Image CVE Scan: ${name}`;
}
