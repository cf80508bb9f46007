import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/kernel';
import type { IdentityErrorCode } from './identity.errors.js';
import { deriveKey, keyPurposes } from './secrets.js';

const cipherName = 'aes-256-gcm';
/** Layout of a sealed text in bytes: format 1, nonce, ciphertext, authentication tag. */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals short texts that travel in events or lie in rows and are secrets, such as a webhook's address: AES-256-GCM under
 * a key derived from the master key. The owner (`notify/<tenant>`) is authenticated: elsewhere the text does not open.
 */
export class TextSeal {
  private readonly key: Buffer;

  /** @param purpose what the texts are for; one purpose never opens what another sealed */
  constructor(masterKey: Uint8Array | string, purpose: string) {
    this.key = deriveKey(masterKey, `${keyPurposes.keyEncryption}:${purpose}`);
  }

  /** Base64url, different every time. */
  seal(text: string, owner: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(cipherName, this.key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(associatedData(owner));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(format), nonce, ciphertext, cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws AssayError `identity.sealed-text-unreadable` (kind `unavailable`): the master key is another one, or the text was altered */
  open(sealed: string, owner: string): string {
    try {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes[0] !== format) throw new Error(`format ${bytes[0]}`);
      const decipher = createDecipheriv(cipherName, this.key, bytes.subarray(1, 1 + nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(associatedData(owner));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      const ciphertext = bytes.subarray(1 + nonceBytes, -tagBytes);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (cause) {
      const message = `A sealed text of ${owner} does not open: ASSAY_MASTER_KEY is another one, or it was altered.`;
      throw new AssayError<IdentityErrorCode>('unavailable', 'identity.sealed-text-unreadable', message, { cause });
    }
  }
}

/** The purpose of addresses that a CI client wants to be told at (`RunContext.notify`). Their owner is the tenant's slug. */
export const notifyAddressPurpose = 'notify-address';

function associatedData(owner: string): Buffer {
  return Buffer.from(`assay/sealed-text/v1/${owner}`);
}
