import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** What a rule has told of, and by which name it goes on. */
export interface Incident {
  readonly ruleId: Uuid;
  readonly incident: string;
}

/** The only SQL on incidents. Each is of one rule, so that the end goes to those who heard of the beginning. */
@Injectable()
export class IncidentsStore {
  /** Notes that it goes on, and gives false if its end, which was said later, was heard of before. */
  async open(
    tx: Transaction,
    { ruleId, incident }: Incident,
    raised: { readonly alertId: Uuid; readonly at: Date; readonly recoversAt: number | null },
  ): Promise<boolean> {
    const [row] = await tx.query<{ open: boolean }>(
      `insert into incidents as i (tenant, rule_id, incident, alert_id, raised_at, recovers_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant, rule_id, incident) do update set
         recovers_at = case when ${isOpen} then greatest(i.recovers_at, excluded.recovers_at) else excluded.recovers_at end,
         alert_id = excluded.alert_id, raised_at = greatest(i.raised_at, excluded.raised_at)
       returning ${isOpen} as open`,
      [tx.tenant, ruleId, incident, raised.alertId, raised.at, raised.recoversAt],
    );
    return row!.open;
  }

  /**
   * Notes that it is over, and gives the alert that had told of it; null for one that nobody was told of, or that is over.
   * @param score points that the host has again: an incident of lost points is over from a number of them on
   */
  async close(tx: Transaction, { ruleId, incident }: Incident, at: Date, score: number | null): Promise<Uuid | null> {
    const [row] = await tx.query<{ alertId: Uuid }>(
      `update incidents i set recovered_at = $4
        where i.tenant = $1 and i.rule_id = $2 and i.incident = $3 and ${isOpen} and i.raised_at <= $4
          and (i.recovers_at is null or i.recovers_at <= $5)
       returning i.alert_id as "alertId"`,
      [tx.tenant, ruleId, incident, at, score],
    );
    if (row !== undefined) {
      await tx.query('update alerts set resolved_at = $2 where id = $1 and resolved_at is null', [row.alertId, at]);
      return row.alertId;
    }
    if (score === null) await this.remember(tx, { ruleId, incident }, at);
    return null;
  }

  /** Removes those that are over and that no late event can be about any more. Gives how many. */
  async forget(tx: Pick<Transaction, 'query'>, before: Date, most: number): Promise<number> {
    const rows = await tx.query(
      `delete from incidents where (tenant, rule_id, incident) in (
         select tenant, rule_id, incident from incidents i where i.recovered_at < $1 and not (${isOpen}) limit $2) returning 1`,
      [before, most],
    );
    return rows.length;
  }

  /** An end that came before its beginning. */
  private async remember(tx: Transaction, { ruleId, incident }: Incident, at: Date): Promise<void> {
    await tx.query(
      `insert into incidents as i (tenant, rule_id, incident, recovered_at) values ($1, $2, $3, $4)
       on conflict (tenant, rule_id, incident) do update set recovered_at = greatest(i.recovered_at, excluded.recovered_at)
       where not (${isOpen})`,
      [tx.tenant, ruleId, incident, at],
    );
  }
}

/** True for an incident whose beginning was said after its last end. */
const isOpen = '(i.raised_at is not null and (i.recovered_at is null or i.raised_at > i.recovered_at))';
