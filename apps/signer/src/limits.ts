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

/** Shortest text accepted as the master key, in characters: 32 random ones are at least 128 bits even in hexadecimal. */
export const MASTER_KEY_MIN_CHARACTERS = 32;
