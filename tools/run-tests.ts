/**
 * `npm test`: build, checks and every test, one after the other, and one last line `N passed, N failed`.
 * `npm test -- unit integration` runs these parts alone. Reports lie in test-results/.
 */
import { parts } from './test-run/parts.ts';
import { runPart } from './test-run/run-part.ts';
import { lastLine, sum, type Tally } from './test-run/tally.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No such part: ${unknown.join(', ')}. There are: ${parts.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

const tallies: Tally[] = [];
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const tally = await runPart(part);
  tallies.push(tally);
  if (part.essential && tally.failures.length > 0) break;
}

const total = sum(tallies);
const list = (title: string, lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
};
list(
  'Skipped:',
  total.skipped.map(({ name, reason }) => `${name}: ${reason}`),
);
list('Failed:', total.failures);
process.stdout.write(`\n${lastLine(total)}\n`);
process.exitCode = total.failures.length === 0 ? 0 : 1;
