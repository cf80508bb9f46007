import type { TenantSlug, Uuid } from '@assay/kernel';
import { currentTraceparent, inSpan, SpanKind } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { AlertingEnv } from '../alerting.env.js';
import { ChannelSecrets } from '../channels/channel-secret.service.js';
import { ALERTING_ENV } from '../tokens.js';
import { signedHeaders } from './standard-webhooks.js';
import { type Attempt, WebhookClient } from './webhook.client.js';
import { type MessageSource, webhookBody } from './webhook-message.js';

/** Where a message goes, and under which id. */
export interface WebhookTarget {
  /** The `webhook-id`: the same at every attempt. */
  readonly id: Uuid;
  readonly channelId: Uuid;
  readonly url: string;
  readonly sealedSecret: Buffer;
}

/** Writes a message, signs it and sends it, as a span of the trace that led here; `traceparent` carries it on. */
@Injectable()
export class SendWebhook {
  constructor(
    private readonly client: WebhookClient,
    private readonly secrets: ChannelSecrets,
    @Inject(ALERTING_ENV) private readonly env: AlertingEnv,
  ) {}

  /** @throws AssayError `alerting.secret-unreadable`; whatever the receiver or the network does is in the result */
  async execute(tenant: TenantSlug, message: WebhookTarget & MessageSource): Promise<Attempt> {
    const body = webhookBody(tenant, message, this.env.PUBLIC_URL ?? '');
    const secret = this.secrets.open(message.sealedSecret, tenant, message.channelId);
    const attributes = { 'http.request.method': 'POST', 'assay.delivery': message.id };
    return inSpan(
      'alerting deliver webhook',
      attributes,
      async (span) => {
        const headers = { ...signedHeaders(message.id, new Date(), body, secret), traceparent: currentTraceparent() };
        const result = await this.client.post(message.url, headers, body);
        if (result.statusCode !== null) span.setAttribute('http.response.status_code', result.statusCode);
        return result;
      },
      SpanKind.CLIENT,
    );
  }
}
