import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '@assay/kernel';
import type { Command } from 'commander';
import { gateWaitSeconds } from '../limits.js';
import { type OriginOptions, withOrigin } from '../origin-options.js';
import { runScanner, type ScannerOutcome } from '../run-scanner.js';
import { nameAndTag, type Scanner, scanners, type ScanTarget, scanTargetOf } from '../scanners.js';
import type { CommandContext, RunCommand } from './command-context.js';
import { exitCodes } from '../exit-codes.js';
import { gateCode, send } from './ingest.command.js';
import { type IngestAnswer, verdictLines } from './verdict-lines.js';

/** `assay scan DIR|IMAGE`. */
export function addScanCommand(program: Command, run: RunCommand): void {
  withOrigin(
    program
      .command('scan <target>')
      .description(
        `run ${scanners.map((scanner) => scanner.program).join(', ')}, as far as they are installed, on a folder or an image; then as gate`,
      ),
  ).action((target: string, options: OriginOptions) => run((context) => scan(context, scanTargetOf(target), options)));
}

async function scan(context: CommandContext, target: ScanTarget, given: OriginOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-scan-'));
  try {
    const outcomes = new Map<Scanner, ScannerOutcome>();
    for (const scanner of scanners) {
      context.output.progress(`${scanner.program} scans ${target.name}`);
      const outcome = await runScanner(scanner, target, join(folder, `${scanner.program}.json`));
      context.output.progress(line(scanner, outcome));
      outcomes.set(scanner, outcome);
    }
    const answers = await sendAll(context, outcomes, originOf(target, given));
    const lines = [...outcomes].map(([scanner, outcome]) => line(scanner, outcome));
    const scanned = [...outcomes].map(([{ program }, outcome]) => ({ scanner: program, ...withoutFile(outcome) }));
    context.output.result({ scanners: scanned, answers }, [...lines, ...answers.flatMap(verdictLines)]);
    const code = gateCode(answers);
    const isWhole = [...outcomes.values()].every(({ state }) => state !== 'failed');
    return isWhole || code === exitCodes.blocked ? code : exitCodes.error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sendAll(
  context: CommandContext,
  outcomes: ReadonlyMap<Scanner, ScannerOutcome>,
  origin: OriginOptions,
): Promise<IngestAnswer[]> {
  const ran = [...outcomes].flatMap(([scanner, outcome]) => (outcome.state === 'ran' ? [{ scanner, outcome }] : []));
  if (ran.length === 0) {
    const what = [...outcomes].map(([scanner, outcome]) => line(scanner, outcome)).join('; ');
    throw new AssayError('unavailable', 'cli.no-scanner', `There is nothing to send: ${what}. Install one of them.`);
  }
  const answers: IngestAnswer[] = [];
  for (const { scanner, outcome } of ran) {
    const answer = await send(context, outcome.file, scanner.route, origin, gateWaitSeconds);
    answers.push({ ...answer, file: scanner.program });
  }
  return answers;
}

/** What the options leave open: the documents of one scan are one run, and an image has its name. */
function originOf(target: ScanTarget, given: OriginOptions): OriginOptions {
  const run = { runId: `scan-${new Date().toISOString()}` };
  const isNamed = given.repo !== undefined || given.imageName !== undefined;
  return { ...run, ...(target.kind === 'image' && !isNamed && nameAndTag(target.name)), ...given };
}

const words = {
  'not-installed': 'is not installed',
  'not-for-this': 'does not scan images',
  'nothing-to-scan': 'found nothing to look at',
} as const;

function line({ program }: Scanner, outcome: ScannerOutcome): string {
  if (outcome.state === 'ran') return `${program}: ${outcome.bytes} bytes`;
  return `${program} ${outcome.state === 'failed' ? outcome.why : words[outcome.state]}`;
}

/** The file is gone when the answer is read. */
function withoutFile(outcome: ScannerOutcome): object {
  return outcome.state === 'ran' ? { state: outcome.state, bytes: outcome.bytes } : outcome;
}
