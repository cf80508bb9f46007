import { z } from 'zod';
import { defineEvent } from '../define-event.js';

/** Published by case-engine when somebody said, otherwise than before, which team owns which repositories. */
export const teamChangedV1 = defineEvent(
  'cases.team.changed.v1',
  z.object({
    teamId: z.uuid(),
    change: z.enum(['created', 'updated', 'removed']),
    name: z.string(),
    slug: z.string(),
    /** Patterns of `org/repo`. */
    repositories: z.array(z.string()),
    channels: z.array(z.uuid()),
  }),
  { audited: true },
);
