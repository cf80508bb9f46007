import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodes } from './exit-codes.js';
import { assayProgram } from './program.js';

async function endOf(...words: string[]): Promise<number> {
  const program = assayProgram(() => async () => {});
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  }
  return program.parseAsync(words, { from: 'user' }).then(() => exitCodes.ok, exitCodeOf);
}

describe('a command line', () => {
  it.each([
    ['of no such command', ['nonsense']],
    ['without the files of the gate', ['gate']],
    ['with an option that the gate does not have', ['gate', 'bom.json', '--repository', 'acme/shop']],
    ['that stops half-way', ['audit']],
  ])('%s is an error, never a gate that blocks', async (_, words) => {
    expect(await endOf(...words)).toBe(exitCodes.error);
  });

  it.each([[['--help']], [['gate', '--help']]])('%j is no error', async (words) => {
    expect(await endOf(...words)).toBe(exitCodes.ok);
  });
});
