import { blockListOf } from '@assay/config';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { AlertingEnv } from '../alerting.env.js';
import { ChannelSecrets } from '../channels/channel-secret.service.js';
import { ALERTING_ENV } from '../tokens.js';
import { AddressGuard } from './address-guard.service.js';
import { MailClient } from './mail.client.js';
import { SendMessage } from './send-message.service.js';
import { WebhookClient } from './webhook.client.js';

/** What leaves the installation: guarded, signed, bounded. */
@Global()
@Module({})
export class OutboundModule {
  static forEnv(env: AlertingEnv): DynamicModule {
    return {
      module: OutboundModule,
      providers: [
        { provide: ALERTING_ENV, useValue: env },
        { provide: AddressGuard, useValue: new AddressGuard(blockListOf(env.OUTBOUND_ALLOWED_NETWORKS)) },
        { provide: ChannelSecrets, useValue: new ChannelSecrets(env.ASSAY_MASTER_KEY) },
        WebhookClient,
        { provide: MailClient, useValue: new MailClient(env.SMTP_URL, env.SMTP_FROM) },
        SendMessage,
      ],
      exports: [AddressGuard, ALERTING_ENV, ChannelSecrets, SendMessage],
    };
  }
}
