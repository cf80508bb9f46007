import { CommanderError } from 'commander';

/** How `assay` ends: 0 all is well, 1 the gate blocks or a proof fails, 2 it could not be found out. */
export const exitCodes = { ok: 0, blocked: 1, error: 2 } as const;

/**
 * The code for a command that did not come to its end. Help that was asked for is no failure. A mistyped command is one,
 * and never a 1, as commander would have it: a pipeline takes that for a gate that blocks.
 */
export function exitCodeOf(error: unknown): number {
  return error instanceof CommanderError && error.exitCode === 0 ? exitCodes.ok : exitCodes.error;
}
