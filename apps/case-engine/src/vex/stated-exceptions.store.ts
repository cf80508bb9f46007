import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type ExceptionRow, exceptionColumns, toException } from '../exceptions/exception-row.js';
import type { DocumentOf, Stated } from './openvex-document.js';

interface StatedRow extends ExceptionRow {
  readonly proposed: boolean;
  readonly vex_status: string | null;
}

/** Of what: everything, or what holds for a repository or an image. `$2` to `$4` are org, repo and image. */
const about = `
  ($3::text is null or (repo = $3 and coalesce(org, '') = $2) or (repo is null and scope ->> 'image' is null))
  and ($4::text is null or scope ->> 'image' = $4 or (scope ->> 'image' is null and repo is null))`;

/** Exceptions as VEX statements need them. */
@Injectable()
export class StatedExceptionsStore {
  /** What is in force or proposed, oldest first. */
  async find(tx: Transaction, of: DocumentOf): Promise<Stated[]> {
    const rows = await tx.query<StatedRow>(
      `select ${exceptionColumns}, proposed,
              (select s.status from vex_statements s where s.exception_id = e.id limit 1) as vex_status
         from exceptions e
        where ended_at is null and (expires_at is null or expires_at > $1) and ${about} order by id`,
      [tx.now, ...parametersOf(of)],
    );
    return rows.map((row) => ({ ...toException(row), proposed: row.proposed, vexStatus: row.vex_status }));
  }

  /** A number that grows with every change of what is stated, and when the first and the last were made. */
  async revision(tx: Transaction, of: DocumentOf): Promise<{ version: number; first: Date; last: Date }> {
    const [row] = await tx.query<{ version: number; first: Date | null; last: Date | null }>(
      `select coalesce(sum(version + (ended_at is null and expires_at is not null and expires_at <= $1)::integer), 0)::integer as version,
              min(granted_at) as first,
              greatest(max(granted_at), max(approved_at), max(ended_at), max(expires_at) filter (where expires_at <= $1)) as last
         from exceptions e where ${about}`,
      [tx.now, ...parametersOf(of)],
    );
    return { version: Math.max(1, row?.version ?? 1), first: row?.first ?? tx.now, last: row?.last ?? tx.now };
  }
}

function parametersOf({ repository, image }: DocumentOf): unknown[] {
  return [repository?.org ?? null, repository?.repo ?? null, image];
}
