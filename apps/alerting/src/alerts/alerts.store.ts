import type { Lane } from '@assay/contracts';
import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Alert, AlertContent } from './alert.js';

interface AlertRow {
  readonly id: Uuid;
  readonly rule_id: Uuid;
  readonly rule_name: string;
  readonly event_id: Uuid;
  readonly event_name: string;
  readonly event_time: Date;
  readonly title: string;
  readonly severity: Severity | null;
  readonly matched: number;
  readonly content: AlertContent;
  readonly silenced_by: Uuid | null;
  readonly receipt_id: Uuid | null;
  readonly lane: Lane;
  readonly traceparent: string | null;
  readonly raised_at: Date;
  readonly resolved_at: Date | null;
}

/** Where a page of a list ordered by time and id ended. */
export interface TimePosition {
  readonly at: string;
  readonly id: Uuid;
}

const columns = `id, rule_id, rule_name, event_id, event_name, event_time, title, severity, matched, content, silenced_by,
  receipt_id, lane, traceparent, raised_at`;

/** The only SQL on alerts. */
export class AlertsStore {
  /** Adds alerts and gives the ids of those that were not there before. */
  async add(tx: Transaction, alerts: readonly Alert[]): Promise<Set<Uuid>> {
    const rows = await tx.query<{ id: Uuid }>(
      `insert into alerts (tenant, raised_at, ${columns.replace(', raised_at', '')})
       select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::timestamptz[],
         $9::text[], $10::text[], $11::integer[], $12::jsonb[], $13::uuid[], $14::uuid[], $15::text[], $16::text[])
       on conflict (id) do nothing returning id`,
      [
        tx.tenant,
        tx.now,
        alerts.map(({ id }) => id),
        alerts.map(({ ruleId }) => ruleId),
        alerts.map(({ ruleName }) => ruleName),
        alerts.map(({ eventId }) => eventId),
        alerts.map(({ eventName }) => eventName),
        alerts.map(({ eventTime }) => eventTime),
        alerts.map(({ title }) => title),
        alerts.map(({ severity }) => severity),
        alerts.map(({ matched }) => matched),
        alerts.map(({ content }) => JSON.stringify(content)),
        alerts.map(({ silencedBy }) => silencedBy),
        alerts.map(({ receiptId }) => receiptId),
        alerts.map(({ lane }) => lane),
        alerts.map(({ traceparent }) => traceparent),
      ],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async find(tx: Transaction, id: Uuid): Promise<Alert | null> {
    const [row] = await tx.query<AlertRow>(`select ${columns}, resolved_at from alerts where id = $1`, [id]);
    return row === undefined ? null : toAlert(row);
  }

  /** Newest first along `alerts_newest_idx`. */
  async list(tx: Transaction, limit: number, after: TimePosition | null): Promise<Alert[]> {
    const rows = await tx.query<AlertRow>(
      `select ${columns}, resolved_at from alerts
        where tenant = $1 and ($2::timestamptz is null or (raised_at, id) < ($2, $3::uuid))
        order by raised_at desc, id desc limit $4`,
      [tx.tenant, after?.at ?? null, after?.id ?? null, limit],
    );
    return rows.map(toAlert);
  }

  /** Removes the oldest alerts raised before a time, with all that hangs on them, along `alerts_age_idx`. Gives how many. */
  async forget(tx: Pick<Transaction, 'query'>, before: Date, most: number): Promise<number> {
    const rows = await tx.query(
      `delete from alerts where id in (
         select id from alerts a where raised_at < $1
            and not exists (select from deliveries d where d.alert_id = a.id and d.state = 'pending')
          order by raised_at limit $2) returning 1`,
      [before, most],
    );
    return rows.length;
  }
}

function toAlert(row: AlertRow): Alert {
  const { id, title, severity, matched, content, lane, traceparent } = row;
  return {
    id,
    ruleId: row.rule_id,
    ruleName: row.rule_name,
    eventId: row.event_id,
    eventName: row.event_name,
    eventTime: row.event_time,
    title,
    severity,
    matched,
    content,
    silencedBy: row.silenced_by,
    receiptId: row.receipt_id,
    lane,
    traceparent,
    raisedAt: row.raised_at,
    resolvedAt: row.resolved_at,
  };
}
