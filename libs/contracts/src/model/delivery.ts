import { z } from 'zod';

/** One message to one channel. `statusCode` is the channel's HTTP answer, null where none came or none exists. */
export const deliverySchema = z.object({
  deliveryId: z.uuid(),
  alertId: z.uuid(),
  channelId: z.uuid(),
  attempt: z.number().int(),
  statusCode: z.number().int().nullable(),
  /** What the alert is about, where its event named a run or a case. */
  runId: z.uuid().nullable().optional(),
  caseId: z.number().int().nullable().optional(),
});
