/** The sizes and times of this package; pinned by `limits.spec.ts`. */

const kibibyte = 1024;

/** Bytes of one body kept in memory while it arrives. Most documents are smaller and never touch the disk before the store does. */
export const spoolMemoryBytes = 4 * kibibyte * kibibyte;

/** Bytes of all bodies of a process kept in memory at once; what comes then goes to files, so that a crowd costs no more. */
export const spoolTotalMemoryBytes = 64 * kibibyte * kibibyte;

/** Bytes read from a file at first: most documents are smaller, and it is small beside what a reader holds. */
export const readChunkBytes = 64 * kibibyte;

/** Bytes read from a large file at once, after some smaller pieces: 2.3 MB take 5 calls instead of 36. */
export const maxReadChunkBytes = kibibyte * kibibyte;

/** Bytes written to a file at once: as many as Node hands to the kernel in one call. */
export const writeChunkBytes = 512 * kibibyte;

/**
 * Bytes of one part of an S3 upload. The client holds one part in memory; its own choice for a large object is 64 MiB or
 * more. S3 allows 10,000 parts of at least 5 MiB, so that this is good for 78 GiB.
 */
export const s3PartBytes = 8 * kibibyte * kibibyte;

/** How long a connection to S3 may be silent. The client itself would wait for ever. */
export const s3SilenceTimeoutMs = 30_000;

/** How often a bucket is tried to be made while another process makes it. The server knows of it within milliseconds. */
export const bucketAttempts = 10;

/** Pause between these attempts: all together two seconds, which no server was seen to need. */
export const bucketRetryMs = 200;

/** Age at which a draft in the folder store is what a dead process left behind: no write of 512 MiB takes this long. */
export const abandonedDraftMs = 6 * 60 * 60 * 1000;
