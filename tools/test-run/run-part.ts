import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Part } from './parts.ts';
import { failed, type Tally, tallyOf } from './tally.ts';

const msPerMinute = 60_000;
/** How often a silent part says that it is alive: CI systems end jobs that print nothing for ten minutes. */
const heartbeatMs = msPerMinute;
/** What a runner gets to end its own children (databases, brokers) before it is killed. */
const graceMs = 15_000;

/** Runs one part with its output passed on, and says what came of it. Never throws. */
export async function runPart(part: Part): Promise<Tally> {
  const startedMs = Date.now();
  process.stdout.write(`\n── ${part.name}\n`);
  const reportPath = `test-results/${part.name}.json`;
  rmSync(reportPath, { force: true });
  const exitCode = await run(part, reportPath);
  process.stdout.write(`── ${part.name} took ${((Date.now() - startedMs) / 1_000).toFixed(1)} s\n`);
  if (part.reports) return tallyOf(part.name, readReport(reportPath), exitCode);
  return exitCode === 0 ? { passed: 0, failures: [], skipped: [] } : failed(part.name);
}

/** The exit code of a part, null if it was ended by a signal or never started. */
function run({ name, command, limitMinutes }: Part, reportPath: string): Promise<number | null> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CI: 'true', ASSAY_TEST_REPORT: reportPath },
    });
    let minutes = 0;
    const heartbeat = setInterval(
      () => process.stdout.write(`   ${name}: running for ${(minutes += 1)} min\n`),
      heartbeatMs,
    );
    const limit = setTimeout(() => {
      process.stdout.write(`   ${name}: not done after ${limitMinutes} min, ended\n`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
    }, limitMinutes * msPerMinute);
    const end = (exitCode: number | null): void => {
      clearInterval(heartbeat);
      clearTimeout(limit);
      resolve(exitCode);
    };
    child.on('error', (error) => {
      process.stdout.write(`   ${name}: ${error.message}\n`);
      end(null);
    });
    child.on('exit', end);
  });
}

function readReport(path: string): Tally | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Tally) : undefined;
}
