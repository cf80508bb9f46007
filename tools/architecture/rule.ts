import type { Repository } from './repository.js';

/** Something that breaks a rule: where, and what to do instead. */
export interface Violation {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** One rule of the house. */
export interface Rule {
  readonly name: string;
  /** What goes wrong without it. */
  readonly why: string;
  check(repository: Repository): Violation[];
}

/** `libs/kernel/src/ids.ts:7 imports …`: what an editor can jump to. */
export function format({ file, line, message }: Violation): string {
  return `${file}${line === undefined ? '' : `:${line}`} ${message}`;
}
