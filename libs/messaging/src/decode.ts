import { type Envelope, envelopeSchema, type EventContract } from '@assay/contracts';
import { messagingError } from './messaging.errors.js';

/** The envelope in a message. @throws AssayError `messaging.malformed-event` */
export function decodeEnvelope(payload: string): Envelope {
  try {
    return envelopeSchema.parse(JSON.parse(payload)) as Envelope;
  } catch (cause) {
    throw messagingError('invalid', 'messaging.malformed-event', 'The message is no event envelope', { cause });
  }
}

/** The event with its data as the contract describes it. @throws AssayError `messaging.wrong-data` */
export function withData(envelope: Envelope, contract: EventContract): Envelope {
  const data = contract.schema.safeParse(envelope.data);
  if (data.success) return { ...envelope, data: data.data };
  throw messagingError('invalid', 'messaging.wrong-data', `The data of ${envelope.type} is not as its contract says`, {
    cause: data.error,
    fields: data.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message })),
  });
}
