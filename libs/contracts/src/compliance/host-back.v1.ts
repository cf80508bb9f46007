import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { hostRef } from '../model/host.js';

/** Published by compliance once when a silent host gave a sign of life again. */
export const hostBackV1 = defineEvent(
  'compliance.host.back.v1',
  z.object({ host: hostRef, silentSince: z.iso.datetime(), seenAt: z.iso.datetime() }),
  { audited: true },
);
