import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Scope } from './signal-scope.service.js';

/** A signal that is about to be changed, locked. */
export interface LockedSignal {
  readonly id: Uuid;
  readonly host_id: string;
  readonly signal_id: string;
  readonly rule_id: string;
  readonly status: number;
  readonly assignee: string | null;
}

/** What becomes of one signal. */
export interface WrittenChange {
  readonly id: Uuid;
  readonly from: number;
  readonly to: number;
  readonly assignee: string | null;
}

export interface Words {
  readonly actor: string;
  readonly comment: string | null;
  readonly reason: string | null;
}

/** Changes signals and remembers who did. */
@Injectable()
export class SignalChangesStore {
  /**
   * In the order of their ids, so that two who change the same do not wait in a circle; those that are not there, not kept
   * or not to be seen are missing.
   */
  async lock(tx: Transaction, ids: readonly Uuid[], { hosts, hidden, firstKept }: Scope): Promise<LockedSignal[]> {
    const sorted = ids.toSorted();
    return tx.query<LockedSignal>(
      `select s.id, s.host_id, s.signal_id, kind.rule_id, s.status, s.assignee
         from signals s join signal_kinds kind on kind.id = s.kind_id
        where s.id = any($1) and s.id >= $2 and s.id <= $3 and s.id >= $4 and ($5::text[] is null or s.host_id = any($5)) and s.host_id <> all($6::text[])
        order by s.id for update of s`,
      [sorted, sorted[0], sorted.at(-1), firstKept, hosts, hidden],
    );
  }

  async write(tx: Transaction, changes: readonly WrittenChange[], { actor, comment, reason }: Words): Promise<void> {
    const ids = changes.map(({ id }) => id);
    const sorted = ids.toSorted();
    await tx.query(
      `update signals s set status = t.status, assignee = t.assignee
         from unnest($1::uuid[], $2::smallint[], $3::text[]) as t(id, status, assignee)
        where s.id = t.id and s.id >= $4 and s.id <= $5`,
      [ids, changes.map(({ to }) => to), changes.map(({ assignee }) => assignee), sorted[0], sorted.at(-1)],
    );
    await tx.query(
      `insert into signal_changes (signal, id, tenant, at, actor, from_status, to_status, assignee, comment, reason)
       select signal, id, $6, $7, $8, from_status, to_status, assignee, $9, $10
         from unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::smallint[], $5::text[]) as t(signal, id, from_status, to_status, assignee)`,
      [
        ids,
        ids.map(() => newId()),
        changes.map(({ from }) => from),
        changes.map(({ to }) => to),
        changes.map(({ assignee }) => assignee),
        tx.tenant,
        tx.now,
        actor,
        comment,
        reason,
      ],
    );
  }
}
