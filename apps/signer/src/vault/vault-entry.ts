/** What makes one revision of a base image in a vault. */
export interface VaultClaim {
  readonly name: string;
  readonly revision: number;
  readonly digest: string;
}

/**
 * What the entry's own signature is over: the signature over the digest alone, which is what cosign verifies, could be moved
 * to another name by whoever can write to the database. JSON, so that no part can run into the next.
 */
export function entryText({ name, revision, digest }: VaultClaim): Buffer {
  return Buffer.from(JSON.stringify({ kind: 'assay-vault-image-v1', name, revision, digest }));
}

/** Names as people type them, slashes and colons and all; what cannot be seen could pass for another name. */
export function isImageName(name: string): boolean {
  return name === name.trim() && name !== '' && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name);
}
