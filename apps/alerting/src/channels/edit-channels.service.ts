import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { noSuch } from '../alerting.errors.js';
import { limits } from '../limits.js';
import { AddressGuard, isRefusal } from '../outbound/address-guard.service.js';
import { ChangeConfiguration, refuseTooMany } from '../rules/change-configuration.service.js';
import { type ChannelAddress, readAddress, type WantedAddress } from './channel-address.js';
import { ChannelSecrets } from './channel-secret.service.js';
import type { Channel, ConfiguredType } from './channel.js';
import { ChannelsStore, type StoredChannel } from './channels.store.js';

export interface ChannelChanges extends WantedAddress {
  readonly name?: string;
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

  /**
   * Gives the secret of a webhook; what other types have as a secret, the caller brought.
   * @throws AssayError `alerting.bad-url`, `alerting.address-refused`, `alerting.bad-secret`, `alerting.too-many`
   */
  async create(
    caller: Principal,
    wanted: Pick<Channel, 'name' | 'enabled'> & WantedAddress & { readonly type: ConfiguredType },
  ): Promise<{ readonly channel: StoredChannel; readonly secret: string | null }> {
    const { name, type, enabled } = wanted;
    const { shown, sealed } = await this.checked(readAddress(type, wanted));
    const id = newId();
    const work = async (tx: Transaction): Promise<StoredChannel> => {
      refuseTooMany('channel', (await this.channels.list(tx, limits.perTenant, null)).length);
      const channel = { id, name, type, url: shown, enabled, disabledBecause: null };
      return this.channels.add(tx, channel, this.secrets.seal(sealed, tx.tenant, id));
    };
    const channel = await this.configuration.execute(caller, { what: 'channel', change: 'created', work });
    return { channel, secret: type === 'webhook' ? sealed : null };
  }

  /** Changes the given fields; turning a channel on clears why it was off. @throws AssayError as `create`, `alerting.no-such-channel` */
  async update(caller: Principal, id: Uuid, changes: ChannelChanges): Promise<StoredChannel> {
    const work = async (tx: Transaction): Promise<StoredChannel> => {
      const channel = await this.channels.lock(tx, id);
      if (channel === null) throw noSuch('channel');
      const address = await this.changed(channel, changes, tx);
      const changed = {
        ...channel,
        name: changes.name ?? channel.name,
        url: address?.shown ?? channel.url,
        enabled: changes.enabled ?? channel.enabled,
        disabledBecause: changes.enabled === true ? null : channel.disabledBecause,
        sealedSecret: address === null ? channel.sealedSecret : this.secrets.seal(address.sealed, tx.tenant, id),
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

  /** What is not given stays, as far as the type keeps it apart from what is. */
  private async changed(
    channel: StoredChannel,
    { url, secret }: WantedAddress,
    tx: Transaction,
  ): Promise<ChannelAddress | null> {
    if (url === undefined && secret === undefined) return null;
    const keepsSecret = channel.type === 'webhook' || channel.type === 'pagerduty';
    const known = keepsSecret ? this.secrets.open(channel.sealedSecret, tx.tenant, channel.id) : undefined;
    return this.checked(readAddress(channel.type, { url: url ?? channel.url, secret: secret ?? known }));
  }

  /** A name that does not resolve now may do so tomorrow; one that resolves to a forbidden address is refused. */
  private async checked(address: ChannelAddress): Promise<ChannelAddress> {
    if (address.connects === null) return address;
    await this.guard.check(address.connects).catch((error: unknown) => {
      if (isRefusal(error)) throw error;
    });
    return address;
  }
}
