import { isUtf8 } from 'node:buffer';
import { ArtifactStore } from '@assay/artifacts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { type DeadLetter, DeadLettersStore, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Credential, isGood, principalOfCredential } from '../credentials/credential.js';
import { CredentialsStore } from '../credentials/credentials.store.js';
import { limits } from '../limits.js';
import { judgeSignal } from './judge-signal.js';
import { arrivalAt } from './read-signal.js';
import { setAsideConsumer, setAsideData } from './set-aside.js';
import { TakeInSignals } from './take-in-signals.service.js';

const letterEnvelope = z.object({ data: setAsideData });

/** Tries again to take in a signal that was set aside: its key may speak for more hosts now, or we may read more. */
@Injectable()
export class ReplaySetAside {
  constructor(
    private readonly transactions: Transactions,
    private readonly deadLetters: DeadLettersStore,
    private readonly credentials: CredentialsStore,
    private readonly artifacts: ArtifactStore,
    private readonly takeIn: TakeInSignals,
  ) {}

  /** True if it is among the signals now; false if it can't be; null for a dead letter that is no signal, or is not there. */
  async execute(tenant: TenantSlug, id: Uuid): Promise<boolean | null> {
    const letter = await this.transactions.run(tenant, (tx) => this.deadLetters.find(tx, id));
    if (letter?.consumer !== setAsideConsumer) return null;
    const isIn = await this.tryAgain(tenant, letter);
    if (isIn) await this.transactions.run(tenant, (tx) => this.deadLetters.markReplayed(tx, id));
    return isIn;
  }

  private async tryAgain(tenant: TenantSlug, letter: DeadLetter): Promise<boolean> {
    const { text, document, credentialId } = letterEnvelope.parse(JSON.parse(letter.envelope)).data;
    const credential = await this.senderOf(tenant, credentialId);
    if (credential === null || (document !== null && document.size > limits.signalBodyBytes)) return false;
    const bytes =
      document === null
        ? Buffer.from(text ?? '')
        : await this.artifacts.read(tenant, document.digest, limits.signalBodyBytes);
    const caller = principalOfCredential(credential, { publisher: null, customers: [] });
    const signal = judgeSignal(bytes, isUtf8(bytes), caller, arrivalAt(letter.failedAt));
    if (!('signal' in signal)) return false;
    const { actor } = caller;
    return (await this.takeIn.execute({ tenant, actor, lane: 'interactive', draft: signal })) !== 'other-content';
  }

  /** What its key may do now; a key that is good for nothing any more brings nothing in. */
  private async senderOf(tenant: TenantSlug, credentialId: Uuid | null): Promise<Credential | null> {
    if (credentialId === null) return null;
    const credential = await this.transactions.run(tenant, (tx) => this.credentials.find(tx, credentialId));
    return credential !== null && isGood(credential, new Date()) ? credential : null;
  }
}
