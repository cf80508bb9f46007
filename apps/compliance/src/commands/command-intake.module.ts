import { Module } from '@nestjs/common';
import { HostsModule } from '../hosts/hosts.module.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { EndCommands } from './end-commands.service.js';

/** What the other capabilities of this service tell commands: results, reports. Knows none of those that import it. */
@Module({
  imports: [HostsModule],
  providers: [CommandsStore, CommandSteps, EndCommands],
  exports: [CommandsStore, CommandSteps, EndCommands],
})
export class CommandIntakeModule {}
