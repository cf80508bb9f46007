import type { TenantSlug, Uuid } from '@assay/kernel';
import { currentTraceparent, inSpan, SpanKind } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { AlertingEnv } from '../alerting.env.js';
import { mailAddresses } from '../channels/channel-address.js';
import { ChannelSecrets } from '../channels/channel-secret.service.js';
import type { ChannelType } from '../channels/channel.js';
import { discordBody } from '../messages/discord-message.js';
import { mailOf } from '../messages/mail-message.js';
import { pagerDutyEvent } from '../messages/pagerduty-event.js';
import { slackBody } from '../messages/slack-message.js';
import { teamsBody } from '../messages/teams-message.js';
import { ALERTING_ENV } from '../tokens.js';
import { MailClient } from './mail.client.js';
import { settle } from './settle-answer.js';
import { signedHeaders } from './standard-webhooks.js';
import { type Attempt, WebhookClient } from './webhook.client.js';
import { type MessageSource, webhookBody } from './webhook-message.js';

/** Where a message goes, and under which id. */
export interface MessageTarget {
  /** The same at every attempt: the `webhook-id`, or what a `Message-ID` is made of. */
  readonly id: Uuid;
  readonly channelId: Uuid;
  readonly type: ChannelType;
  readonly url: string;
  readonly sealedSecret: Buffer;
}

type Message = MessageTarget & MessageSource;

/** Why nothing can be sent to an address that a CI client named. */
export const noWebhookSet = 'No webhook is set: no scan of the repository brought one, and ALERT_WEBHOOK_URL is empty.';
export const unknownWebhook = 'The webhook names neither Discord nor Slack: nothing was sent.';

/** Writes a message in the words of its channel and sends it, as a span of the trace that led here. */
@Injectable()
export class SendMessage {
  private readonly publicUrl: string;

  constructor(
    private readonly client: WebhookClient,
    private readonly mail: MailClient,
    private readonly secrets: ChannelSecrets,
    @Inject(ALERTING_ENV) env: AlertingEnv,
  ) {
    this.publicUrl = env.PUBLIC_URL ?? '';
  }

  /** @throws AssayError `alerting.secret-unreadable`; whatever the receiver or the network does is in the result */
  async execute(tenant: TenantSlug, message: Message): Promise<Attempt> {
    const secret = this.secrets.open(message.sealedSecret, tenant, message.channelId);
    const attributes = { 'assay.delivery': message.id, 'assay.channel': message.type };
    return inSpan(
      `alerting deliver ${message.type}`,
      attributes,
      async (span) => {
        const result = await this.send(tenant, message, secret);
        if (result.statusCode !== null) span.setAttribute('http.response.status_code', result.statusCode);
        return result;
      },
      SpanKind.CLIENT,
    );
  }

  private async send(tenant: TenantSlug, message: Message, secret: string): Promise<Attempt> {
    const { type, url, id } = message;
    switch (type) {
      case 'webhook': {
        const body = webhookBody(tenant, message, this.publicUrl);
        return this.client.post(
          url,
          { ...signedHeaders(id, new Date(), body, secret), traceparent: currentTraceparent() },
          body,
        );
      }
      case 'slack':
        return this.post(type, secret, slackBody(message, this.publicUrl));
      case 'discord':
        return this.post(type, secret, discordBody(message, this.publicUrl));
      case 'teams':
        return this.post(type, secret, teamsBody(message, this.publicUrl));
      case 'pagerduty':
        return this.post(type, url, pagerDutyEvent(tenant, message, secret, this.publicUrl));
      case 'email':
        return this.mail.send({ id, to: mailAddresses(url), ...mailOf(message, this.publicUrl) });
      case 'unsendable':
        return unsent(secret === '' ? noWebhookSet : unknownWebhook);
    }
  }

  private async post(type: ChannelType, url: string, body: object): Promise<Attempt> {
    const attempt = await this.client.post(url, {}, JSON.stringify(body));
    return { ...attempt, settled: settle(type, attempt) };
  }
}

function unsent(error: string): Attempt {
  return { durationMs: 0, statusCode: null, response: null, error, blocked: true, retryAfterMs: null };
}
