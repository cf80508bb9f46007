import { CommanderError } from 'commander';
import { connectionFrom } from './cli.env.js';
import { exitCodeOf } from './exit-codes.js';
import { GatewayClient } from './gateway.client.js';
import { outputTo } from './output.js';
import { assayProgram } from './program.js';

const program = assayProgram((options) => async (work) => {
  const gateway = new GatewayClient(connectionFrom(options));
  const output = outputTo(
    { json: options.json === true, isTerminal: process.stderr.isTTY },
    { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) },
  );
  process.exitCode = await work({ gateway, output }).finally(() => gateway.close());
});

await program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`assay: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  process.exitCode = exitCodeOf(error);
});
