import { IMAGE_DIGEST_MAX_CHARS } from '../limits.js';

/** Optional name and `@`, then a digest of one of the two registered algorithms (OCI image-spec, descriptor.md, "Digests"). */
const imageDigest = /^(?:[^\s@\p{C}]+@)?(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/u;

/**
 * True for what names an image's content, for example `registry.example/app@sha256:…`. A tag is refused: it names whatever
 * somebody pushes tomorrow, so that a signature over it would say nothing.
 */
export function isImageDigest(text: string): boolean {
  return text.length <= IMAGE_DIGEST_MAX_CHARS && imageDigest.test(text);
}
