import { exceptionEndedV1, exceptionGrantedV1, exceptionProposedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Details, type Exception } from './exception.js';
import { type EndedBecause, ExceptionsStore } from './exceptions.store.js';
import { RejudgeCases } from './rejudge-cases.service.js';

/** What becomes of exceptions in one step: some end, others are granted. */
export interface ExceptionChanges {
  readonly granted: readonly Exception[];
  readonly ended: readonly Uuid[];
  readonly because: EndedBecause;
  /** The granted ones cover nothing until somebody approves them. */
  readonly proposed: boolean;
}

/**
 * Ends and grants exceptions, tells of each, and judges anew every case that any of them touches: all in the caller's
 * transaction, which holds the tenant's judging lock.
 */
@Injectable()
export class RecordExceptions {
  constructor(
    private readonly exceptions: ExceptionsStore,
    private readonly rejudge: RejudgeCases,
  ) {}

  /** Gives the exceptions that ended, which are those that had not ended before. */
  async execute(tx: Transaction, { granted, ended, because, proposed }: ExceptionChanges): Promise<Exception[]> {
    const gone = ended.length === 0 ? [] : await this.exceptions.end(tx, ended, because);
    for (const { id } of gone) tx.publish(exceptionEndedV1, { exceptionId: id, because }, { subject: id });
    await this.exceptions.add(tx, granted, proposed);
    for (const exception of granted) tellOf(tx, exception, proposed);
    const about = proposed ? gone : [...gone, ...granted];
    if (about.length > 0) await this.rejudge.execute(tx, about);
    return gone;
  }

  /** A proposal that was approved covers from now on. */
  async approved(tx: Transaction, exception: Exception, version: number): Promise<void> {
    tellOf(tx, exception, false, version);
    await this.rejudge.execute(tx, [exception]);
  }
}

function tellOf(tx: Transaction, exception: Exception, proposed: boolean, version = 1): void {
  const { id, what, where, reason, expiresAt } = exception;
  const said = { exceptionId: id, what, where, reason, expiresAt: expiresAt?.toISOString() ?? null };
  const data = { ...said, details: detailsOf(exception) };
  if (proposed) tx.publish(exceptionProposedV1, data, { subject: id, version });
  else tx.publish(exceptionGrantedV1, data, { subject: id, version });
}

/** What events say of an exception: everything but the private comment. */
export function detailsOf(exception: Exception): Details {
  const { origin, publicComment, scopeNote, owner, approvedBy, justification } = exception;
  return { origin, publicComment, scopeNote, owner, approvedBy, justification };
}
