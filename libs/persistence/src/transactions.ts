import { type DataOf, type EventContract, type Lane, type Stage, systemActor } from '@assay/contracts';
import {
  AssayError,
  type Clock,
  isTenantSlug,
  platformTenant,
  systemClock,
  type TenantSlug,
  type Uuid,
} from '@assay/kernel';
import { currentTraceparent } from '@assay/telemetry';
import type { PoolClient } from 'pg';
import type { Database } from './database.js';
import type { PersistenceErrorCode } from './migrate.js';
import { type OutboxRow, toOutboxRow } from './outbox-row.js';
import { type EndedStage, progressRows } from './progress-groups.js';
import { rolesOf } from './roles.js';
import type { GroupTransaction, PublishOptions, Transaction, TransactionContext } from './transaction.js';

/** What happens to outbox rows once they are committed: the relay of this process takes them. */
export type AfterCommit = (rows: readonly OutboxRow[]) => void;

const insertOutbox = `
  with said as (
    insert into outbox (id, tenant, subject, envelope, audited, published_at)
    select *, now() from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::boolean[]))
  insert into outbox_pending (id, tenant) select * from unnest($1::uuid[], $2::text[])`;

/**
 * The one way to write: a transaction of one tenant, whose events leave only if it commits. Row level security hides
 * every other tenant's rows from it.
 */
export class Transactions {
  private onCommit: AfterCommit = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Called once by the relay of this process. */
  handCommittedTo(onCommit: AfterCommit): void {
    this.onCommit = onCommit;
  }

  /** Runs `work` in a transaction of a tenant. Throws what `work` throws, after a rollback. */
  async run<Result>(
    context: TenantSlug | TransactionContext,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    const full = typeof context === 'string' ? { tenant: context } : context;
    if (!isTenantSlug(full.tenant)) throw new TypeError(`${JSON.stringify(full.tenant)} is no tenant slug`);
    const plans = full.repeated === true ? '; set local plan_cache_mode = force_generic_plan' : '';
    return this.inTransaction(full, `begin; set local assay.tenant = '${full.tenant}'${plans}`, work);
  }

  /**
   * Runs `work` across all tenants, as the job role. For relays, maintenance and bulk work only: nothing that answers a
   * caller may use it. Events it publishes must name their tenant, or belong to the platform.
   */
  async runAcrossTenants<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const { job } = rolesOf(this.database.service);
    const begin = `begin; set local role ${job}; set local assay.tenant = '${platformTenant}'`;
    return this.inTransaction({ tenant: platformTenant }, begin, work);
  }

  /** Runs `work` as the insert-only role that may add rows of any tenant: a group commit of many callers' requests. */
  async runGroupInsert<Result>(work: (tx: GroupTransaction) => Promise<Result>): Promise<Result> {
    const { accept } = rolesOf(this.database.service);
    return this.inTransaction({ tenant: platformTenant }, `begin; set local role ${accept}`, work);
  }

  private async inTransaction<Result>(
    context: TransactionContext,
    begin: string,
    work: (tx: GroupTransaction) => Promise<Result>,
  ): Promise<Result> {
    const { runner, client } = await this.database.connect().catch(unavailable);
    const tx = new OpenTransaction(this.database, client, context, this.clock.now());
    try {
      await client.query(begin);
      const result = await work(tx);
      await tx.flushOutbox();
      await client.query('commit');
      this.settle(tx);
      return result;
    } catch (error) {
      await client.query('rollback').catch((_broken: unknown) => undefined);
      throw connectionLost(error) ? unavailableError(error) : error;
    } finally {
      await runner.release();
    }
  }

  private settle(tx: OpenTransaction): void {
    if (tx.outbox.length > 0) this.onCommit(tx.outbox);
    for (const effect of tx.effects) effect();
  }
}

class OpenTransaction implements GroupTransaction {
  readonly tenant: TenantSlug;
  readonly actor: string;
  readonly correlationId: Uuid | null;
  readonly lane: Lane;
  readonly outbox: OutboxRow[] = [];
  readonly effects: (() => void)[] = [];
  private readonly ended: EndedStage[] = [];

  constructor(
    private readonly database: Database,
    private readonly client: PoolClient,
    private readonly context: TransactionContext,
    readonly now: Date,
  ) {
    this.tenant = context.tenant;
    this.actor = context.actor ?? systemActor;
    this.correlationId = context.correlationId ?? null;
    this.lane = context.lane ?? 'interactive';
  }

  async query<Row = Record<string, unknown>>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.database.query<Row>(this.client, sql, parameters);
  }

  publish<Contract extends EventContract>(
    contract: Contract,
    data: DataOf<Contract>,
    options: PublishOptions = {},
  ): Uuid {
    const row = this.add(contract, data, options);
    if (contract.stage !== null) this.endStage(contract.stage, options);
    return row.id;
  }

  append(rows: readonly OutboxRow[]): void {
    this.outbox.push(...rows);
  }

  afterCommit(effect: () => void): void {
    this.effects.push(effect);
  }

  async flushOutbox(): Promise<void> {
    this.outbox.push(...progressRows(this.database.service, this.ended, this.now));
    if (this.outbox.length === 0) return;
    await this.query(insertOutbox, [
      this.outbox.map((row) => row.id),
      this.outbox.map((row) => row.tenant),
      this.outbox.map((row) => row.subject),
      this.outbox.map((row) => row.envelope),
      this.outbox.map((row) => row.audited),
    ]);
  }

  private endStage(stage: Stage, options: PublishOptions): void {
    const receiptId = this.receiptOf(options);
    if (receiptId === null) return;
    const at = new Date();
    const durationMs = Math.max(0, at.getTime() - this.now.getTime());
    const progress = { receiptId, service: this.database.service, stage, at: at.toISOString(), durationMs };
    this.ended.push({ progress, ...this.originOf(options) });
  }

  private add(contract: EventContract, data: unknown, options: PublishOptions): OutboxRow {
    const row = toOutboxRow({
      contract,
      data,
      publisher: this.database.service,
      time: this.now,
      subject: options.subject,
      version: options.version,
      correlationId: this.receiptOf(options),
      ...this.originOf(options),
    });
    this.outbox.push(row);
    return row;
  }

  /** For whom and because of what an event leaves: as its options say, else the event that led to it, else the transaction. */
  private originOf({ tenant, lane, actor, because }: PublishOptions): Omit<EndedStage, 'progress'> {
    return {
      tenant: tenant ?? this.tenant,
      lane: lane ?? because?.lane ?? this.lane,
      actor: actor ?? because?.actor ?? this.actor,
      causationId: because?.id ?? this.context.causationId,
      traceparent: because?.traceparent ?? currentTraceparent(),
    };
  }

  private receiptOf({ correlationId, because }: PublishOptions): Uuid | null {
    if (correlationId !== undefined) return correlationId;
    return because === undefined ? this.correlationId : because.correlationid;
  }
}

/** SQLSTATE classes 08 (connection), 57P (shutdown) and 53 (resources), and what the sockets say. */
function connectionLost(error: unknown): boolean {
  if (error instanceof AssayError || !(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08|57P|53)/.test(code) ||
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT)$/.test(code) ||
    /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable/i.test(
      error.message,
    )
  );
}

function unavailableError(cause: unknown): AssayError<PersistenceErrorCode> {
  return new AssayError('unavailable', 'persistence.unavailable', 'The database does not answer', {
    cause,
    retryAfterSeconds: 2,
  });
}

function unavailable(cause: unknown): never {
  throw unavailableError(cause);
}
