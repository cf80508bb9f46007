/**
 * Largest document that an attestation carries as its predicate, in bytes: 16 MiB. Above that it carries digest and
 * location, because verifiers hold the whole envelope, a third larger in base64, in memory (cosign refuses above 128 MiB).
 */
export const PREDICATE_MAX_BYTES = 16 * 1024 * 1024;

/** Largest envelope that is read for verification, in bytes: base64 of a full predicate, and room for what surrounds it. */
export const ENVELOPE_MAX_BYTES = 24 * 1024 * 1024;

/** Signatures tried in one envelope; each costs a verification over the whole payload. */
export const ENVELOPE_MAX_SIGNATURES = 16;

/** Bytes encoded to base64 at a time, a multiple of three so that pieces join without padding; 48 KiB become 64. */
export const BASE64_SLICE_BYTES = 48 * 1024;

/**
 * Documents and envelopes up to this size, in bytes, are worked on in place: that takes some milliseconds per MiB, about
 * what a hop to a thread costs. Larger ones would keep every other handler of the process waiting (`platform-facts.md`).
 */
export const INLINE_MAX_BYTES = 1024 * 1024;

/** Threads for large documents. Two at once hold about 80 MiB and leave the event loop a share of two cores. */
export const WORKER_THREADS = 2;

/** Documents attested in one transaction: the statements are then shared, and one bad document costs 31 others a repetition. */
export const ATTEST_BATCH_DOCUMENTS = 32;

/** Batches at once per lane and process: while one waits for the artifact store, another computes. */
export const ATTEST_CONCURRENCY = 3;

/** How long documents wait for company under load, in milliseconds: a verdict does not wait for their attestations. */
export const ATTEST_GATHER_MS = 50;

/** Opened private keys kept in memory, of as many tenants. One is about 2 KB; opening one again costs 0.1 ms. */
export const OPENED_KEYS = 1_000;

/** Largest blob that is signed or verified, in bytes: the limit of documents (`semantics.md` §4). It is never held whole. */
export const BLOB_MAX_BYTES = 512 * 1024 * 1024;

/** Attestations of one document that a verification without an id tries, newest first. */
export const CANDIDATES_MAX = 20;

/** Longest name of an image, in characters. PatchHound's callers send what they typed; a name in a registry has at most 255. */
export const IMAGE_NAME_MAX_CHARS = 512;

/** Longest text that is signed as an image's digest, in characters: a name, `@`, and 135 for SHA-512, with room to spare. */
export const IMAGE_DIGEST_MAX_CHARS = 1_024;

/** Above every revision of a vault's entry: the largest `integer` of Postgres. */
export const MAX_REVISION = 2_147_483_647;

/** Longest role of a document in a question, in characters: ours are names of form fields. */
export const ROLE_MAX_CHARS = 100;

/** Documents that one request has verified: each is read whole, so that a hundred of 512 MiB are enough for one answer. */
export const VERIFY_MAX_DOCUMENTS = 100;

/** Attestations of one document that are verified, newest first: one for each key and type that it was ever attested with. */
export const VERIFY_MAX_ATTESTATIONS = 20;

/** Documents verified at once: reading waits for the store while another computes, and each may hold an envelope of 24 MiB. */
export const VERIFY_CONCURRENCY = 4;

/** Keys of a tenant that an envelope from elsewhere is held against, newest first: rotated monthly, more than eight years. */
export const KEYS_MAX = 100;

/** Verdicts signed in one transaction: what one batch of judgements decides. One takes about 0.1 ms. */
export const VERDICT_BATCH = 64;

/** How long verdicts wait for company under load, in milliseconds: the signature may follow (`semantics.md` §4). */
export const VERDICT_GATHER_MS = 100;

/** Largest statement of a verdict that is signed, in bytes: some ten thousand exceptions of 1 KiB. */
export const VERDICT_MAX_BYTES = 16 * 1024 * 1024;
