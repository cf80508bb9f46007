import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { heartbeat } from '../model/host.js';

/** Published by each gateway about once a second and tenant: the newest sign of life of each agent since the last time. */
export const heartbeatsReceivedV1 = defineEvent(
  'ingest.heartbeats.received.v1',
  z.object({ heartbeats: z.array(heartbeat).min(1) }),
);
