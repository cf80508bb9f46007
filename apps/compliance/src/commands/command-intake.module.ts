import { Module } from '@nestjs/common';
import { HostsStore } from '../hosts/hosts.store.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { EndCommands } from './end-commands.service.js';

/** What the other capabilities of this service tell commands: results, reports, settings. Knows none of them, which import it. */
@Module({
  providers: [HostsStore, CommandsStore, CommandSteps, EndCommands],
  exports: [CommandsStore, CommandSteps, EndCommands],
})
export class CommandIntakeModule {}
