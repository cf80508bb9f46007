import { hash } from 'node:crypto';
import { ArtifactStore } from '@assay/artifacts';
import { type Lane, type ReceivedSignal, signalsAcceptedV1, signalsReceivedV1, systemActor } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { type GroupTransaction, type OutboxRow, toOutboxRow, Transactions } from '@assay/persistence';
import { currentTraceparent } from '@assay/telemetry';
import { Injectable } from '@nestjs/common';
import { GroupCommit } from '../ingest/group-commit.js';
import { unavailable } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import { packed } from './pack-signals.js';
import type { SignalDraft } from './read-signal.js';
import { identityOf, type SignalIdentity } from './signal-identity.js';
import { SignalIdsStore } from './signal-ids.store.js';

/** A signal with whose it is, and who brings it. */
export interface OfferedSignal {
  readonly tenant: TenantSlug;
  readonly actor: string;
  /** Signals of batches wait behind those that come alone. */
  readonly lane: Lane;
  readonly draft: SignalDraft;
}

/** What became of it: taken in, there before with the same content, or there before with another. */
export type Taken = 'new' | 'duplicate' | 'other-content';

interface Offer extends Omit<OfferedSignal, 'draft'>, SignalIdentity {
  readonly signal: ReceivedSignal;
  readonly traceparent: string | null;
}

/**
 * Takes signals in, each once, however often and through however many gateways it is sent: its id and the event that
 * carries it are committed together, with those of others that come at the same time.
 */
@Injectable()
export class TakeInSignals {
  private readonly groups = new GroupCommit<Offer, Taken>({
    write: (group) => this.write(group),
    maxItems: limits.groupMaxSignals,
  });

  constructor(
    private readonly transactions: Transactions,
    private readonly artifacts: ArtifactStore,
    private readonly ids: SignalIdsStore,
  ) {}

  /**
   * Resolves once the signal is durable, or known to be.
   *
   * @throws AssayError `ingest.backlog` where too many wait already, `persistence.unavailable`, `artifacts.unavailable`
   */
  async execute(offered: OfferedSignal): Promise<Taken> {
    if (this.groups.size >= limits.signalsWaiting) {
      throw unavailable('ingest.backlog', 'Too many signals wait to be stored.', limits.signalsRetryAfterSeconds);
    }
    const { draft, tenant } = offered;
    const { signal, wholeContext } = draft;
    if (wholeContext === null) return this.groups.commit(offerOf(offered, signal));
    // The whole context is stored before anything refers to it.
    const contextDocument = await this.artifacts.put(tenant, wholeContext, 'application/json');
    return this.groups.commit(offerOf(offered, { ...signal, contextDocument }));
  }

  private async write(group: readonly Offer[]): Promise<Taken[]> {
    const first = new Map<Uuid, Offer>();
    for (const offer of group) if (!first.has(offer.key)) first.set(offer.key, offer);
    return this.transactions.runGroupInsert(async (tx) => {
      const added = await this.ids.addNew(tx, [...first.values()]);
      const fresh = [...first.values()].filter(({ key }) => added.has(key));
      tx.append(eventsOf(fresh, tx.now));
      const digests = await this.digestsBefore(tx, first, added);
      return group.map((offer) => {
        if (added.has(offer.key) && first.get(offer.key) === offer) return 'new';
        return digests.get(offer.key) === offer.digest ? 'duplicate' : 'other-content';
      });
    });
  }

  /** The digest that came first under each key of the group. */
  private async digestsBefore(
    tx: GroupTransaction,
    first: ReadonlyMap<Uuid, Offer>,
    added: ReadonlySet<Uuid>,
  ): Promise<Map<Uuid, number>> {
    const known = [...first.keys()].filter((key) => !added.has(key));
    const stored = known.length === 0 ? new Map<Uuid, number>() : await this.ids.digestsOf(tx, known);
    for (const key of added) stored.set(key, first.get(key)!.digest);
    return stored;
  }
}

function offerOf({ tenant, actor, lane }: OfferedSignal, signal: ReceivedSignal): Offer {
  return { tenant, actor, lane, signal, ...identityOf(tenant, signal), traceparent: currentTraceparent() ?? null };
}

/** The events that tell of new signals: for each tenant and lane the bodies, in as few messages as hold them, and their digest. */
function eventsOf(offers: readonly Offer[], time: Date): OutboxRow[] {
  const groups = Map.groupBy(offers, ({ tenant, lane }) => `${tenant} ${lane}`);
  return [...groups.values()].flatMap((group) => {
    const { tenant, lane, traceparent } = group[0]!;
    const common = { publisher: 'ingest-gateway', tenant, lane, time, traceparent, actor: actorOf(group) } as const;
    const signals = group.map(({ signal }) => signal);
    const received = packed(signals).map((few) =>
      toOutboxRow({ ...common, contract: signalsReceivedV1, data: { signals: few } }),
    );
    return [...received, toOutboxRow({ ...common, contract: signalsAcceptedV1, data: digestOf(signals) })];
  });
}

/** Who brought all of them, where that is one. */
function actorOf(group: readonly Offer[]): string {
  const { actor } = group[0]!;
  return group.every((offer) => offer.actor === actor) ? actor : systemActor;
}

function digestOf(signals: readonly ReceivedSignal[]): { signals: number; hosts: number; digest: string } {
  const lines = signals.map(({ hostId, signalId, digest }) => `${hostId}\n${signalId}\n${digest}\n`).join('');
  const hosts = new Set(signals.map(({ hostId }) => hostId)).size;
  return { signals: signals.length, hosts, digest: hash('sha256', lines, 'hex') };
}
