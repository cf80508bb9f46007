import { Command } from 'commander';
import { addAuditCommands } from './commands/audit.command.js';
import { addIngestCommands } from './commands/ingest.command.js';
import { addOperationsCommands } from './commands/operations.command.js';
import { addScanCommand } from './commands/scan.command.js';
import { addSignCommands } from './commands/sign.command.js';
import { addVerifyCommands } from './commands/verify.command.js';
import type { RunCommand } from './commands/command-context.js';
import { addUpCommand } from './commands/up.command.js';

export interface GlobalOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

/**
 * The `assay` program. `run` executes a command's work with the global options.
 * What cannot be parsed is thrown as a `CommanderError`, after commander has told the user.
 */
export function assayProgram(run: (options: GlobalOptions) => RunCommand): Command {
  const program = new Command('assay')
    .description('Security of what teams build and run: for CI jobs and operators')
    .option('--url <address>', 'the gateway (ASSAY_URL; http://127.0.0.1:8080)')
    .option('--api-key <key>', 'the key to ask with (ASSAY_API_KEY)')
    .exitOverride()
    .option('--json', 'one JSON document on standard output, no progress');
  const runWithOptions: RunCommand = (work) => run(program.opts<GlobalOptions>())(work);
  addUpCommand(program);
  addIngestCommands(program, runWithOptions);
  addScanCommand(program, runWithOptions);
  addSignCommands(program, runWithOptions);
  addVerifyCommands(program, runWithOptions);
  addOperationsCommands(program, runWithOptions);
  addAuditCommands(program, runWithOptions);
  return program;
}
