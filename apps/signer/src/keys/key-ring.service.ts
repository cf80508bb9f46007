import type { KeyObject } from 'node:crypto';
import { keyCreatedV1 } from '@assay/contracts';
import { type MasterKey, masterKeyFrom, openPrivateKey, sealPrivateKey } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Transactions } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { OPENED_KEYS } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import { KeysStore, type SealedKey } from './keys.store.js';
import { generateSigningKey, publicKeyPem, type SigningKey, signingKeyOf } from './signing-key.js';

/** A public key to verify with, as its private half has it. */
export interface VerificationKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  /** False if what auditors are handed as this key is another one. */
  readonly isHandedOut: boolean;
}

/**
 * The private keys of tenants: sealed in their rows, opened in memory, never handed out. Which key is active is read in
 * each transaction, so that a rotation in one process counts in all; only the opening is remembered.
 */
@Injectable()
export class KeyRing implements OnModuleInit {
  private readonly masterKey: MasterKey;
  private readonly opened = new Map<string, SigningKey>();

  constructor(
    private readonly transactions: Transactions,
    private readonly keys: KeysStore,
    @Inject(HOST_ENV) env: HostEnv,
  ) {
    this.masterKey = masterKeyFrom(env.ASSAY_MASTER_KEY);
  }

  /**
   * Opens one key before the service begins: with a wrong master key it had better not start than stop at the first document.
   * @throws AssayError `identity.master-key-wrong`
   */
  async onModuleInit(): Promise<void> {
    const newest = await this.transactions.runAcrossTenants((tx) => this.keys.newestOfAll(tx));
    if (newest !== null) this.open(newest);
  }

  /** The tenant's active key, made at its first use. @throws AssayError as `openPrivateKey` does */
  async active(tx: Transaction): Promise<SigningKey> {
    const row = await this.keys.active(tx);
    return row === null ? this.makeActive(tx) : this.open(row);
  }

  /**
   * The active key, and its public half as auditors get it. What is signed is verified with that one at once, so that a
   * public key that somebody changed in its row is found before an auditor stands there with it.
   */
  async activeAsHandedOut(tx: Transaction): Promise<{ readonly key: SigningKey; readonly handedOut: string }> {
    const row = await this.keys.active(tx);
    if (row !== null) return { key: this.open(row), handedOut: row.publicKeyPem };
    const key = await this.makeActive(tx);
    return { key, handedOut: publicKeyPem(key.publicKey) };
  }

  /**
   * The public half of one of the tenant's keys, null if there is none of this id. It comes out of the sealed private key:
   * who can write to the database can replace a public key, but not seal a private one.
   * @throws AssayError as `openPrivateKey` does
   */
  async publicKey(tx: Transaction, keyId: string): Promise<KeyObject | null> {
    const [key] = await this.verificationKeys(tx, [keyId]);
    return key?.publicKey ?? null;
  }

  /** The same of several keys, each with its public half as it is handed out, which should be no other. */
  async verificationKeys(tx: Transaction, keyIds: readonly string[]): Promise<VerificationKey[]> {
    const rows = await this.keys.sealed(tx, keyIds);
    return rows.map((row) => {
      const { id, publicKey } = this.open(row);
      return { keyId: id, publicKey, isHandedOut: publicKeyPem(publicKey) === row.publicKeyPem };
    });
  }

  /** Retires the active key and makes another. What was signed stays valid: the old public key is still handed out. */
  async rotate(tx: Transaction): Promise<SigningKey> {
    await this.keys.retireActive(tx);
    return this.makeActive(tx);
  }

  private async makeActive(tx: Transaction): Promise<SigningKey> {
    const key = await generateSigningKey();
    const pem = publicKeyPem(key.publicKey);
    const sealed = sealPrivateKey(key.privateKey, ownerOf(tx.tenant, key.id), this.masterKey);
    if (await this.keys.addActive(tx, { tenant: tx.tenant, keyId: key.id, sealed, publicKeyPem: pem })) {
      tx.publish(keyCreatedV1, { keyId: key.id, algorithm: 'ES256', publicKeyPem: pem }, { subject: key.id });
      return key;
    }
    const theirs = await this.keys.active(tx);
    if (theirs !== null) return this.open(theirs);
    // A rotation came between the two statements; whoever tries again finds its key.
    throw new AssayError<SignerErrorCode>('conflict', 'signer.no-such-key', 'The signing key is being rotated.');
  }

  private open({ tenant, keyId, sealed }: SealedKey): SigningKey {
    const owner = ownerOf(tenant, keyId);
    const known = this.opened.get(owner);
    if (known !== undefined) return known;
    const key = signingKeyOf(openPrivateKey(sealed, owner, this.masterKey));
    const oldest = this.opened.keys().next();
    if (this.opened.size >= OPENED_KEYS && !oldest.done) this.opened.delete(oldest.value);
    this.opened.set(owner, key);
    return key;
  }
}

/** Neither a tenant's slug nor a key id can hold a slash, so the parts cannot run into each other. */
function ownerOf(tenant: string, keyId: string): string {
  return `signer/${tenant}/${keyId}`;
}
