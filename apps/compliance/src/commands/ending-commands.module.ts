import { Module } from '@nestjs/common';
import { HostsStore } from '../hosts/hosts.store.js';
import { CommandSteps } from './command-steps.service.js';
import { CommandsStore } from './commands.store.js';
import { EndCommands } from './end-commands.service.js';

/** What those need who record what agents send: it ends commands. Knows nothing of benchmarks, which import it. */
@Module({
  providers: [HostsStore, CommandsStore, CommandSteps, EndCommands],
  exports: [CommandsStore, CommandSteps, EndCommands],
})
export class EndingCommandsModule {}
