import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForgetSignalIds } from '../src/signals/forget-signal-ids.job.js';
import { Installation } from './harness.js';
import { aSignal, SantamonAgent } from './santamon-agent.js';

let installation: Installation;
let agent: SantamonAgent;
let number = 0;

const another = () => aSignal({ signal_id: `id-${(number += 1)}` });

beforeAll(async () => {
  installation = await Installation.make();
  const gateway = await installation.gateway({ INGEST_DAILY_SIGNALS: '20', SIGNAL_RETENTION_DAYS: '7' });
  agent = new SantamonAgent(installation, gateway, await gateway.key({ kind: 'santamon', role: 'agent' }));
});
afterAll(() => installation.stop());

async function knownIds(): Promise<number> {
  const [row] = await installation.rows<{ count: number }>('select count(*)::int as count from signal_ids');
  return row!.count;
}

describe('ids of signals', () => {
  it('are forgotten a day after their signals, and not before', async () => {
    const [old, kept] = [another(), another()];
    await agent.ingest(old);
    await installation.rows(`update signal_ids set received_on = current_date - 9`);
    await agent.ingest(kept);
    await installation.rows(`update signal_ids set received_on = current_date - 8 where received_on = current_date`);
    await agent.gateway.service.app.get(ForgetSignalIds, { strict: false }).run();
    expect(await knownIds()).toBe(1);
    expect((await agent.ingest(kept)).body.duplicate).toBe(true);
    expect((await agent.ingest(old)).body.duplicate).toBe(false);
  });
});

describe('the signals that a tenant may send in a day', () => {
  it('are counted, and once they are used up agents are told to wait', async () => {
    const answers = [];
    for (let sent = 0; sent < 25; sent += 1) answers.push(await agent.ingest(another()));
    expect(answers[0]!.status).toBe(200);
    expect(answers.at(-1)).toMatchObject({ status: 503, body: { detail: expect.stringContaining('signals') } });
    expect(Number(answers.at(-1)!.headers.get('retry-after'))).toBeGreaterThan(0);
    const headers = { 'x-api-key': agent.key };
    const batch = await agent.gateway.send('POST', '/api/v1/signals', { headers, json: [another()] });
    expect(batch).toMatchObject({ status: 429, body: { code: 'ingest.quota-exceeded' } });
  });
});
