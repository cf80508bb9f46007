import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';

/** Published by the scanner (tenant `platform`) when an import of a feed changed something. */
export const advisoriesChangedV1 = defineEvent(
  'scanning.advisories.changed.v1',
  z.object({
    feed: z.enum(['osv', 'kev', 'epss']),
    version: z.string(),
    digest: z.string(),
    added: z.number().int(),
    changed: z.number().int(),
    removed: z.number().int(),
    rejected: z.number().int(),
    /** EPSS: the scores that are new or different, as CSV (`cve,epss,percentile`). */
    delta: artifactRef.optional(),
  }),
  { audited: true },
);
