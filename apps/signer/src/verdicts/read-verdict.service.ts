import type { Principal } from '@assay/identity';
import { AssayError, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { IN_TOTO_PAYLOAD_TYPE } from '../attestations/dsse.js';
import { decodeEnvelope } from '../attestations/envelope-decoding.js';
import { encodeEnvelope } from '../attestations/envelope-encoding.js';
import { verifyEnvelope } from '../attestations/verify-envelope.js';
import { KeyRing } from '../keys/key-ring.service.js';
import { KeysStore } from '../keys/keys.store.js';
import { KEYS_MAX } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { SignedVerdictsStore } from './signed-verdicts.store.js';

/** Whether a tenant has signed an envelope, and what it says. */
export interface CheckedVerdict {
  readonly verified: boolean;
  readonly message: string;
  readonly keyId: string | null;
  readonly statement?: unknown;
}

/** Gives out signed verdicts, and says of an envelope whether the tenant has signed it. */
@Injectable()
export class ReadVerdict {
  constructor(
    private readonly transactions: Transactions,
    private readonly verdicts: SignedVerdictsStore,
    private readonly keys: KeysStore,
    private readonly keyRing: KeyRing,
  ) {}

  /** The last verdict on a run, as a DSSE envelope. @throws AssayError `signer.no-such-attestation`: not signed yet, or no such run */
  async envelopeOf({ tenant }: Principal, runId: Uuid): Promise<Buffer> {
    const signed = await this.transactions.run(tenant, (tx) => this.verdicts.lastOf(tx, runId));
    if (signed === null) {
      const message = `There is no signed verdict on the run ${runId}.`;
      throw new AssayError<SignerErrorCode>('not-found', 'signer.no-such-attestation', message);
    }
    const { statement, signature, keyId } = signed;
    const signatures = [{ keyid: keyId, sig: signature }];
    return Buffer.concat([...encodeEnvelope({ payloadType: IN_TOTO_PAYLOAD_TYPE, payload: [statement], signatures })]);
  }

  /** @throws AssayError `signer.envelope-malformed` */
  async check({ tenant }: Principal, json: string): Promise<CheckedVerdict> {
    const envelope = decodeEnvelope(Buffer.from(json));
    const keys = await this.transactions.run(tenant, async (tx) => {
      const known = await this.keys.list(tx, KEYS_MAX);
      return this.keyRing.verificationKeys(
        tx,
        known.map(({ keyId }) => keyId),
      );
    });
    let message = 'There is no key to verify it with.';
    for (const { keyId, publicKey } of keys) {
      const outcome = verifyEnvelope(envelope, publicKey);
      if (outcome.verified) return { verified: true, message: 'Verified', keyId, statement: outcome.statement };
      message = outcome.message;
      if (outcome.failed !== 'signature') break;
    }
    return { verified: false, message, keyId: null };
  }
}
