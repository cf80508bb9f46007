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
