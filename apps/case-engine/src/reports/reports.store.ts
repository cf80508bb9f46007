import { type RunContext, runContextSchema } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Exception, type Place, scopeKeysOf } from '../exceptions/exception.js';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';

/** What reports read beside the run itself. */
@Injectable()
export class ReportsStore {
  /** What the client said of the run. */
  async contextOf(tx: Transaction, runId: Uuid): Promise<RunContext | null> {
    const [row] = await tx.query<{ context: unknown }>(
      `select to_jsonb(r) -> 'context' as context from runs r where r.id = $1`,
      [runId],
    );
    return runContextSchema.nullable().parse(row?.context ?? null);
  }

  /** Exceptions that cover anything of this place at `at`: the ones in force then, whatever became of them since. */
  async exceptionsAt(tx: Transaction, place: Place, at: Date): Promise<Exception[]> {
    const rows = await tx.query<ExceptionRow>(
      `select ${exceptionColumns} from exceptions
        where scope_key = any($1) and granted_at <= $2 and (ended_at is null or ended_at > $2)
          and (expires_at is null or expires_at > $2)`,
      [scopeKeysOf(place), at],
    );
    return rows.map(toException);
  }
}
