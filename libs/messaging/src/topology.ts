import { type Domain, domains, type Lane, lanes } from '@assay/contracts';
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { limits } from './limits.js';
import type { Names } from './names.js';
import type { DurableSubscription, EverythingSubscription } from './subscription.js';

/** A consumer that one durable subscription needs on one stream, for one lane or for all. */
export interface ConsumerPlan {
  readonly stream: string;
  /** Null for a subscription that hears all lanes as one. */
  readonly lane: Lane | null;
  readonly config: Partial<ConsumerConfig> & { readonly durable_name: string };
}

/** The stream of a domain: limits retention, because several services and audit read the same events. */
export function streamPlan(names: Names, domain: Domain, replicas: number): Partial<StreamConfig> & { name: string } {
  return {
    name: names.stream(domain),
    subjects: [names.everythingIn(domain)],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    max_age: nanos(limits.streamDays * 86_400_000),
    duplicate_window: nanos(limits.duplicateWindowMs),
    num_replicas: replicas,
  };
}

/** The stream that collects what the broker says of messages it gave up on, of this installation's streams only. */
export function deadLetterStreamPlan(names: Names, replicas: number): Partial<StreamConfig> & { name: string } {
  const advisories = ['MAX_DELIVERIES', 'MSG_TERMINATED'];
  return {
    name: names.deadLetterStream,
    subjects: domains.flatMap((domain) =>
      advisories.map((advisory) => `$JS.EVENT.ADVISORY.CONSUMER.${advisory}.${names.stream(domain)}.>`),
    ),
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    max_age: nanos(limits.streamDays * 86_400_000),
    num_replicas: replicas,
  };
}

/** The consumers of a durable subscription: one per stream and lane. */
export function consumerPlans(
  names: Names,
  subscription: DurableSubscription | EverythingSubscription,
): ConsumerPlan[] {
  const common = {
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(limits.ackWaitMs),
    max_deliver: limits.maxDeliver,
    max_ack_pending: limits.maxAckPending,
  };
  const several = names.domainsOf(subscription).length > 1;
  return names.domainsOf(subscription).flatMap((domain): ConsumerPlan[] => {
    const name = several ? `${subscription.durable}-${domain}` : subscription.durable;
    const stream = names.stream(domain);
    if (subscription.mode === 'everything') {
      return [
        { stream, lane: null, config: { ...common, durable_name: name, filter_subject: names.everythingIn(domain) } },
      ];
    }
    return lanes
      .filter((lane) => subscription.lane === undefined || subscription.lane === lane)
      .map((lane) => ({
        stream,
        lane,
        config: {
          ...common,
          durable_name: `${name}-${lane}`,
          filter_subject: names.filter(subscription.contract, domain, lane),
        },
      }));
  });
}

/** Makes the stream, or brings it to the plan. `streams.add` refuses changed settings, so we compare and update. */
export async function reconcileStream(
  manager: JetStreamManager,
  plan: Partial<StreamConfig> & { name: string },
): Promise<Date> {
  const existing = await manager.streams.info(plan.name).catch(missing);
  if (existing === null) return new Date((await manager.streams.add(plan)).created);
  if (differs(existing.config, plan)) await manager.streams.update(plan.name, plan);
  return new Date(existing.created);
}

/** Makes the consumer, or brings it to the plan. `consumers.add` would silently overwrite what somebody else relies on. */
export async function reconcileConsumer(
  manager: JetStreamManager,
  { stream, config }: Pick<ConsumerPlan, 'stream' | 'config'>,
): Promise<void> {
  const existing = await manager.consumers.info(stream, config.durable_name).catch(missing);
  if (existing === null) await manager.consumers.add(stream, config);
  else if (differs(existing.config, config)) await manager.consumers.update(stream, config.durable_name, config);
}

function differs(actual: object, planned: object): boolean {
  const values = new Map(Object.entries(actual));
  return Object.entries(planned).some(([key, value]) => JSON.stringify(values.get(key)) !== JSON.stringify(value));
}

/** JetStream API errors 10059 (stream not found) and 10014 (consumer not found) mean: to be made. */
function missing(error: unknown): null {
  if (error instanceof Error && /not found/i.test(error.message)) return null;
  throw error;
}
