import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { noSuch } from '../alerting.errors.js';
import { SendMessage } from '../outbound/send-message.service.js';
import type { Attempt } from '../outbound/webhook.client.js';
import { ChannelsStore } from './channels.store.js';

/** Sends one message that says that it is a test, at once, and tells what came of it. It is no delivery and not retried. */
@Injectable()
export class TestChannel {
  constructor(
    private readonly transactions: Transactions,
    private readonly channels: ChannelsStore,
    private readonly sendMessage: SendMessage,
  ) {}

  /** @throws AssayError `alerting.no-such-channel` */
  async execute({ tenant }: Principal, channelId: Uuid): Promise<Attempt & { readonly webhookId: Uuid }> {
    const channel = await this.transactions.run(tenant, (tx) => this.channels.find(tx, channelId));
    if (channel === null) throw noSuch('channel');
    const now = new Date();
    const nothing = { subject: null, commitSha: null, runUrl: null, caseId: null, runId: null, counts: null };
    const webhookId = newId();
    const attempt = await this.sendMessage.execute(tenant, {
      id: webhookId,
      channelId,
      type: channel.type,
      url: channel.url,
      sealedSecret: channel.sealedSecret,
      alertId: newId(),
      ruleId: newId(),
      ruleName: 'Test',
      eventName: 'channel.test',
      eventTime: now,
      title: `Test of the channel ${channel.name}`,
      severity: null,
      matched: 0,
      content: { ...nothing, findings: [], details: null },
      receiptId: null,
      raisedAt: now,
    });
    return { ...attempt, webhookId };
  }
}
