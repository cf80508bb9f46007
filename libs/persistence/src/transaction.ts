import type { DataOf, Envelope, EventContract, Lane } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { OutboxRow } from './outbox-row.js';

/** For whom and because of what a transaction runs. What it publishes carries this on. */
export interface TransactionContext {
  readonly tenant: TenantSlug;
  /** Who caused it: `key:<id>`, `user:<id>`, `service:<name>` or `system`. */
  readonly actor?: string;
  /** The receipt it belongs to. */
  readonly correlationId?: Uuid | null;
  /** The event that it is a reaction to. */
  readonly causationId?: Uuid | null;
  readonly lane?: Lane;
  /**
   * True for work that runs the same statements thousands of times, by key or by arrays of keys: they are planned once per
   * connection and not again for each set of parameters, which was a fifth of what a document cost the database. Wrong for
   * lists with filters that may be absent: their best plan depends on the parameters.
   */
  readonly repeated?: boolean;
}

export interface PublishOptions {
  /** The CloudEvents subject: what the event is about, for people and filters. */
  readonly subject?: string;
  /** The aggregate's version, for state events: readers ignore a lower one than they have seen. */
  readonly version?: number;
  /** Overrides of the transaction's context, for an event that begins or belongs to something else. */
  readonly tenant?: TenantSlug;
  readonly lane?: Lane;
  readonly correlationId?: Uuid | null;
  readonly actor?: string;
  /**
   * The event that led to this one, for a handler of batches, whose transaction belongs to none in particular: its actor,
   * receipt, lane and trace are carried on, and its id is the cause.
   */
  readonly because?: Envelope;
}

/** One transaction of one tenant: its effect and the events it causes commit together or not at all. */
export interface Transaction {
  readonly tenant: TenantSlug;
  readonly actor: string;
  readonly correlationId: Uuid | null;
  readonly lane: Lane;
  /** The moment the transaction began, for everything that happens in it. */
  readonly now: Date;
  /** Runs one statement with `$1` parameters and gives its rows. The text must be a constant: it is prepared. */
  query<Row = Record<string, unknown>>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Adds an event to the outbox and gives its id. It leaves after the commit. */
  publish<Contract extends EventContract>(contract: Contract, data: DataOf<Contract>, options?: PublishOptions): Uuid;
  /** Runs after the commit, in this process only. A failure here cannot undo anything; nothing may depend on it. */
  afterCommit(effect: () => void): void;
}

/** A transaction of the insert-only role: rows of many tenants, with events that were made before, each for its own caller. */
export interface GroupTransaction extends Transaction {
  /** Adds events that are ready to go, as `publish` does with those it makes. */
  append(rows: readonly OutboxRow[]): void;
}
