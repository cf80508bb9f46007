import { createHash } from 'node:crypto';

/** A SHA-256 digest as `sha256:` and 64 lower-case hexadecimal digits (the form of OCI image-spec §descriptor). */
export type Digest = `sha256:${string}`;

const digestPattern = /^sha256:[0-9a-f]{64}$/;

/** The digest of these bytes, or of this text as UTF-8. */
export function digestOf(content: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** True for a well-formed digest. */
export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** The 64 hexadecimal digits without the algorithm. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
