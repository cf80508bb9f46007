import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { type MonitoredDocument, MonitoredRunsStore } from './monitored-runs.store.js';
import { roleOf, type RunOutcome } from './rescan.js';
import { RescanPeers, type Verification } from './rescan-peers.client.js';

/**
 * Says of runs whether every document that was taken into them still is what was accepted and attested. A run of which one
 * is not stops there, with the reason; the others go on. The signer tells the people on call, once: this commits before
 * anything else is asked.
 */
@Injectable()
export class VerifyRuns {
  constructor(
    private readonly monitored: MonitoredRunsStore,
    private readonly peers: RescanPeers,
  ) {}

  /** @throws AssayError `unavailable` while the signer is away, and then nothing is said of any run */
  async execute(tx: Transaction, runIds: readonly Uuid[]): Promise<RunOutcome[]> {
    const documents = await this.monitored.documents(tx, runIds);
    const early = await this.notYetAttested(tx, documents);
    const verifiable = documents.filter(({ runId }) => !early.has(runId));
    const claims = verifiable.map(({ digest, receiptId, tool }) => ({ digest, receiptId, role: roleOf(tool) }));
    const verifications = await this.peers.verify(tx.tenant, claims);
    const wrong = new Map<Uuid, [MonitoredDocument, Verification]>();
    verifiable.forEach((document, at) => {
      const verification = verifications[at]!;
      if (verification.status === 'verified' || wrong.has(document.runId)) return;
      wrong.set(document.runId, [document, verification]);
    });
    return runIds.map((runId) => outcomeOf(runId, early, wrong.get(runId)));
  }

  /** Young runs with a document that the signer has not come to yet: what is late there is no tampering. */
  private async notYetAttested(tx: Transaction, documents: readonly MonitoredDocument[]): Promise<Set<Uuid>> {
    const since = tx.now.getTime() - limits.attestedWithinMs;
    const young = documents.filter(({ acceptedAt }) => acceptedAt.getTime() > since);
    const attested = await this.attested(
      tx.tenant,
      young.map(({ digest }) => digest),
    );
    return new Set(young.filter(({ digest }) => !attested.has(digest)).map(({ runId }) => runId));
  }

  private async attested(tenant: TenantSlug, digests: readonly string[]): Promise<Set<string>> {
    const asked = [...new Set(digests)];
    const answers = await Promise.all(asked.map((digest) => this.peers.isAttested(tenant, digest)));
    return new Set(asked.filter((_, at) => answers[at]));
  }
}

function outcomeOf(
  runId: Uuid,
  early: ReadonlySet<Uuid>,
  wrong: readonly [MonitoredDocument, Verification] | undefined,
): RunOutcome {
  if (early.has(runId)) return { runId, state: 'waiting' };
  if (wrong === undefined) return { runId, state: 'verified' };
  const [{ tool, digest }, { status, message }] = wrong;
  return { runId, state: 'stopped', reason: { status, message, tool, digest } };
}
