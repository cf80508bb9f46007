import type { Transaction } from '@assay/persistence';
import type { Logger } from '@assay/telemetry';
import type { BulkSlice, SliceResult } from './bulk-job.js';

/** What a periodic job knows of its run. */
export interface JobContext {
  /** The run's id in the queue; in every line of `logger`. */
  readonly id: string;
  readonly name: string;
  /** 1 at first, more when the same run is tried again. */
  readonly attempt: number;
  /** Aborted when the run has taken too long or the process has to end: stop at the next safe place. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

export interface PeriodicJobOptions {
  /** Unique in the service; letters, digits, `-`, `_`, `.`, `/`. Renaming it makes another job. */
  readonly name: string;
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA name of the zone in which `cron` is meant; UTC unless given. */
  readonly timeZone?: string;
}

export interface TickerOptions {
  /** Unique in the service; also what replicas agree on whose turn it is by. */
  readonly name: string;
  /** From the beginning of one tick to the beginning of the next. A tick that takes longer delays the next. */
  readonly everyMs: number;
}

export interface BulkJobOptions {
  /** Unique in the service; kept in the rows of its jobs. */
  readonly name: string;
  /** Slices at once in this process; one unless given. One job never has more than one at a time. */
  readonly concurrency?: number;
}

export type PeriodicJobHandler = (context: JobContext) => Promise<void>;
export type TickerHandler = (tx: Transaction) => Promise<void>;
export type BulkJobHandler<Input, Cursor> = (slice: BulkSlice<Input, Cursor>) => Promise<SliceResult<Cursor>>;

/** A decorated method, bound to its provider. */
export type DeclaredJob =
  | { readonly kind: 'periodic'; readonly options: PeriodicJobOptions; readonly run: PeriodicJobHandler }
  | { readonly kind: 'ticker'; readonly options: TickerOptions; readonly run: TickerHandler }
  | { readonly kind: 'bulk'; readonly options: BulkJobOptions; readonly run: BulkJobHandler<unknown, unknown> };

export type DeclaredOf<Kind extends DeclaredJob['kind']> = Extract<DeclaredJob, { kind: Kind }>;
