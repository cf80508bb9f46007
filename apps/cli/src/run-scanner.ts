import { spawn } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import { scannerSaysChars, scannerTimeoutMs } from './limits.js';
import type { Scanner, ScanTarget } from './scanners.js';

/** What became of one scanner. */
export type ScannerOutcome =
  | { readonly state: 'ran'; readonly file: string; readonly bytes: number }
  | { readonly state: 'not-installed' | 'not-for-this' | 'nothing-to-scan' }
  | { readonly state: 'failed'; readonly why: string };

/** Runs a scanner, if it is installed, and leaves its document in the file. Never through a shell. */
export async function runScanner(scanner: Scanner, target: ScanTarget, file: string): Promise<ScannerOutcome> {
  const args = scanner.args(target);
  if (args === null) return { state: 'not-for-this' };
  const output = await open(file, 'w', 0o600);
  const { code, said } = await ended(scanner.program, args, output.fd).finally(() => output.close());
  if (code === 'ENOENT') return { state: 'not-installed' };
  if (code === scanner.nothingCode) return { state: 'nothing-to-scan' };
  if (!scanner.goodCodes.some((good) => good === code)) {
    return { state: 'failed', why: `ended with ${code}${said === '' ? '' : `: ${said}`}` };
  }
  const { size } = await stat(file);
  return size > 0 ? { state: 'ran', file, bytes: size } : { state: 'failed', why: 'wrote nothing' };
}

/** Its exit code, signal or error, and the end of what it said. */
function ended(program: string, args: readonly string[], outputFd: number): Promise<{ code: unknown; said: string }> {
  return new Promise((resolve) => {
    let said = '';
    const child = spawn(program, args, { stdio: ['ignore', outputFd, 'pipe'] });
    // spawn's own time-out keeps the process alive after a program that could not be started.
    setTimeout(() => child.kill(), scannerTimeoutMs).unref();
    child.stderr?.on('data', (text: Buffer) => (said = (said + text.toString('utf8')).slice(-scannerSaysChars)));
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message, said }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, said: said.trim() }));
  });
}
