import { type Envelope, receiptFailedV1 } from '@assay/contracts';
import { type AssayError, asAssayError, newId } from '@assay/kernel';
import type { DeadLettersStore, InboxStore, Transaction, TransactionContext, Transactions } from '@assay/persistence';
import { inSpan, type Logger, withTraceparent } from '@assay/telemetry';
import { withData } from './decode.js';
import type { RegisteredHandler } from './registered-handler.js';
import { type Settlement, settle } from './settlement.js';

/** What became of one event. */
export type Outcome =
  | { readonly outcome: 'done' | 'duplicate' | 'dead-letter' }
  | { readonly outcome: 'retry'; readonly delayMs: number }
  | { readonly outcome: 'hold' };

/** Takes events through inbox, handler, effect and outbox, in one transaction, and settles what fails. */
export class EventProcessor {
  constructor(
    private readonly service: string,
    private readonly transactions: Transactions,
    private readonly inbox: InboxStore,
    private readonly deadLetters: DeadLettersStore,
    private readonly logger: Logger,
  ) {}

  /** Events of one tenant, for one handler. A batch that fails is tried again event by event, so that one cannot stop the rest. */
  async process(handler: RegisteredHandler, events: readonly Envelope[]): Promise<Outcome[]> {
    if (events.length === 1) return [await this.processOne(handler, events[0]!)];
    try {
      const fresh = await this.handle(handler, events);
      return events.map((event) => ({ outcome: fresh.has(event.id) ? 'done' : 'duplicate' }));
    } catch (error) {
      if (asAssayError(error).kind === 'unavailable') return events.map(() => ({ outcome: 'hold' }));
      const outcomes: Outcome[] = [];
      for (const event of events) outcomes.push(await this.processOne(handler, event));
      return outcomes;
    }
  }

  private async processOne(handler: RegisteredHandler, event: Envelope): Promise<Outcome> {
    try {
      const fresh = await this.handle(handler, [event]);
      return { outcome: fresh.has(event.id) ? 'done' : 'duplicate' };
    } catch (error) {
      return this.fail(handler, event, asAssayError(error));
    }
  }

  private async handle(handler: RegisteredHandler, events: readonly Envelope[]): Promise<Set<string>> {
    const { subscription } = handler;
    const decoded = subscription.mode === 'everything' ? events : events.map((e) => withData(e, subscription.contract));
    const [first] = decoded;
    const work = (): Promise<Set<string>> =>
      this.transactions.run(contextOf(decoded), async (tx) => {
        const fresh = await this.claim(tx, handler, decoded);
        const unseen = eachOnce(decoded).filter((event) => fresh.has(event.id));
        if (unseen.length > 0) await handler.call(subscription.batch ? unseen : unseen[0], tx);
        return fresh;
      });
    const attributes = {
      'messaging.system': 'jetstream',
      'messaging.operation.type': 'process',
      'assay.events': events.length,
    };
    return withTraceparent(first?.traceparent ?? undefined, () => inSpan(subscription.durable, attributes, work));
  }

  private async claim(
    tx: Transaction,
    { subscription }: RegisteredHandler,
    events: readonly Envelope[],
  ): Promise<Set<string>> {
    const ids = events.map(({ id }) => id);
    const isLeftToHandler = subscription.mode === 'everything' && subscription.recognisesRepeats === true;
    return isLeftToHandler ? new Set(ids) : this.inbox.claim(tx, subscription.durable, ids);
  }

  /** Counts the attempt and settles. If even that cannot be written, the event is held: its failure is not ours to judge. */
  private async fail(handler: RegisteredHandler, event: Envelope, error: AssayError): Promise<Settlement> {
    const { durable } = handler.subscription;
    if (error.kind === 'unavailable') {
      this.logger.debug({ err: error, durable, event: event.id }, 'an event waits for a dependency');
      return { outcome: 'hold' };
    }
    this.logger.warn({ err: error, durable, event: event.id, type: event.type }, 'a handler failed');
    try {
      return await this.transactions.run(contextOf([event]), async (tx) => {
        const attempts = await this.inbox.recordFailure(tx, durable, event.id, error.message);
        const settlement = settle(error, attempts);
        if (settlement.outcome === 'dead-letter') await this.bury(tx, handler, event, error, attempts);
        return settlement;
      });
    } catch {
      return { outcome: 'hold' };
    }
  }

  /** Gives an event up: a dead letter with the reason, and the failure in the timeline of its receipt. */
  async bury(
    tx: Transaction,
    handler: RegisteredHandler,
    event: Envelope,
    error: AssayError,
    attempts: number,
  ): Promise<void> {
    const { durable, stage } = handler.subscription;
    const { kind, code, message, fields } = error;
    const consumer = durable;
    await this.deadLetters.add(tx, {
      id: newId(),
      consumer,
      eventId: event.id,
      type: event.type,
      kind,
      code,
      message,
      attempts,
      envelope: JSON.stringify(event),
    });
    if (stage === undefined || event.correlationid === null) return;
    // A bug's message may tell of tables and paths; the caller is told that it was a bug, the operator reads the letter.
    const told = kind === 'bug' ? 'An internal error; the dead letter says more' : message;
    tx.publish(receiptFailedV1, {
      receiptId: event.correlationid,
      service: this.service,
      stage,
      at: tx.now.toISOString(),
      durationMs: Math.max(0, tx.now.getTime() - Date.parse(event.time)),
      error: { kind, code, message: told, fields: [...fields] },
    });
  }
}

/** A transaction on behalf of one event carries its receipt on; one of a batch belongs to no receipt in particular. */
function contextOf(events: readonly Envelope[]): TransactionContext {
  const [first] = events;
  if (first === undefined) throw new TypeError('a handler was called without events');
  if (events.length > 1) return { tenant: first.tenant, lane: first.lane, repeated: true };
  const { tenant, actor, correlationid, id, lane } = first;
  return { tenant, actor, correlationId: correlationid, causationId: id, lane, repeated: true };
}

/** The same event may stand in a batch twice, when the broker delivered it again meanwhile. */
function eachOnce(events: readonly Envelope[]): Envelope[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}
