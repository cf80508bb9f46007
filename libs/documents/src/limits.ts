/**
 * Every limit that a document meets on its way in. They are limits of form: whoever sends more is refused while the
 * bytes arrive, before anything is stored. Pinned by `limits.spec.ts`; change one with an ADR.
 */

const mebibyte = 1024 * 1024;

/**
 * Containers (objects and arrays) that may be open at once. The deepest real SBOM of our corpus opens 14; every further
 * level costs readers that recurse a stack frame, and the published bombs open thousands.
 */
export const maxDepth = 64;

/**
 * Members of one object, duplicates included. No format we read uses an object as a table; V8 turns such an object into
 * a slow dictionary, and colliding keys are a known way to make a server spend minutes.
 */
export const maxKeysPerObject = 100_000;

/** Bytes of one document after unpacking. A bill of materials of a million components is about 400 MiB. */
export const maxDocumentBytes = 512 * mebibyte;

/**
 * Bytes between the quotes of one string, escapes as written. Room for a whole licence text or a certificate chain, not
 * for a file smuggled into a name: a row that carries it would be copied into lists, reports and messages.
 */
export const maxStringBytes = mebibyte;

/**
 * Bytes of one value cut out by path, and thus what a reader holds in memory at once beside its chunk. The fattest real
 * one, a Trivy result with thousands of vulnerabilities, has about 6 MiB.
 */
export const maxElementBytes = 16 * mebibyte;

/**
 * How many bytes one compressed byte may turn into. Real SBOMs compress 10:1 to 40:1, very repetitive ones 120:1;
 * bombs come close to the 1032:1 that DEFLATE allows.
 */
export const maxCompressionRatio = 200;

/** Unpacked bytes before the ratio is looked at: a small repetitive document may exceed any ratio and harms nobody. */
export const compressionRatioGraceBytes = mebibyte;

/** Bytes that are examined before what was found is handed on. It bounds a batch, whatever chunks the source gives. */
export const scanWindowBytes = 64 * 1024;

/** The limits of `JsonGuard`; a test or a stricter route may lower them. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxKeysPerObject: number;
  readonly maxDocumentBytes: number;
  readonly maxStringBytes: number;
}

export const jsonLimits: JsonLimits = { maxDepth, maxKeysPerObject, maxDocumentBytes, maxStringBytes };
