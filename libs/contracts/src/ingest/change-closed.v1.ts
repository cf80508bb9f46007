import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { changeSchema } from '../model/change.js';

/**
 * Published by the gateway when a forge said, with a good signature, that a pull or merge request is merged or abandoned.
 * Case-engine closes its case.
 */
export const changeClosedV1 = defineEvent(
  'ingest.change.closed.v1',
  changeSchema.extend({ as: z.enum(['merged', 'abandoned']), mergeCommitSha: z.string().nullable() }),
  { audited: true },
);
