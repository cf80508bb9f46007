import { z } from 'zod';

/** Bytes in the artifact store, by their SHA-256: the claim check that events carry instead of documents. */
export const artifactRef = z.object({
  digest: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
  size: z.number().int().nonnegative(),
  mediaType: z.string(),
});
export type ArtifactRef = z.infer<typeof artifactRef>;

/** One document of a receipt. PatchHound sends four in one request, most callers one. */
export const documentRef = artifactRef.extend({ role: z.string() });
export type DocumentRef = z.infer<typeof documentRef>;
