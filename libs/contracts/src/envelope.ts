import { z } from 'zod';
import type { DataOf, EventContract } from './define-event.js';

/**
 * CloudEvents 1.0 in structured JSON, with the extension attributes that every event of the platform carries:
 * `tenant`, `actor`, `version` (of the aggregate, for state events), `correlationid` (the receipt that began it),
 * `causationid` (the event that led here) and `traceparent` (W3C Trace Context).
 */
export const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.string(),
  time: z.iso.datetime(),
  subject: z.string().nullable(),
  tenant: z.string(),
  actor: z.string(),
  version: z.number().int().nullable(),
  lane: z.enum(['interactive', 'bulk']),
  correlationid: z.uuid().nullable(),
  causationid: z.uuid().nullable(),
  traceparent: z.string().nullable(),
  datacontenttype: z.literal('application/json'),
  data: z.unknown(),
});

export type Envelope<Data = unknown> = Omit<z.infer<typeof envelopeSchema>, 'data'> & { readonly data: Data };

/** The event that a contract describes, as a handler receives it. */
export type EventOf<Contract extends EventContract> = Envelope<DataOf<Contract>>;

/** The actor of what no person and no key asked for. */
export const systemActor = 'system';
