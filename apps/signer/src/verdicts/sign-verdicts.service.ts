import { ArtifactStore } from '@assay/artifacts';
import {
  type EventOf,
  type gateDecidedV1,
  verdictPredicateType,
  verdictsSignedV1,
  verdictStatementOf,
} from '@assay/contracts';
import { type Digest, digestOf } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { IN_TOTO_PAYLOAD_TYPE, signEnvelope } from '../attestations/dsse.js';
import { encodeEnvelope } from '../attestations/envelope-encoding.js';
import { KeyRing } from '../keys/key-ring.service.js';
import type { SigningKey } from '../keys/signing-key.js';
import { VERDICT_MAX_BYTES } from '../limits.js';
import { type SignedVerdict, SignedVerdictsStore } from './signed-verdicts.store.js';

type GateDecided = EventOf<typeof gateDecidedV1>;

/**
 * Signs verdicts of one tenant with its key, in one transaction. The statement is made of what the event says; only one that
 * was too large for it is read.
 */
@Injectable()
export class SignVerdicts {
  constructor(
    private readonly keyRing: KeyRing,
    private readonly artifacts: ArtifactStore,
    private readonly verdicts: SignedVerdictsStore,
  ) {}

  async execute(tx: Transaction, events: readonly GateDecided[]): Promise<void> {
    const key = await this.keyRing.active(tx);
    const signed = await Promise.all(events.map((event) => this.sign(tx, event, key)));
    const all = signed.filter((each) => each !== null);
    if (all.length === 0) return;
    await this.verdicts.add(tx, all);
    const verdicts = all.map(({ runId, receiptId, envelope }) => ({ runId, receiptId, envelope }));
    const told = { keyId: key.id, predicateType: verdictPredicateType, verdicts };
    // It names the receipts itself: that one of them came alone is chance, and no reason to be found by it.
    tx.publish(verdictsSignedV1, told, { correlationId: null });
  }

  private async sign(
    tx: Transaction,
    event: GateDecided,
    key: SigningKey,
  ): Promise<(SignedVerdict & { readonly envelope: Digest }) | null> {
    const statement = await this.statementOf(tx, event);
    // Verdicts of before statements were thought of say too little to be judged again.
    if (statement === null) return null;
    const envelope = signEnvelope(IN_TOTO_PAYLOAD_TYPE, [statement], key);
    const { receiptId, verdict } = event.data;
    return {
      receiptId,
      runId: verdict.runId,
      statement,
      signature: envelope.signatures[0]!.sig,
      keyId: key.id,
      decidedAt: new Date(event.time),
      envelope: digestOf(Buffer.concat([...encodeEnvelope(envelope)])),
    };
  }

  private async statementOf(tx: Transaction, { data, tenant, time }: GateDecided): Promise<Buffer | null> {
    const { receiptId, subject, verdict, policy, scans, basis, statement } = data;
    if (statement != null) return this.artifacts.read(tx.tenant, statement.digest, VERDICT_MAX_BYTES);
    if (basis == null || scans === undefined || subject === undefined) return null;
    const documents = scans.map(({ scanId, tool, target = '', document, findings, engines = [] }) => ({
      tool,
      target,
      scanId,
      document: document as Digest,
      findings,
      engines,
    }));
    const predicate = { tenant, receiptId, decidedAt: time, subject, result: verdict, policy, documents, basis };
    return Buffer.from(JSON.stringify(verdictStatementOf(predicate)));
  }
}
