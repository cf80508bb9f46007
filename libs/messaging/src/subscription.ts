import type { Envelope, EventContract, EventOf, Lane, Stage } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';

/** How a durable subscription is worked on. */
export interface SubscribeOptions {
  /** `<service>-<what-it-does>`: the consumer's name on the broker and in the inbox. It must never change. */
  readonly durable: string;
  /** The only lane to listen to. Without it both are heard, each through a consumer of its own. */
  readonly lane?: Lane;
  /** Handlers at once per lane and process. */
  readonly concurrency?: number;
  /** True or a number of events: the handler takes arrays, all of one tenant, in one transaction. */
  readonly batch?: boolean | number;
  /**
   * How long a batch waits for company while there is much to do, so that under load few large ones take the place of many
   * small ones. An event that comes alone is taken at once.
   */
  readonly gatherMs?: number;
  /** The stage of a receipt that this handler works on: giving up is then shown in its timeline. */
  readonly stage?: Stage;
}

export interface SubscribeAllOptions extends Omit<SubscribeOptions, 'lane'> {
  /** True if the handler recognises by itself, in its transaction, what it has seen: its events need no rows in the inbox. */
  readonly recognisesRepeats?: boolean;
}

/** Durable, shared by replicas, effectively once by the inbox. */
export interface DurableSubscription extends SubscribeOptions {
  readonly mode: 'durable';
  readonly contract: EventContract;
}

/** Durable, every event of every version and service, as raw envelopes. */
export interface EverythingSubscription extends SubscribeAllOptions {
  readonly mode: 'everything';
}

/** Every process hears it, from now on; nothing is remembered. */
export interface BroadcastSubscription {
  readonly mode: 'broadcast';
  readonly contract: EventContract;
}

export type Subscription = DurableSubscription | EverythingSubscription | BroadcastSubscription;

/** The handler method behind a `@Subscribe`: one event and the transaction that its effect belongs to. */
export type SubscribeHandler<Contract extends EventContract> = (
  event: EventOf<Contract>,
  tx: Transaction,
) => Promise<void>;
/** Behind a `@Subscribe` with `batch`. */
export type SubscribeBatchHandler<Contract extends EventContract> = (
  events: EventOf<Contract>[],
  tx: Transaction,
) => Promise<void>;
export type SubscribeAllHandler = (events: Envelope[], tx: Transaction) => Promise<void>;
export type BroadcastHandler<Contract extends EventContract> = (event: EventOf<Contract>) => void | Promise<void>;
