import type { GatewayClient } from '../gateway.client.js';
import type { Output } from '../output.js';

/** What every command gets: the gateway, and where its words go. A command gives the code to exit with. */
export interface CommandContext {
  readonly gateway: GatewayClient;
  readonly output: Output;
}

/** Runs a command's work; `main` makes the context from the global options and ends the process with the code. */
export type RunCommand = (work: (context: CommandContext) => Promise<number>) => Promise<void>;
