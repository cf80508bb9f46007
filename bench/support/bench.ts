import { machineLines } from './machine.js';
import { type Promised, ratioOf, rounded, type Spread } from './figures.js';

/** What a measurement says while it runs. */
export interface Reporter {
  /** One line for the reader. */
  say(line: string): void;
  /** A fact about the set-up: input, connections, durability. */
  fact(name: string, value: string | number): void;
  /** How long something took, over all rounds. */
  spread(what: string, spread: Spread): void;
  /** A figure that somebody was promised; shown again in the table at the end. */
  promise(promised: Promised): void;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * Runs one measurement: the machine first, then what it says itself, then its promises. The process ends with 0 if it ran
 * and every answer was right; a missed aim is a figure, a wrong answer is a failure.
 */
export async function bench(title: string, measure: (report: Reporter) => Promise<void>): Promise<void> {
  const promises: Promised[] = [];
  say(`# ${title}\n`);
  for (const line of machineLines()) say(line);
  try {
    await measure({
      say,
      fact: (name, value) => say(`${name}: ${value}`),
      spread: (what, { count, p50, p95, p99, max }) =>
        say(`${what}: p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}, worst ${ms(max)} (${count} measured)`),
      promise: (promised) => void promises.push(promised),
    });
    say('');
    for (const promised of promises) say(lineOf(promised));
    say('every answer was right');
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** @throws Error if the product answered wrongly: a fast wrong answer is worth nothing. */
export function demand(right: boolean, what: string, answer?: unknown): asserts right {
  if (right) return;
  throw new Error(`wrong answer: ${what}${answer === undefined ? '' : `\n${JSON.stringify(answer).slice(0, 2_000)}`}`);
}

function lineOf(promised: Promised): string {
  const { what, measured, unit, aim } = promised;
  const wanted = 'atMost' in aim ? `at most ${rounded(aim.atMost)}` : `at least ${rounded(aim.atLeast)}`;
  const ratio = ratioOf(promised);
  const verdict = ratio >= 1 ? 'kept' : ratio >= 0.5 ? 'missed' : 'missed by more than twice';
  return `${what}: ${rounded(measured)} ${unit}, aim ${wanted}, ratio ${ratio.toFixed(2)}, ${verdict}`;
}

function ms(value: number): string {
  return `${rounded(value)} ms`;
}
