/**
 * Every limit that a document meets on its way in. They are limits of form: whoever sends more is refused while the
 * bytes arrive, before anything is stored. Pinned by `limits.spec.ts`; change one with an ADR.
 */

const mebibyte = 1024 * 1024;

/**
 * Containers (objects and arrays) that may be open at once. The deepest of the 866 real documents of our corpus opens 17;
 * every further level costs readers that recurse a stack frame, and the published bombs open thousands.
 */
export const maxDepth = 64;

/**
 * Members of one object, duplicates included. The widest object of the corpus has 3,991; V8 turns much wider ones into
 * slow dictionaries, and colliding keys are a known way to keep a server busy for minutes.
 */
export const maxKeysPerObject = 100_000;

/** Bytes of one document after unpacking. At 400 bytes a component, a bill of materials of more than a million. */
export const maxDocumentBytes = 512 * mebibyte;

/**
 * Bytes between the quotes of one string, escapes as written. The longest real one, a licence text, has 109,126; a name
 * of a megabyte would be copied into lists, reports and messages.
 */
export const maxStringBytes = mebibyte;

/**
 * Bytes of one value cut out by path, and thus what a reader holds in memory at once beside its window. The largest item
 * of a list in the corpus has 1.5 MB; parsing this much takes about 0.1 s, in which nothing else runs.
 */
export const maxElementBytes = 16 * mebibyte;

/**
 * How many bytes one compressed byte may turn into. The best that gzip makes of a real document over 1 MiB is 34:1, while
 * bombs come close to the 1032:1 that DEFLATE allows.
 */
export const maxCompressionRatio = 200;

/** Unpacked bytes before the ratio is looked at: a small repetitive document may exceed any ratio and harms nobody. */
export const compressionRatioGraceBytes = mebibyte;

/**
 * Window of a zstd frame, as a power of two: 8 MiB, the most that RFC 9659 §3 lets a `Content-Encoding: zstd` use. The
 * library's own limit would let one request allocate 128 MiB.
 */
export const maxZstdWindowLog = 23;

/** Bytes that are examined before what was found is handed on. It bounds a batch, whatever chunks the source gives. */
export const scanWindowBytes = 64 * 1024;

/** Containers that an outline looks into: `runs.*.results.*` of SARIF, `results.*.packages.*.package` of osv-scanner. */
export const outlineDepth = 6;

/** Paths of one outline. The beginning of a real report has some 300; a map of packages would have one for each. */
export const maxOutlinePaths = 2_000;

/** Characters of a member's name in a message or an outline; a name may have a million. */
export const maxShownNameLength = 100;

/** The limits of `JsonGuard`; a test or a stricter route may lower them. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxKeysPerObject: number;
  readonly maxDocumentBytes: number;
  readonly maxStringBytes: number;
}

export const jsonLimits: JsonLimits = { maxDepth, maxKeysPerObject, maxDocumentBytes, maxStringBytes };
