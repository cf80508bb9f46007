import type { DataOf, EventOf, runRecordedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { raise } from '../alerts/alert.js';
import { derivedId } from '../alerts/derived-id.js';
import { type NotableEvent, recordedRun } from '../alerts/notable-event.js';
import { QueueAlerts, type Raised } from '../alerts/queue-alerts.service.js';
import { repositoryOf } from '../alerts/repository-of.js';
import { ChannelsStore } from '../channels/channels.store.js';
import { severityReport } from '../messages/severity-report.js';
import { noWebhookSet, unknownWebhook } from '../outbound/send-message.service.js';
import { RuleBooks } from '../rules/rule-books.service.js';
import { hush } from '../silences/silence.policy.js';
import { type CallerAddress, CallerAddresses } from './caller-address.service.js';
import { reaches, thresholdOf } from './fail-on.js';
import { RepositoryWebhooksStore } from './repository-webhooks.store.js';

type Recorded = EventOf<typeof runRecordedV1>;

interface Destination {
  readonly id: Uuid;
  /** Why it can't be told. */
  readonly hopeless: string | null;
}

interface Telling {
  readonly event: NotableEvent;
  readonly to: Destination;
}

/**
 * Tells CI clients what they asked to be told, without any rule: at the address that came with a run, else the one that an
 * earlier run of the repository named, else the operator's (`wire/patchhound.md` §9). It goes through the same queue as every alert.
 */
@Injectable()
export class TellCallers {
  constructor(
    private readonly addresses: CallerAddresses,
    private readonly channels: ChannelsStore,
    private readonly webhooks: RepositoryWebhooksStore,
    private readonly ruleBooks: RuleBooks,
    private readonly queue: QueueAlerts,
  ) {}

  /** The severity report of each run that reaches the level its client fails from. Where none does, nothing is written. */
  async ofRuns(events: readonly Recorded[], tx: Transaction): Promise<void> {
    const asked = events.filter(({ data }) => asksToBeTold(data));
    if (asked.length === 0) return;
    const named = asked.flatMap((event) => {
      const address = this.addressOf(event);
      return address === null ? [] : [{ event, address }];
    });
    await this.remember(tx, named);
    const own = new Map(named.map(({ event, address }) => [event.id, address]));
    const bad = asked.filter(({ data }) => isBadEnough(data));
    if (bad.length === 0) return;
    const known = await this.knownOf(
      tx,
      bad.filter(({ id }) => !own.has(id)).map(({ data }) => repositoryName(data.subject)),
    );
    const last = this.addresses.global(tx.tenant) ?? this.addresses.none(tx.tenant);
    const telling = bad.map((event) => {
      const address = own.get(event.id);
      const to = address ? destination(address) : known.get(repositoryName(event.data.subject));
      const { runId } = event.data;
      return { event: { ...recordedRun(event), sameAs: runId }, to: to ?? destination(last) };
    });
    if (telling.some(({ to }) => to.id === last.id)) await this.keep(tx, [last]);
    await this.tell(tx, telling);
  }

  /** What happened on its own, to a repository whose clients are told: after a rescan, or when evidence was found changed. */
  async ofEvents(events: readonly NotableEvent[], tx: Transaction): Promise<void> {
    const about = events.filter(({ subject }) => repositoryName(subject) !== '');
    if (about.length === 0) return;
    const known = await this.knownOf(
      tx,
      about.map(({ subject }) => repositoryName(subject)),
    );
    const global = this.addresses.global(tx.tenant);
    const telling = about.flatMap((event) => {
      const to = known.get(repositoryName(event.subject)) ?? (global === null ? undefined : destination(global));
      return to === undefined ? [] : [{ event, to }];
    });
    if (global !== null && telling.some(({ to }) => to.id === global.id)) await this.keep(tx, [global]);
    await this.tell(tx, telling);
  }

  private addressOf({ data, tenant }: Recorded): CallerAddress | null {
    const sealedUrl = data.context?.notify?.sealedUrl;
    return sealedUrl === undefined ? null : this.addresses.ofRun(tenant, sealedUrl);
  }

  /** Writes only what is news: most runs name what the run before them named. */
  private async remember(
    tx: Transaction,
    named: readonly { readonly event: Recorded; readonly address: CallerAddress }[],
  ): Promise<void> {
    if (named.length === 0) return;
    const newest = new Map(
      named
        .toSorted((one, other) => (one.event.time < other.event.time ? -1 : 1))
        .map((each) => [repositoryName(each.event.data.subject), each]),
    );
    const known = await this.webhooks.of(tx, [...newest.keys()]);
    const keptIds = new Set([...known.values()].map(({ channelId }) => channelId));
    await this.keep(
      tx,
      named.map(({ address }) => address).filter(({ id }) => !keptIds.has(id)),
    );
    const news = [...newest].filter(([name, { address }]) => name !== '' && known.get(name)?.channelId !== address.id);
    if (news.length === 0) return;
    await this.webhooks.save(
      tx,
      news.map(([repository, { event, address }]) => ({
        repository,
        channelId: address.id,
        namedAt: new Date(event.time),
      })),
    );
  }

  private async keep(tx: Transaction, addresses: readonly CallerAddress[]): Promise<void> {
    const each = [...new Map(addresses.map((address) => [address.id, address])).values()];
    if (each.length === 0) return;
    const rows = each.map(({ id, name, type, shown, sealed }) => ({
      id,
      name,
      type,
      url: shown,
      sealedSecret: sealed(),
    }));
    await this.channels.addOfCallers(tx, rows);
  }

  private async knownOf(tx: Transaction, repositories: readonly string[]): Promise<Map<string, Destination>> {
    if (repositories.length === 0) return new Map();
    const known = await this.webhooks.of(tx, repositories);
    return new Map(
      [...known].map(([name, { channelId, type }]) => [
        name,
        { id: channelId, hopeless: type === 'unsendable' ? unknownWebhook : null },
      ]),
    );
  }

  private async tell(tx: Transaction, telling: readonly Telling[]): Promise<void> {
    const { silences } = await this.ruleBooks.of(tx);
    const rule = { id: derivedId('callers', tx.tenant), name: 'Webhook of the repository' };
    const raised = telling.map(({ event, to }): Raised => {
      const { findings, silencedBy } = hush(silences, event, rule.id, event.findings ?? [], tx.now);
      const alert = raise(rule, event, findings, silencedBy, tx.now);
      return { alert, tells: [{ id: to.id, hopeless: to.hopeless }] };
    });
    await this.queue.execute(tx, raised);
  }
}

/** A run whose client speaks a dialect that is told without rules, or that brought an address. */
function asksToBeTold({ context }: DataOf<typeof runRecordedV1>): boolean {
  return context != null && (context.notify !== null || context.name !== null);
}

function isBadEnough(data: DataOf<typeof runRecordedV1>): boolean {
  return reaches(severityReport('', data.byTool ?? {}), thresholdOf(data.context?.failOn ?? null));
}

function repositoryName(subject: NotableEvent['subject']): string {
  return subject === null ? '' : (repositoryOf(subject) ?? '');
}

function destination({ id, type, shown }: CallerAddress): Destination {
  return { id, hopeless: type !== 'unsendable' ? null : shown === '' ? noWebhookSet : unknownWebhook };
}
