/** How long a signed internal identity is good for. Long enough for one proxied request to begin, too short to be kept. */
export const internalIdentityTtlSeconds = 60;

/** Clocks of two machines of one installation may differ this much before identities are refused. */
export const internalIdentityClockToleranceSeconds = 5;

/** Signed identities kept for re-use. One is about 1 KB, so this is some 2 MB for two thousand active callers. */
export const maxCachedIdentities = 2_000;

/** Node refuses requests with more than 16 KiB of headers; this leaves 4 KiB for what else a request carries. */
export const maxInternalIdentityBytes = 12 * 1_024;

/** Random bytes of an API key: 256 bits, so that a fast hash of it is enough (semantics §8). 43 characters in base64url. */
export const apiKeyRandomBytes = 32;

/** Keys derived for a purpose: the size of SHA-256's output, what HMAC-SHA256 and AES-256 take. */
export const derivedKeyBytes = 32;

/** Shortest text accepted as the master key, in characters: 32 random ones are at least 128 bits even in hexadecimal. */
export const masterKeyMinCharacters = 32;
