import { SetMetadata } from '@nestjs/common';
import type {
  BulkJobHandler,
  BulkJobOptions,
  DeclaredJob,
  PeriodicJobHandler,
  PeriodicJobOptions,
  TickerHandler,
  TickerOptions,
} from './job-handlers.js';

/** Where a method keeps what its decorator says. */
export const jobMetadataKey = 'assay:job';

/** What a decorator writes down. */
export type JobDeclaration = { [Job in DeclaredJob as Job['kind']]: Omit<Job, 'run'> }[DeclaredJob['kind']];

/** Decorates methods of this shape, those that leave trailing parameters out included. */
type MethodOf<Handler> = <Method extends Handler>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

const declare = (job: JobDeclaration): MethodDecorator => SetMetadata(jobMetadataKey, job) as MethodDecorator;

/**
 * The method runs by the calendar, within half a minute of its time and in one replica at once. A run that fails is tried again with growing delay; a run
 * that is still going when the next is due takes its place; one that nobody could start in time is made up for, once.
 */
export function PeriodicJob(options: PeriodicJobOptions): MethodOf<PeriodicJobHandler> {
  return declare({ kind: 'periodic', options });
}

/**
 * The method runs every so many milliseconds, more often than a calendar can say, in a transaction across all tenants
 * (as the job role) and in one replica at a time. It never overlaps itself, and a failure does not end it.
 */
export function Ticker(options: TickerOptions): MethodOf<TickerHandler> {
  return declare({ kind: 'ticker', options });
}

/**
 * The method does one slice of a bulk job, in one transaction of the job's tenant: what it writes and the progress it
 * returns commit together. After any crash the job goes on from the last committed slice, and none is done twice.
 * A slice should take a second or two: other tenants wait for their turn, and `cancel` waits for it.
 */
export function BulkJob(
  options: BulkJobOptions,
): <Input, Cursor>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<BulkJobHandler<Input, Cursor>>,
) => void {
  return declare({ kind: 'bulk', options });
}
