import { Module } from '@nestjs/common';
import { StartedScansStore } from '../benchmarks/started-scans.store.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { EndCommands } from './end-commands.service.js';

/**
 * What the other capabilities of this service tell commands: results, reports. Knows none of those that import it, the
 * modules of hosts and benchmarks included: stores have no state, so this has some of its own.
 */
@Module({
  providers: [HostsStore, StartedScansStore, CommandsStore, CommandSteps, EndCommands],
  exports: [CommandsStore, CommandSteps, EndCommands],
})
export class CommandIntakeModule {}
