import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKey, keyPurposes } from '@assay/identity';
import { AssayError, type TenantSlug, type Uuid } from '@assay/kernel';
import type { AlertingErrorCode } from '../alerting.errors.js';

const cipherName = 'aes-256-gcm';
/** Layout of a sealed secret in bytes: format 1, nonce, ciphertext, authentication tag. */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Keeps the secrets of channels encrypted at rest: AES-256-GCM under a key derived from the master key, with tenant and
 * channel authenticated, so that a row moved to another channel does not open.
 */
export class ChannelSecrets {
  private readonly key: Buffer;

  constructor(masterKey: string) {
    this.key = deriveKey(masterKey, `${keyPurposes.keyEncryption}:channel-secrets`);
  }

  seal(secret: string, tenant: TenantSlug, channel: Uuid): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(cipherName, this.key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(associatedData(tenant, channel));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(format), nonce, ciphertext, cipher.getAuthTag()]);
  }

  /** @throws AssayError `alerting.secret-unreadable`: the master key is another one, or the row was altered */
  open(sealed: Buffer, tenant: TenantSlug, channel: Uuid): string {
    try {
      const nonce = sealed.subarray(1, 1 + nonceBytes);
      const decipher = createDecipheriv(cipherName, this.key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(associatedData(tenant, channel));
      decipher.setAuthTag(sealed.subarray(-tagBytes));
      const ciphertext = sealed.subarray(1 + nonceBytes, -tagBytes);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch (cause) {
      const message = `The secret of channel ${channel} does not open: ASSAY_MASTER_KEY is another one, or its row was altered.`;
      throw new AssayError<AlertingErrorCode>('unavailable', 'alerting.secret-unreadable', message, { cause });
    }
  }
}

function associatedData(tenant: TenantSlug, channel: Uuid): Buffer {
  return Buffer.from(`assay/channel-secret/v1/${tenant}/${channel}`);
}
