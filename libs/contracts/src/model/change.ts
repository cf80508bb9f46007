import { z } from 'zod';

/** Why nothing more is asked of a case: its change was merged or abandoned, or nobody has sent a run for a long time. */
export const closedAsSchema = z.enum(['merged', 'abandoned', 'stale']);
export type ClosedAs = z.infer<typeof closedAsSchema>;

/** A pull or merge request, as its forge names it. `at` is when the forge says that it happened. */
export const changeSchema = z.object({
  hookId: z.uuid(),
  provider: z.string(),
  org: z.string(),
  repo: z.string(),
  prId: z.string(),
  at: z.iso.datetime(),
});
