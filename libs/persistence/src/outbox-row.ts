import {
  contractOf,
  type Envelope,
  type EventContract,
  type Lane,
  type ServiceName,
  subjectOf,
  systemActor,
} from '@assay/contracts';
import { AssayError, newId, type Uuid } from '@assay/kernel';
import { limits } from './limits.js';
import type { PersistenceErrorCode } from './migrate.js';

/** One event on its way out: what the outbox stores and the relay publishes. */
export interface OutboxRow {
  readonly id: Uuid;
  readonly tenant: string;
  /** Bus subject without the installation's prefix. */
  readonly subject: string;
  /** The envelope as JSON text: exactly what goes over the bus. */
  readonly envelope: string;
  readonly audited: boolean;
}

export interface EventToPublish<Data = unknown> {
  readonly contract: EventContract<Data>;
  readonly data: Data;
  readonly publisher: ServiceName;
  readonly tenant: string;
  readonly time: Date;
  readonly lane: Lane;
  readonly actor?: string;
  readonly subject?: string | null;
  readonly version?: number | null;
  readonly correlationId?: Uuid | null;
  readonly causationId?: Uuid | null;
  readonly traceparent?: string | null;
  readonly id?: Uuid;
}

/**
 * The outbox row of an event. The data is checked against its contract here, where the mistake is, and not by a reader
 * later. @throws AssayError `persistence.event-too-large` above 64 KiB: larger things travel as artifacts.
 */
export function toOutboxRow<Data>(event: EventToPublish<Data>): OutboxRow {
  const { contract, publisher } = event;
  if (contractOf(contract.type) !== contract) throw new TypeError(`${contract.type} is not in the registry`);
  const envelope: Envelope = {
    specversion: '1.0',
    id: event.id ?? newId(),
    source: `/assay/${publisher}`,
    type: contract.type,
    time: event.time.toISOString(),
    subject: event.subject ?? null,
    tenant: event.tenant,
    actor: event.actor ?? systemActor,
    version: event.version ?? null,
    lane: event.lane,
    correlationid: event.correlationId ?? null,
    causationid: event.causationId ?? null,
    traceparent: event.traceparent ?? null,
    datacontenttype: 'application/json',
    data: contract.schema.parse(event.data),
  };
  const text = JSON.stringify(envelope);
  if (Buffer.byteLength(text) > limits.eventBytes) {
    throw new AssayError(
      'bug',
      'persistence.event-too-large' satisfies PersistenceErrorCode,
      `An event ${contract.type} of ${Buffer.byteLength(text)} bytes does not fit into ${limits.eventBytes}`,
    );
  }
  return {
    id: envelope.id,
    tenant: event.tenant,
    subject: subjectOf(contract, publisher, event.lane, event.tenant),
    envelope: text,
    audited: contract.audited,
  };
}
