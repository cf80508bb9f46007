import { z } from 'zod';

/** Bytes in the artifact store, by their SHA-256: the claim check that events carry instead of documents. */
export const artifactRef = z.object({
  digest: z.templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)]),
  size: z.number().int().nonnegative(),
  mediaType: z.string(),
});
export type ArtifactRef = z.infer<typeof artifactRef>;

/** What reads a bill of materials in a bundle; every other reader is the name of a report's tool. */
export const sbomReader = 'sbom';

/**
 * One document of a receipt. PatchHound sends four in one request, most callers one. `reader` says in a bundle who reads
 * it: `sbomReader`, a tool, or null for what the scanner has nothing to do with; absent where the receipt's kind says it.
 */
export const documentRef = artifactRef.extend({ role: z.string(), reader: z.string().nullable().optional() });
export type DocumentRef = z.infer<typeof documentRef>;
