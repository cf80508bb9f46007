import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { BroadcastSubscription, DurableSubscription, EverythingSubscription } from './subscription.js';

/** A durable subscription with the Nest handler behind it, guards, pipes and interceptors included. */
export class RegisteredHandler<
  Kind extends DurableSubscription | EverythingSubscription | BroadcastSubscription =
    DurableSubscription | EverythingSubscription,
> {
  constructor(
    readonly subscription: Kind,
    private readonly handler: MessageHandler,
  ) {}

  /** Calls the method and waits until it is done. Throws what it throws. */
  async call(data: unknown, context?: unknown): Promise<void> {
    const result: unknown = await this.handler(data, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  }
}
