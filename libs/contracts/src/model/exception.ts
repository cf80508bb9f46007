import { z } from 'zod';

/** What is accepted: a vulnerability by any of its ids, or the rule of another kind of finding. */
export const exceptionTarget = z.object({
  kind: z.enum(['vulnerability', 'rule']),
  id: z.string(),
  /** The alias group, where it was known when the exception was granted. */
  group: z.uuid().nullable(),
});

/** Where it is accepted, from wide to narrow. The fields that the kind does not need are null. */
export const exceptionScope = z.object({
  kind: z.enum(['tenant', 'repository', 'image', 'component']),
  provider: z.string().nullable(),
  org: z.string().nullable(),
  repo: z.string().nullable(),
  image: z.string().nullable(),
  purl: z.string().nullable(),
});
