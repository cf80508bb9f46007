import { z } from 'zod';

/** A credential as others may know it: neither the secret nor its hash. */
export const credentialSchema = z.object({
  credentialId: z.uuid(),
  kind: z.string(),
  role: z.string(),
  name: z.string(),
});
