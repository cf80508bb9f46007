import type { EventContract } from '@assay/contracts';
import { UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { RethrowFilter } from './rethrow.filter.js';
import { jetStreamTransport } from './transport-id.js';
import type {
  BroadcastHandler,
  SubscribeAllHandler,
  SubscribeAllOptions,
  SubscribeBatchHandler,
  SubscribeHandler,
  SubscribeOptions,
  Subscription,
} from './subscription.js';

/** Decorates methods of this shape, those that leave trailing parameters out included. */
type MethodOf<Handler> = <Method extends Handler>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => TypedPropertyDescriptor<Method> | void;

const rethrow = new RethrowFilter();

/**
 * Nest hands a handler without parameter decorators its payload alone; ours take the transaction beside it. The filter is
 * bound here and not by whoever starts the transport: an application that is connected to an HTTP one has registered its
 * handlers before global filters can be set, and every failure came out as "Internal server error", which is retried as a bug.
 */
function pattern(name: string, subscription: Subscription): MethodDecorator {
  const asEventHandler = EventPattern(name, jetStreamTransport, { subscription }) as MethodDecorator;
  return (target, key, descriptor) => {
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
    UseFilters(rethrow)(target, key, descriptor);
    return asEventHandler(target, key, descriptor);
  };
}

/**
 * The method reacts to events of this contract: durable, shared by the service's replicas, once per event. It gets the
 * event and the transaction in which its effect, its inbox row and the events it publishes commit together.
 */
export function Subscribe<Contract extends EventContract>(
  contract: Contract,
  options: SubscribeOptions & { readonly batch: true | number },
): MethodOf<SubscribeBatchHandler<Contract>>;
export function Subscribe<Contract extends EventContract>(
  contract: Contract,
  options: SubscribeOptions & { readonly batch?: false },
): MethodOf<SubscribeHandler<Contract>>;
export function Subscribe(contract: EventContract, options: SubscribeOptions): MethodDecorator {
  return pattern(options.durable, { mode: 'durable', contract, ...options });
}

/**
 * The method hears every event of this contract in every process, from the moment it listens, and remembers nothing:
 * for waiting callers, agent commands, server-sent events, revoked keys.
 */
export function Broadcast<Contract extends EventContract>(contract: Contract): MethodOf<BroadcastHandler<Contract>> {
  return (target, key, descriptor) =>
    pattern(`broadcast ${contract.type} ${target.constructor.name}.${String(key)}`, { mode: 'broadcast', contract })(
      target,
      key,
      descriptor,
    ) as void;
}

/** The method gets raw envelopes of every type and version, in batches of one tenant: for audit and alerting. */
export function SubscribeAll(options: SubscribeAllOptions): MethodOf<SubscribeAllHandler> {
  return pattern(options.durable, { mode: 'everything', batch: true, ...options }) as MethodOf<SubscribeAllHandler>;
}
