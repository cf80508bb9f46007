/**
 * Largest leaf, in bytes. The entry bundles of c2sp.org/tlog-tiles prefix each entry with an unsigned 16-bit length, so a
 * longer one could be appended but never served. Payloads lie outside the leaf and are not bound by this.
 */
export const ENTRY_MAX_BYTES = 65_535;

/** Length of the random salt of a payload, in bytes: 128 bits, so that nobody can guess an erased payload from its digest. */
export const SALT_BYTES = 16;

/** Longest signed note that is read, in bytes. Sixteen post-quantum signatures of 5 kB each, and as much room again. */
export const NOTE_MAX_BYTES = 163_840;

/** Signature lines read from one note. c2sp.org/signed-note asks for at least 16; Go's implementation stops at 100. */
export const NOTE_MAX_SIGNATURES = 100;

/** Events taken into one transaction. At 256 the cost of a transaction is spread thin, and a lock is held some 20 ms. */
export const APPEND_BATCH_EVENTS = 256;

/** How long a batch waits for company under load, in milliseconds: far below the second after which a checkpoint is due. */
export const APPEND_GATHER_MS = 100;

/** Wait after an append before its head is signed, in milliseconds, for what follows at once; far below the promised second. */
export const CHECKPOINT_DELAY_MS = 250;

/** How often heads are looked for that nobody signed, in milliseconds: what a process left that died after an append. */
export const CHECKPOINT_SWEEP_MS = 1_000;

/** Entries verified or exported between two pauses: about 10 ms of hashing, which other requests can wait for. */
export const REPLAY_PAGE_ENTRIES = 500;

/** Checkpoints that one verification opens, spread over the log: 2,000 signatures take 0.2 s, and locate to 1/2000. */
export const VERIFY_CHECKPOINTS = 2_000;

/** Entries of one receipt that are proved in one request; a receipt has about ten. */
export const RECEIPT_ENTRIES_MAX = 500;

/** How often hours that a service has sealed are compared with the logs, in milliseconds: they are told of hourly. */
export const COMPLETENESS_EVERY_MS = 15_000;

/** How long what a service sealed may be missing before it is a gap, in milliseconds (`semantics.md` §7). */
export const GAP_AFTER_MS = 60 * 60_000;

/** Sealed hours compared in one round. */
export const HOURS_PER_ROUND = 50;

/** Envelopes fetched in one request: their ids make 4 KB of its address, well below the 16 KiB of all its headers. */
export const FETCH_EVENTS = 100;

/** How long the record of an erasure may be on its way over the bus before a missing payload counts as tampering, in milliseconds. */
export const ERASURE_RECORD_MS = 10_000;

/** Pause between two looks for the record of an erasure, in milliseconds: a hop takes a few. */
export const ERASURE_POLL_MS = 500;
