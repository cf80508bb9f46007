import { AssayError, type TenantSlug, type Uuid } from '@assay/kernel';
import { type DeadLettersStore, type InboxStore, type Transactions } from '@assay/persistence';
import { decodeEnvelope } from './decode.js';
import type { EventProcessor } from './event-processor.js';
import type { JetStreamStrategy } from './jetstream.strategy.js';
import type { MessagingErrorCode } from './messaging.errors.js';

/** Gives a dead letter to its consumer again. */
export class ReplayDeadLetter {
  constructor(
    private readonly transactions: Transactions,
    private readonly deadLetters: DeadLettersStore,
    private readonly inbox: InboxStore,
    private readonly strategy: JetStreamStrategy,
    private readonly processor: EventProcessor,
  ) {}

  /**
   * True if the consumer digested it now; false if it failed again and stays a dead letter.
   * @throws AssayError `messaging.unknown-dead-letter`, `messaging.unknown-consumer`
   */
  async execute(tenant: TenantSlug, id: Uuid): Promise<boolean> {
    const letter = await this.transactions.run(tenant, async (tx) => {
      const found = await this.deadLetters.find(tx, id);
      if (found !== null) await this.inbox.forget(tx, found.consumer, found.eventId);
      return found;
    });
    if (letter === null) throw unknown('messaging.unknown-dead-letter', 'There is no such dead letter');
    const handler = this.strategy.handlerOf(letter.consumer);
    if (handler === undefined)
      throw unknown('messaging.unknown-consumer', `Nothing listens as ${letter.consumer} any more`);
    const [outcome] = await this.processor.process(handler, [decodeEnvelope(letter.envelope)]);
    if (outcome?.outcome !== 'done') return false;
    await this.transactions.run(tenant, (tx) => this.deadLetters.markReplayed(tx, id));
    return true;
  }
}

function unknown(code: MessagingErrorCode, message: string): AssayError<MessagingErrorCode> {
  return new AssayError('not-found', code, message);
}
