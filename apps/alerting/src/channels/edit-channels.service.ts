import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { noSuch } from '../alerting.errors.js';
import { limits } from '../limits.js';
import { AddressGuard, isRefusal } from '../outbound/address-guard.service.js';
import { newWebhookSecret, webhookSecret } from '../outbound/standard-webhooks.js';
import { webhookUrl } from '../outbound/webhook-url.js';
import { ChangeConfiguration, refuseTooMany } from '../rules/change-configuration.service.js';
import { ChannelSecrets } from './channel-secret.service.js';
import type { Channel } from './channel.js';
import { ChannelsStore, type StoredChannel } from './channels.store.js';

export interface ChannelChanges {
  readonly name?: string;
  readonly url?: string;
  readonly secret?: string;
  readonly enabled?: boolean;
}

/** Makes, changes and removes channels. A secret is shown to whoever makes the channel, and never again. */
@Injectable()
export class EditChannels {
  constructor(
    private readonly configuration: ChangeConfiguration,
    private readonly channels: ChannelsStore,
    private readonly secrets: ChannelSecrets,
    private readonly guard: AddressGuard,
  ) {}

  /** @throws AssayError `alerting.bad-url`, `alerting.address-refused`, `alerting.bad-secret`, `alerting.too-many` */
  async create(
    caller: Principal,
    wanted: Pick<Channel, 'name' | 'type' | 'url' | 'enabled'> & { readonly secret?: string | undefined },
  ): Promise<{ readonly channel: StoredChannel; readonly secret: string }> {
    const { name, type, enabled } = wanted;
    const secret = wanted.secret === undefined ? newWebhookSecret() : webhookSecret(wanted.secret);
    const url = await this.checked(wanted.url);
    const id = newId();
    const work = async (tx: Transaction): Promise<StoredChannel> => {
      refuseTooMany('channel', (await this.channels.list(tx, limits.perTenant, null)).length);
      const channel = { id, name, type, url, enabled, disabledBecause: null };
      return this.channels.add(tx, channel, this.secrets.seal(secret, tx.tenant, id));
    };
    return { channel: await this.configuration.execute(caller, { what: 'channel', change: 'created', work }), secret };
  }

  /** Changes the given fields; turning a channel on clears why it was off. @throws AssayError as `create`, `alerting.no-such-channel` */
  async update(caller: Principal, id: Uuid, changes: ChannelChanges): Promise<StoredChannel> {
    const url = changes.url === undefined ? undefined : await this.checked(changes.url);
    const secret = changes.secret === undefined ? undefined : webhookSecret(changes.secret);
    const work = async (tx: Transaction): Promise<StoredChannel> => {
      const channel = await this.channels.lock(tx, id);
      if (channel === null) throw noSuch('channel');
      const changed = {
        ...channel,
        name: changes.name ?? channel.name,
        url: url ?? channel.url,
        enabled: changes.enabled ?? channel.enabled,
        disabledBecause: changes.enabled === true ? null : channel.disabledBecause,
        sealedSecret: secret === undefined ? channel.sealedSecret : this.secrets.seal(secret, tx.tenant, id),
        updatedAt: tx.now,
      };
      await this.channels.save(tx, changed);
      return changed;
    };
    return this.configuration.execute(caller, { what: 'channel', change: 'updated', work });
  }

  /** @throws AssayError `alerting.no-such-channel` */
  async remove(caller: Principal, id: Uuid): Promise<void> {
    const work = async (tx: Transaction): Promise<StoredChannel> => {
      const channel = await this.channels.lock(tx, id);
      if (channel === null) throw noSuch('channel');
      await this.channels.remove(tx, id);
      return channel;
    };
    await this.configuration.execute(caller, { what: 'channel', change: 'removed', work });
  }

  /** A name that does not resolve now may do so tomorrow; one that resolves to a forbidden address is refused. */
  private async checked(text: string): Promise<string> {
    const url = webhookUrl(text);
    await this.guard.check(url).catch((error: unknown) => {
      if (isRefusal(error)) throw error;
    });
    return url.toString();
  }
}
