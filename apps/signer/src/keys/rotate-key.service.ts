import type { Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { SignerErrorCode } from '../signer.errors.js';
import { KeyRing } from './key-ring.service.js';
import { KeysStore, type PublicKeyRecord } from './keys.store.js';

/** Gives a tenant a new signing key in place of its active one. Old signatures stay valid. */
@Injectable()
export class RotateKey {
  constructor(
    private readonly transactions: Transactions,
    private readonly keyRing: KeyRing,
    private readonly keys: KeysStore,
  ) {}

  async execute(caller: Principal): Promise<PublicKeyRecord> {
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const { id } = await this.keyRing.rotate(tx);
      const record = await this.keys.find(tx, id);
      if (record !== null) return record;
      throw new AssayError<SignerErrorCode>('bug', 'signer.no-such-key', 'The new key is not there.');
    });
  }
}
