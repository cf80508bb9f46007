import { AssayError } from '@assay/kernel';
import type { JobsErrorCode } from './jobs.errors.js';
import { limits } from './limits.js';

/**
 * A value as the JSON text that is stored with a job; `undefined` is null.
 * @throws AssayError `jobs.state-too-large` above 64 KiB: rows that are rewritten with every slice must stay small
 */
export function toJsonState(what: string, value: unknown): string {
  const text = JSON.stringify(value ?? null);
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.bulkStateBytes) return text;
  throw new AssayError(
    'bug',
    'jobs.state-too-large' satisfies JobsErrorCode,
    `The ${what} of a bulk job has ${bytes} bytes; at most ${limits.bulkStateBytes} are kept. Store a reference instead.`,
  );
}
