import { createHmac } from 'node:crypto';
import { deriveKey, keyPurposes, notifyAddressPurpose, TextSeal } from '@assay/identity';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { AlertingEnv } from '../alerting.env.js';
import { derivedId } from '../alerts/derived-id.js';
import { shownUrl } from '../channels/channel-address.js';
import { ChannelSecrets } from '../channels/channel-secret.service.js';
import type { ChannelType } from '../channels/channel.js';
import { ALERTING_ENV } from '../tokens.js';

/** An address that a CI client or the operator named, as a channel. Its id follows from tenant and address. */
export interface CallerAddress {
  readonly id: Uuid;
  readonly type: Extract<ChannelType, 'discord' | 'slack' | 'unsendable'>;
  readonly name: string;
  /** Scheme and host. */
  readonly shown: string;
  readonly sealed: () => Buffer;
}

/** The kind of a webhook by what its address contains (`wire/patchhound.md` §9): Discord before Slack. */
export function kindOf(url: string): CallerAddress['type'] {
  if (url.includes('discord')) return 'discord';
  return url.includes('slack') ? 'slack' : 'unsendable';
}

/**
 * Turns addresses of webhooks into channels that are nobody's to see: their rows hold the address sealed, and their ids tell
 * nothing about it without the master key.
 */
@Injectable()
export class CallerAddresses {
  private readonly seal: TextSeal;
  private readonly marks: Buffer;
  private readonly globalUrl: string | null;

  constructor(
    private readonly secrets: ChannelSecrets,
    @Inject(ALERTING_ENV) env: AlertingEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.seal = new TextSeal(env.ASSAY_MASTER_KEY, notifyAddressPurpose);
    this.marks = deriveKey(env.ASSAY_MASTER_KEY, `${keyPurposes.keyEncryption}:caller-channels`);
    this.globalUrl = env.ALERT_WEBHOOK_URL ?? null;
  }

  /** The address that came with a run; null for one that does not open, which is as good as none and no reason to stop. */
  ofRun(tenant: TenantSlug, sealedUrl: string): CallerAddress | null {
    try {
      return this.address(tenant, this.seal.open(sealedUrl, tenant));
    } catch (error) {
      this.logger.warn({ err: error }, 'the webhook of a run does not open');
      return null;
    }
  }

  /** What `ALERT_WEBHOOK_URL` says; null where it is not set. */
  global(tenant: TenantSlug): CallerAddress | null {
    return this.globalUrl === null ? null : this.address(tenant, this.globalUrl);
  }

  /** Stands where there is no address at all, so that it can be seen that nobody was told. */
  none(tenant: TenantSlug): CallerAddress {
    return this.address(tenant, '');
  }

  private address(tenant: TenantSlug, text: string): CallerAddress {
    const url = URL.canParse(text) ? new URL(text) : null;
    const href = url?.href ?? '';
    const mark = createHmac('sha256', this.marks).update(href).digest('hex');
    const id = derivedId('caller-channel', tenant, mark);
    return {
      id,
      type: kindOf(href),
      name: url === null ? 'No webhook' : `Webhook of CI clients at ${url.host}`,
      shown: url === null ? '' : shownUrl(url),
      sealed: () => this.secrets.seal(href, tenant, id),
    };
  }
}
