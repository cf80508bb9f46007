import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { hostRef } from '../model/host.js';

/** Published by compliance once when a host that used to give signs of life has not done so for too long. */
export const hostSilentV1 = defineEvent(
  'compliance.host.silent.v1',
  z.object({ host: hostRef, lastSeenAt: z.iso.datetime(), silentAfterSeconds: z.number().int() }),
  { audited: true },
);
