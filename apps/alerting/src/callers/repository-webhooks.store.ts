import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { ChannelType } from '../channels/channel.js';

/** The address that a repository's clients named last. */
export interface RepositoryWebhook {
  /** `org/repo`. */
  readonly repository: string;
  readonly channelId: Uuid;
  readonly namedAt: Date;
}

/** The only SQL on addresses of repositories. */
export class RepositoryWebhooksStore {
  /** The newest word counts, in whatever order they arrive. */
  async save(tx: Transaction, webhooks: readonly RepositoryWebhook[]): Promise<void> {
    const sorted = webhooks.toSorted((one, other) => (one.repository < other.repository ? -1 : 1));
    await tx.query(
      `insert into repository_webhooks as r (tenant, repository, channel_id, named_at)
       select $1, * from unnest($2::text[], $3::uuid[], $4::timestamptz[])
       on conflict (tenant, repository) do update set channel_id = excluded.channel_id, named_at = excluded.named_at
       where r.named_at <= excluded.named_at`,
      [
        tx.tenant,
        sorted.map(({ repository }) => repository),
        sorted.map(({ channelId }) => channelId),
        sorted.map(({ namedAt }) => namedAt),
      ],
    );
  }

  /** Which of these repositories have one, with the type of its channel. */
  async of(
    tx: Transaction,
    repositories: readonly string[],
  ): Promise<Map<string, RepositoryWebhook & { readonly type: ChannelType }>> {
    const rows = await tx.query<RepositoryWebhook & { readonly type: ChannelType }>(
      `select r.repository, r.channel_id as "channelId", r.named_at as "namedAt", c.type
         from repository_webhooks r join channels c on c.id = r.channel_id
        where r.tenant = $1 and r.repository = any($2::text[])`,
      [tx.tenant, [...new Set(repositories)]],
    );
    return new Map(rows.map((row) => [row.repository, row]));
  }
}
