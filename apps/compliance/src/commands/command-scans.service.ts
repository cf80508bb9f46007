import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { StartedScans } from '../benchmarks/started-scans.service.js';
import { type Host, hostRefOf } from '../hosts/host.js';
import type { AgentCommand, CommandEvent } from './agent-command.js';
import { scannersOf } from './command-frame.js';

/** Scans that commands began: people see them as running until their results come, or will not come. */
@Injectable()
export class CommandScans {
  constructor(private readonly started: StartedScans) {}

  /** One for each scanner that the agent was told to run. */
  async begin(tx: Transaction, { id: commandId, hostId, kind, options }: AgentCommand, host: Host): Promise<void> {
    const asked = options['profile_id'];
    const profileName = typeof asked === 'string' && asked !== '' && asked !== 'docker-bench' ? asked : null;
    const scan = { hostId, commandId };
    if (kind === 'scan-image') {
      const image = options['image_name'];
      const name = typeof image === 'string' && image !== '' ? `Docker Image CVE Scan: ${image}` : null;
      await this.started.start(tx, { ...scan, type: 'oscap-docker', profileName: name });
    }
    if (kind !== 'scan') return;
    const { openscap, dockerBench } = scannersOf(options, host);
    if (openscap) await this.started.start(tx, { ...scan, type: 'openscap', profileName });
    if (dockerBench && profileName === null) {
      await this.started.start(tx, { ...scan, type: 'docker-bench', profileName: null });
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
    return { ...event, scanIds: await this.started.fail(tx, hostRefOf(host), command.id, error) };
  }
}
