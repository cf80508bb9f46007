import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { masterKeyFrom, openPrivateKey, sealPrivateKey } from '@assay/identity';
import { AssayError, platformTenant } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { AuditErrorCode } from '../audit.errors.js';
import { AUDIT_ENV, type AuditEnv } from '../audit.env.js';
import { formatVerifierKey, type NoteSigner, noteSigner, type NoteVerifier, noteVerifier } from '../log/note-key.js';
import { LogKeyStore } from './log-key.store.js';

/** Bound into the sealing, so that no other service's key passes for this one. */
const owner = 'audit/log-key';

interface OpenKey {
  readonly origin: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The Ed25519 key of the installation's logs: made at the first start, sealed in its row, opened once. */
@Injectable()
export class LogKey implements OnModuleInit {
  private key: OpenKey | null = null;

  constructor(
    private readonly transactions: Transactions,
    private readonly store: LogKeyStore,
    @Inject(HOST_ENV) private readonly host: HostEnv,
    @Inject(AUDIT_ENV) private readonly env: AuditEnv,
  ) {}

  /** @throws AssayError `identity.master-key-wrong`: a service that cannot sign had better not start */
  async onModuleInit(): Promise<void> {
    const masterKey = masterKeyFrom(this.host.ASSAY_MASTER_KEY);
    const row = await this.transactions.run(platformTenant, async (tx) => {
      const found = await this.store.find(tx);
      if (found !== null) return found;
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
      const sealed = sealPrivateKey(privateKey, owner, masterKey);
      await this.store.add(tx, { origin: this.env.AUDIT_LOG_ORIGIN, publicKeyPem, sealed });
      return this.store.find(tx);
    });
    if (row === null)
      throw new AssayError<AuditErrorCode>('bug', 'audit.no-log-key', 'The key of the logs is missing.');
    const privateKey = openPrivateKey(row.sealed, owner, masterKey);
    this.key = { origin: row.origin, privateKey, publicKey: createPublicKey(row.publicKeyPem) };
  }

  /** The name of a log, which is that of its key too. */
  originOf(tenant: string): string {
    return `${this.opened.origin}/${tenant}`;
  }

  signerOf(tenant: string): NoteSigner {
    return noteSigner(this.originOf(tenant), this.opened.privateKey);
  }

  verifierOf(tenant: string): NoteVerifier {
    return noteVerifier(this.originOf(tenant), this.opened.publicKey);
  }

  /** `<name>+<id>+<key>`, as the tools of the field read it. */
  verifierKeyOf(tenant: string): string {
    return formatVerifierKey(this.originOf(tenant), this.opened.publicKey);
  }

  private get opened(): OpenKey {
    if (this.key !== null) return this.key;
    throw new AssayError<AuditErrorCode>('bug', 'audit.no-log-key', 'The key of the logs is not open yet.');
  }
}
