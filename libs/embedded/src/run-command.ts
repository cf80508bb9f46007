import { spawn } from 'node:child_process';
import { EmbeddedError } from './embedded.errors.js';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  readonly timeoutMs: number;
}

/**
 * Runs a program to its end and gives what it wrote to stdout.
 * @throws EmbeddedError `embedded.command-failed` if it is not there, ends with another status than 0 or takes too long;
 *   the message ends with what it wrote to stderr
 */
export function runCommand({ command, args, timeoutMs, ...rest }: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      ...rest,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const fail = (how: string, cause?: unknown): void =>
      reject(new EmbeddedError('embedded.command-failed', `${command} ${how}${quote(stderr)}`, cause));
    child.once('error', (error) => fail(`can't be run: ${error.message}`, error));
    child.once('close', (status, signal) => {
      if (status === 0) resolve(stdout);
      else fail(signal ? `was ended by ${signal} (allowed ${timeoutMs / 1000} s)` : `ended with status ${status}`);
    });
  });
}

function quote(stderr: string): string {
  const text = stderr.trim();
  return text === '' ? '' : `: ${text.slice(-1_000)}`;
}
