import { type RunContext, runContextSchema } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Exception, type Place, scopeKeysOf } from '../exceptions/exception.js';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';

/** What came with a run beside its documents. */
export interface BroughtByRun {
  /** What the client said of the run. */
  readonly context: RunContext | null;
  /** What the run itself accepts; nothing where the policy refuses that. */
  readonly exclusions: readonly Exception[];
}

/** Times inside JSON are text. */
type StoredExclusion = Omit<Exception, 'expiresAt' | 'grantedAt'> & {
  readonly expiresAt: string | null;
  readonly grantedAt: string;
};

interface BroughtRow {
  readonly context: unknown;
  readonly exclusions: readonly StoredExclusion[] | null;
  readonly refused: boolean;
}

/** Exceptions of scopes (`$1`) that were in force at `$2`: of those in force now, and of those that ended since. */
export const exceptionsAt = `
  select ${exceptionColumns} from exceptions
   where scope_key = any($1) and ended_at is null and granted_at <= $2 and (expires_at is null or expires_at > $2)
  union all
  select ${exceptionColumns} from exceptions
   where scope_key = any($1) and ended_at is not null and ended_at > $2 and granted_at <= $2
     and (expires_at is null or expires_at > $2)`;

/** What reports read beside the run itself. */
@Injectable()
export class ReportsStore {
  async broughtBy(tx: Transaction, runId: Uuid): Promise<BroughtByRun> {
    const [row] = await tx.query<BroughtRow>(
      `select context, exclusions, exclusions_refused as refused from runs where id = $1`,
      [runId],
    );
    const own = row?.refused === true ? [] : (row?.exclusions ?? []);
    return { context: runContextSchema.nullable().parse(row?.context ?? null), exclusions: own.map(revived) };
  }

  /** Exceptions that cover anything of this place at `at`: the ones in force then, whatever became of them since. */
  async exceptionsAt(tx: Transaction, place: Place, at: Date): Promise<Exception[]> {
    return (await tx.query<ExceptionRow>(exceptionsAt, [scopeKeysOf(place), at])).map(toException);
  }
}

function revived(stored: StoredExclusion): Exception {
  const { expiresAt, grantedAt, ...rest } = stored;
  return { ...rest, grantedAt: new Date(grantedAt), expiresAt: expiresAt === null ? null : new Date(expiresAt) };
}
