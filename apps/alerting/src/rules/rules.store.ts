import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { derivedId } from '../alerts/derived-id.js';
import { type AlertRule, defaultRule, endpointRules, type NameableEvent, type RuleConditions } from './alert-rule.js';

/** A rule with its times. */
export interface StoredRule extends AlertRule {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface RuleRow {
  readonly id: Uuid;
  readonly name: string;
  readonly events: NameableEvent[];
  readonly conditions: RuleConditions;
  readonly channels: Uuid[];
  readonly enabled: boolean;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = 'id, name, events, conditions, channels::text[] as channels, enabled, created_at, updated_at';

/** The only SQL on rules. Removed ones stay as rows, so that the default rule is not made again. */
export class RulesStore {
  /** Makes those of the tenant's default rules that were not made before. Ids follow from the tenant, so twins meet in them. */
  async ensureDefault(tx: Transaction): Promise<void> {
    const defaults = [
      { ...defaultRule, id: derivedId('default-rule', tx.tenant) },
      ...endpointRules.map((rule) => ({ ...rule, id: derivedId('default-rule', tx.tenant, rule.name) })),
    ];
    const there = await tx.query<{ id: Uuid }>('select id from alert_rules where id = any($1::uuid[])', [
      defaults.map(({ id }) => id),
    ]);
    const known = new Set(there.map(({ id }) => id));
    for (const rule of defaults) if (!known.has(rule.id)) await this.insert(tx, rule);
  }

  async add(tx: Transaction, rule: AlertRule): Promise<StoredRule> {
    await this.insert(tx, rule);
    return { ...rule, createdAt: tx.now, updatedAt: tx.now };
  }

  async save(tx: Transaction, rule: AlertRule): Promise<void> {
    const { id, name, on, where, channels, enabled } = rule;
    await tx.query(
      `update alert_rules set name = $2, events = $3, conditions = $4, channels = $5, enabled = $6, updated_at = $7
        where id = $1`,
      [id, name, on, JSON.stringify(where), channels, enabled, tx.now],
    );
  }

  async remove(tx: Transaction, id: Uuid): Promise<void> {
    await tx.query('update alert_rules set removed_at = $2 where id = $1', [id, tx.now]);
  }

  async lock(tx: Transaction, id: Uuid): Promise<StoredRule | null> {
    const sql = `select ${columns} from alert_rules where id = $1 and removed_at is null for update`;
    const [row] = await tx.query<RuleRow>(sql, [id]);
    return row === undefined ? null : toRule(row);
  }

  async find(tx: Transaction, id: Uuid): Promise<StoredRule | null> {
    const [row] = await tx.query<RuleRow>(`select ${columns} from alert_rules where id = $1 and removed_at is null`, [
      id,
    ]);
    return row === undefined ? null : toRule(row);
  }

  /** Newest first along `alert_rules_tenant_idx`. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<StoredRule[]> {
    const rows = await tx.query<RuleRow>(
      `select ${columns} from alert_rules
        where tenant = $1 and removed_at is null and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
    return rows.map(toRule);
  }

  private async insert(tx: Transaction, rule: AlertRule): Promise<void> {
    const { id, name, on, where, channels, enabled } = rule;
    await tx.query(
      `insert into alert_rules (id, tenant, name, events, conditions, channels, enabled, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (id) do nothing`,
      [id, tx.tenant, name, on, JSON.stringify(where), channels, enabled, tx.now],
    );
  }
}

function toRule(row: RuleRow): StoredRule {
  const { id, name, events, conditions, channels, enabled } = row;
  const times = { createdAt: row.created_at, updatedAt: row.updated_at };
  return { id, name, on: events, where: conditions, channels, enabled, ...times };
}
