import { type RunContext, runContextSchema } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Exception, type Place, scopeKeysOf } from '../exceptions/exception.js';
import { limits } from '../limits.js';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';

import { type Rescan, toNewFinding } from './rescan.js';

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

  /** When the run was looked at last, and what looking has added since it was recorded: nothing that was excepted then. */
  async rescanOf(tx: Transaction, runId: Uuid): Promise<Rescan> {
    const rows = await tx.query<{ at: Date; list: string | null; found_at: Date | null; detail: unknown }>(
      `select l.at, n.list, n.found_at, n.detail
         from rescanned_runs l
         left join lateral (
           select * from run_rescan_findings f where f.run_id = l.run_id and not f.excepted
            order by f.found_at, f.list, f.key limit $2) n on true
        where l.run_id = $1 and l.at is not null`,
      [runId, limits.reportNews],
    );
    const of = (list: string) =>
      rows.flatMap((row) => (row.list === list ? (toNewFinding(row.detail, row.found_at) ?? []) : []));
    return { at: rows[0]?.at ?? null, newFindings: of('new'), newKevFindings: of('kev') };
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
