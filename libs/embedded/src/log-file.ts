import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { logRotateBytes } from './limits.js';

/** Bytes at the end of a log that an error message quotes. */
const tailBytes = 2_000;

/** Opens a log to append to, for a child's stdout and stderr. One that has grown large is moved to `<file>.1` first. */
export function openLog(file: string): { readonly fd: number; close(): void } {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if (existsSync(file) && statSync(file).size > logRotateBytes) renameSync(file, `${file}.1`);
  const fd = openSync(file, 'a', 0o600);
  return { fd, close: () => closeSync(fd) };
}

/** The last lines of a log, for a message to somebody whose server does not start. */
export function tailOf(file: string): string {
  if (!existsSync(file)) return '';
  const size = statSync(file).size;
  const buffer = Buffer.alloc(Math.min(size, tailBytes));
  const fd = openSync(file, 'r');
  try {
    readSync(fd, buffer, 0, buffer.length, size - buffer.length);
  } finally {
    closeSync(fd);
  }
  return buffer.toString('utf8').trimEnd();
}
