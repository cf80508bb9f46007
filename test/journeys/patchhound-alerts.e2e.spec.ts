import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PatchHoundCli } from './support/patchhound-cli.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

interface DiscordBody {
  readonly embeds: readonly { readonly title: string; readonly description: string; readonly color: number }[];
}

describe('a CI job written for PatchHound that named a webhook', () => {
  const platform = new PlatformProcess('all-in-one');
  let receiver: WebhookReceiver;
  let cli: PatchHoundCli;
  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    await platform.start();
    cli = new PatchHoundCli(platform.url);
    const fields = { api_key: platform.adminKey, organization: 'acme', expiration_days: '30' };
    const { text } = await cli.post('create-token-key', fields);
    cli.token = /Key: ([0-9a-f-]{36})/.exec(text)![1]!;
  });
  afterAll(async () => {
    await platform.remove();
    await receiver.stop();
  });

  it('is told there what its scan found, in the words it knows', async () => {
    const { status } = await cli.scan({ alert_system_webhook: `${receiver.url}/discord`, fail_on_severity: '0.1' });
    expect(status).toBe(200);
    await waitUntil('the report to arrive', async () => receiver.received.length > 0);
    const { embeds } = JSON.parse(receiver.received[0]!.body) as DiscordBody;
    expect(embeds).toMatchObject([{ title: '🚨 Vulnerability Severity Report', color: 16_711_680 }]);
    expect(embeds[0]!.description).toContain('acme/shop-api');
    expect(embeds[0]!.description).toMatch(/Semgrep Scan\*\*\nIssues: [1-9]/);
  });

  it('empty webhook or empty threshold makes the save fail: here it does not, and the last webhook holds', async () => {
    const before = receiver.received.length;
    const { status } = await cli.scan({ alert_system_webhook: '', fail_on_severity: '' });
    expect(status).toBe(200);
    const again = await cli.scan({ alert_system_webhook: '', fail_on_severity: 'UNKNOWN' });
    expect(again.status).toBe(200);
    await waitUntil('the report to arrive', async () => receiver.received.length > before);
  });
});
