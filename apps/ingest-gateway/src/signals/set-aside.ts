import { artifactRef } from '@assay/contracts';
import { z } from 'zod';

/** Under which name set aside signals lie among the dead letters. It must never change. */
export const setAsideConsumer = 'ingest-gateway-take-in-signals';

/** What the dead letter of a signal holds: the signal as it came, as text or in the artifact store, and who sent it. */
export const setAsideData = z.object({
  text: z.string().nullable(),
  document: artifactRef.nullable(),
  credentialId: z.uuid().nullable(),
});
export type SetAsideData = z.infer<typeof setAsideData>;
