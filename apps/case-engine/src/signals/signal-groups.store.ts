import { type SignalGroup, type SignalSeverity, signalSeverities, signalStatuses } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { GroupDelta } from './tally.js';

/** A group of signals with its counts. `open` of the contract is what nobody has resolved. */
export interface GroupRecord {
  readonly host_id: string;
  readonly rule_id: string;
  readonly title: string;
  readonly severity: SignalSeverity;
  readonly open: number;
  readonly acknowledged: number;
  readonly resolved: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly newest_id: Uuid;
}

/** Signals of a group that are past their retention. */
export type GroupLoss = Pick<GroupDelta, 'hostId' | 'ruleId' | 'counts' | 'bySeverity'>;

/** A group with everything that is counted of it. */
export type CountedGroup = GroupRecord & Readonly<Record<SignalSeverity, number>>;

/** What a list of groups is narrowed to. */
export interface GroupFilter {
  /** Null for all hosts but those that are hidden. */
  readonly hosts: readonly string[] | null;
  readonly hidden: readonly string[];
  readonly rule: string | null;
  readonly unresolved: boolean;
}

/** Groups whose signals changed from one state to another, counted. */
export interface GroupMove {
  readonly hostId: string;
  readonly ruleId: string;
  /** What is added to open, acknowledged and resolved; negative where they went. */
  readonly by: readonly [number, number, number];
}

const columns = 'host_id, rule_id, title, severity, open, acknowledged, resolved, first_at, last_at, newest_id';
const rank = (severity: string): string => `array_position('{${signalSeverities.join(',')}}'::text[], ${severity})`;
const isQuiet = 'g.open + g.acknowledged = 0';

/**
 * Groups are locked in the order of host and rule, whoever changes them, so that transactions never wait in a circle. A
 * group that is raised anew begins anew: severity and first time are of what came since.
 */
const addStatement = `
  insert into signal_groups as g (tenant, host_id, rule_id, title, severity, open, acknowledged, resolved,
                                  ${signalSeverities.join(', ')}, first_at, last_at, newest_id)
  select $1, t.* from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[],
                             $11::int[], $12::int[], $13::int[], $14::int[], $15::timestamptz[], $16::timestamptz[], $17::uuid[])
    as t(host_id, rule_id, title, severity, open, acknowledged, resolved, ${signalSeverities.join(', ')}, first_at, last_at, newest_id)
   order by t.host_id collate "C", t.rule_id collate "C"
  on conflict (tenant, host_id, rule_id) do update set
    title = case when excluded.last_at >= g.last_at then excluded.title else g.title end,
    newest_id = case when excluded.last_at >= g.last_at then excluded.newest_id else g.newest_id end,
    severity = case when ${isQuiet} or ${rank('excluded.severity')} < ${rank('g.severity')} then excluded.severity else g.severity end,
    first_at = case when ${isQuiet} then excluded.first_at else least(g.first_at, excluded.first_at) end,
    last_at = greatest(g.last_at, excluded.last_at),
    open = g.open + excluded.open, acknowledged = g.acknowledged + excluded.acknowledged, resolved = g.resolved + excluded.resolved,
    ${signalSeverities.map((severity) => `${severity} = g.${severity} + excluded.${severity}`).join(', ')}
  returning ${columns}`;

/** Adds to counts of groups that are there, `fields` of them, and gives them as they are now. */
function addToStatement(fields: readonly string[]): string {
  const places = fields.map((_, index) => `$${index + 4}::int[]`).join(', ');
  return `
  with changed as materialized (
    select g.tenant, g.host_id, g.rule_id, ${fields.map((field) => `t.${field}`).join(', ')}
      from unnest($2::text[], $3::text[], ${places}) as t(host_id, rule_id, ${fields.join(', ')})
      join signal_groups g on g.tenant = $1 and g.host_id = t.host_id and g.rule_id = t.rule_id
     order by g.host_id, g.rule_id for update of g
  )
  update signal_groups g set ${fields.map((field) => `${field} = g.${field} + c.${field}`).join(', ')}
    from changed c where g.tenant = c.tenant and g.host_id = c.host_id and g.rule_id = c.rule_id
  returning ${columns.replaceAll(/\w+/g, 'g.$&')}`;
}

const moveStatement = addToStatement(signalStatuses);
const takeOutStatement = addToStatement([...signalStatuses, ...signalSeverities]);

/** What is known of a rule on a host without reading its signals. */
@Injectable()
export class SignalGroupsStore {
  /** Adds to groups, and gives them as they are now, in no particular order. */
  async add(tx: Transaction, groups: readonly GroupDelta[]): Promise<GroupRecord[]> {
    if (groups.length === 0) return [];
    return tx.query<GroupRecord>(addStatement, [
      tx.tenant,
      groups.map(({ hostId }) => hostId),
      groups.map(({ ruleId }) => ruleId),
      groups.map(({ title }) => title),
      groups.map(({ severity }) => severity),
      ...signalStatuses.map((status) => groups.map(({ counts }) => counts[status])),
      ...signalSeverities.map((severity) => groups.map(({ bySeverity }) => bySeverity[severity] ?? 0)),
      groups.map(({ firstAt }) => firstAt),
      groups.map(({ lastAt }) => lastAt),
      groups.map(({ newestId }) => newestId),
    ]);
  }

  /** Moves signals of groups from one status to another, and gives the groups as they are now. */
  async move(tx: Transaction, moves: readonly GroupMove[]): Promise<GroupRecord[]> {
    if (moves.length === 0) return [];
    return tx.query<GroupRecord>(moveStatement, [
      tx.tenant,
      moves.map(({ hostId }) => hostId),
      moves.map(({ ruleId }) => ruleId),
      ...[0, 1, 2].map((status) => moves.map(({ by }) => by[status])),
    ]);
  }

  /** Takes signals out of groups, gives the groups as they are then, and removes those that have none left. */
  async takeOut(tx: Transaction, losses: readonly GroupLoss[]): Promise<GroupRecord[]> {
    if (losses.length === 0) return [];
    const keys = [tx.tenant, losses.map(({ hostId }) => hostId), losses.map(({ ruleId }) => ruleId)] as const;
    const groups = await tx.query<GroupRecord>(takeOutStatement, [
      ...keys,
      ...signalStatuses.map((status) => losses.map(({ counts }) => -counts[status])),
      ...signalSeverities.map((severity) => losses.map(({ bySeverity }) => -(bySeverity[severity] ?? 0))),
    ]);
    await tx.query(
      `delete from signal_groups g using unnest($2::text[], $3::text[]) as t(host_id, rule_id)
        where g.tenant = $1 and g.host_id = t.host_id and g.rule_id = t.rule_id and g.open + g.acknowledged + g.resolved = 0`,
      keys,
    );
    return groups;
  }

  /** All groups of these hosts; of all hosts without those that are hidden, where they are null. */
  async ofHosts(
    tx: Transaction,
    hosts: readonly string[] | null,
    hidden: readonly string[] = [],
  ): Promise<CountedGroup[]> {
    return tx.query<CountedGroup>(
      `select ${columns}, ${signalSeverities.join(', ')} from signal_groups
        where ($1::text[] is null or host_id = any($1)) and host_id <> all($2::text[])`,
      [hosts, hidden],
    );
  }

  /** Groups by host and rule, those after `after`; of these hosts where they are given, and unresolved ones where asked for. */
  async list(
    tx: Transaction,
    filter: GroupFilter,
    limit: number,
    after: readonly [string, string],
  ): Promise<GroupRecord[]> {
    return tx.query<GroupRecord>(
      `select ${columns} from signal_groups
        where (host_id, rule_id) > ($1, $2) and ($3::text[] is null or host_id = any($3)) and ($4::text is null or rule_id = $4)
          and (not $5::boolean or open + acknowledged > 0) and host_id <> all($7::text[])
        order by host_id, rule_id limit $6`,
      [...after, filter.hosts, filter.rule, filter.unresolved, limit, filter.hidden],
    );
  }
}

/** A group as events name it. */
export function toGroup(record: GroupRecord): SignalGroup {
  return {
    hostId: record.host_id,
    ruleId: record.rule_id,
    title: record.title,
    severity: record.severity,
    open: unresolvedIn(record),
    firstAt: record.first_at.toISOString(),
    lastAt: record.last_at.toISOString(),
    newestId: record.newest_id,
  };
}

/** Signals of the group that are not resolved. */
export function unresolvedIn({ open, acknowledged }: Pick<GroupRecord, 'open' | 'acknowledged'>): number {
  return open + acknowledged;
}
