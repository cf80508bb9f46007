import type { AgentCommandKind, BenchmarkProfileType } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';
import type { AgentCommand } from './agent-command.js';
import { traitsOf } from './command-kinds.js';

/** Columns of `agent_commands c` as an `AgentCommand`. */
export const commandColumns = `
  c.id, c.host_id as "hostId", c.kind, c.status, c.slot, c.options, c.requested_by as "requestedBy",
  c.requested_credential as "requestedCredential", c.approved_by as "approvedBy", c.approve_by as "approveBy",
  c.cancelled_by as "cancelledBy", c.attempt, c.writes, c.connection_id as "connectionId", c.issued_at as "issuedAt",
  c.started_at as "startedAt", c.sent_at as "sentAt", c.progressed_at as "progressedAt",
  c.next_action_at as "nextActionAt", c.phase, c.progress, c.message, c.error, c.steps, c.scan_ids as "scanIds",
  c.created_at as "createdAt", c.ended_at as "endedAt", c.version`;

/** A host whose commands somebody has to look after. */
export interface DueHost {
  readonly tenant: TenantSlug;
  readonly hostId: Uuid;
}

/**
 * The only SQL that changes commands. Who changes commands of a host holds the host's lock first (`lockHosts`): two
 * processes never decide about the same host at once, and never lock rows in different orders.
 */
export class CommandsStore {
  /** The lock under which results of these hosts are recorded too, so that results and commands never wait for each other. */
  async lockHosts(tx: Transaction, hostIds: readonly Uuid[]): Promise<void> {
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended(name, 0))
         from (select distinct unnest($1::text[]) as name order by 1) names`,
      [hostIds.map((id) => `benchmarks of ${id}`)],
    );
  }

  /** What of a host has not ended, in the order of the requests; OpenSCAP before docker bench where one made both. */
  async open(tx: Transaction, hostId: Uuid): Promise<AgentCommand[]> {
    return tx.query<AgentCommand>(
      `select ${commandColumns} from agent_commands c
        where c.tenant = $1 and c.host_id = $2 and c.ended_at is null order by c.created_at, c.slot, c.id`,
      [tx.tenant, hostId],
    );
  }

  /** The host of an id, under the id that it has by now, if it has commands that have not ended; else null. Mostly null. */
  async busyHost(tx: Transaction, id: Uuid): Promise<Uuid | null> {
    const [busy] = await tx.query<{ hostId: Uuid }>(
      `select c.host_id as "hostId" from agent_commands c
        where c.tenant = $1 and c.ended_at is null
          and c.host_id = (select coalesce(h.joined_into, h.id) from hosts h where h.tenant = $1 and h.id = $2)
        limit 1`,
      [tx.tenant, id],
    );
    return busy?.hostId ?? null;
  }

  async byId(tx: Transaction, id: Uuid): Promise<AgentCommand | null> {
    const [command] = await tx.query<AgentCommand>(
      `select ${commandColumns} from agent_commands c where c.tenant = $1 and c.id = $2`,
      [tx.tenant, id],
    );
    return command ?? null;
  }

  /** The newest of a kind of a host, ended or not. */
  async latest(tx: Transaction, hostId: Uuid, kind: AgentCommandKind): Promise<AgentCommand | null> {
    const [command] = await tx.query<AgentCommand>(
      `select ${commandColumns} from agent_commands c
        where c.tenant = $1 and c.host_id = $2 and c.kind = $3 order by c.id desc limit 1`,
      [tx.tenant, hostId, kind],
    );
    return command ?? null;
  }

  /** When this credential, or where there is none this actor, last triggered a scan of the host. */
  async lastTrigger(tx: Transaction, hostId: Uuid, actor: string, credential: Uuid | null): Promise<Date | null> {
    const [row] = await tx.query<{ at: Date | null }>(
      `select max(created_at) as at from agent_commands
        where tenant = $1 and host_id = $2 and kind in ('scan', 'scan-image')
          and (requested_credential = $4 or ($4::uuid is null and requested_by = $3))`,
      [tx.tenant, hostId, actor, credential],
    );
    return row?.at ?? null;
  }

  /** Of which types these scans are. */
  async recordedTypes(tx: Transaction, scanIds: readonly Uuid[]): Promise<BenchmarkProfileType[]> {
    if (scanIds.length === 0) return [];
    const rows = await tx.query<{ type: BenchmarkProfileType }>(
      `select distinct p.type from benchmark_scans s
         join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.tenant = $1 and s.id = any($2::uuid[])`,
      [tx.tenant, scanIds],
    );
    return rows.map(({ type }) => type);
  }

  async add(tx: Transaction, command: AgentCommand): Promise<void> {
    const { id, hostId, kind, status, slot, options, requestedBy, requestedCredential, approveBy, nextActionAt } =
      command;
    await tx.query(
      `insert into agent_commands (tenant, id, host_id, kind, status, lane, slot, options, requested_by,
         requested_credential, approve_by, next_action_at, created_at, version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
      [
        tx.tenant,
        id,
        hostId,
        kind,
        status,
        traitsOf[kind].lane,
        slot,
        JSON.stringify(options),
        requestedBy,
        requestedCredential,
        approveBy,
        nextActionAt,
        command.createdAt,
        command.version,
      ],
    );
  }

  /** Writes what can change of a command. */
  async save(tx: Transaction, command: AgentCommand): Promise<void> {
    await tx.query(
      `update agent_commands set status = $3, approved_by = $4, cancelled_by = $5, attempt = $6, writes = $7,
         connection_id = $8, issued_at = $9, started_at = $10, sent_at = $11, progressed_at = $12, next_action_at = $13,
         phase = $14, progress = $15, message = $16, error = $17, steps = $18, scan_ids = $19, ended_at = $20,
         version = $21
       where tenant = $1 and id = $2`,
      [
        tx.tenant,
        command.id,
        command.status,
        command.approvedBy,
        command.cancelledBy,
        command.attempt,
        command.writes,
        command.connectionId,
        command.issuedAt,
        command.startedAt,
        command.sentAt,
        command.progressedAt,
        command.nextActionAt,
        command.phase,
        command.progress,
        command.message,
        command.error,
        JSON.stringify(command.steps),
        command.scanIds,
        command.endedAt,
        command.version,
      ],
    );
  }

  /** The next in the queue of each slot of a host gets a timer: its turn may have come. */
  async wakeWaiting(tx: Transaction, hostId: Uuid, at: Date): Promise<void> {
    await tx.query(
      `update agent_commands set next_action_at = $3
        where tenant = $1 and host_id = $2 and status = 'queued' and issued_at is null and next_action_at is null`,
      [tx.tenant, hostId, at],
    );
  }

  /** Hosts whose timers have run out, across tenants, those that have waited longest first. */
  async due(tx: Transaction): Promise<DueHost[]> {
    return tx.query<DueHost>(
      `select tenant, host_id as "hostId" from
         (select tenant, host_id, next_action_at from agent_commands
           where ended_at is null and next_action_at <= $1 order by next_action_at limit $2) due
        group by tenant, host_id order by min(next_action_at)`,
      [tx.now, limits.commandTickRows],
    );
  }

  /** Commands that wait for an agent although its socket is open: they and its greeting missed each other. Across tenants. */
  async missed(tx: Transaction): Promise<DueHost[]> {
    return tx.query<DueHost>(
      `select distinct c.tenant, c.host_id as "hostId" from agent_commands c
         join agent_connections k on k.tenant = c.tenant and k.host_id = c.host_id
        where c.status = 'queued' and c.ended_at is null and c.issued_at is null and c.next_action_at is null
          and k.disconnected_at is null and k.seen_at > $1::timestamptz - make_interval(secs => $2)
          and not exists (select 1 from agent_commands a
                           where a.tenant = c.tenant and a.host_id = c.host_id and a.lane = c.lane
                             and a.status in ('sent', 'running'))
        limit $3`,
      [tx.now, limits.connectionLostSeconds, limits.commandTickRows],
    );
  }

  /** Hosts with commands that have waited since before `before`, across tenants. */
  async waitingSince(tx: Transaction, before: Date): Promise<DueHost[]> {
    return tx.query<DueHost>(
      `select distinct tenant, host_id as "hostId" from agent_commands
        where status = 'queued' and created_at < $1 limit $2`,
      [before, limits.commandTickRows],
    );
  }

  /** Removes some that ended before `before`, across tenants. Gives how many. */
  async forget(tx: Transaction, before: Date): Promise<number> {
    const gone = await tx.query(
      `delete from agent_commands where (tenant, id) in
         (select tenant, id from agent_commands where ended_at < $1 limit $2) returning id`,
      [before, limits.forgetCommandRows],
    );
    return gone.length;
  }

  /** Two hosts turned out to be one: what ended goes along. What had not ended is ended before. */
  async move(tx: Transaction, from: Uuid, into: Uuid): Promise<void> {
    const sql = 'update agent_commands set host_id = $3 where tenant = $1 and host_id = $2';
    await tx.query(sql, [tx.tenant, from, into]);
  }
}
