import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Api } from './support/api.js';
import { ciDocuments } from './support/documents.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';

const count = 120;
const minutesMs = 60_000;
/** Each look is at every receipt. */
const askEveryMs = 1_000;
const platforms: PlatformProcess[] = [];
afterEach(async () => {
  for (const platform of platforms.splice(0)) await platform.remove();
});

async function statuses(api: Api, receipts: readonly string[]): Promise<string[]> {
  return Promise.all(
    receipts.map(async (id) => (await api.get<{ status: string }>(`/api/v1/receipts/${id}`)).body.status),
  );
}

describe('a broker that lost its data directory', () => {
  it(
    'costs time and nothing else',
    async () => {
      const platform = new PlatformProcess('split');
      platforms.push(platform);
      await platform.start();
      const api = new Api(platform, platform.adminKey);

      // The scanner is held up, so that what is accepted stays unconsumed; then the broker dies, so that more stays unpublished.
      const stopScanner = (): boolean => signal(platform, 'scanner', 'SIGSTOP');
      expect(stopScanner()).toBe(true);
      const receipts: string[] = [];
      for (const document of ciDocuments(count)) {
        const { body } = await api.post<{ receiptId: string }>(document.route, document.body);
        receipts.push(body.receiptId);
      }
      const nats = platform.pids().get('nats')!;
      process.kill(nats, 'SIGSTOP');
      for (const document of ciDocuments(2 * count).slice(count)) {
        const { status, body } = await api.post<{ receiptId: string }>(document.route, document.body);
        expect(status).toBe(202);
        receipts.push(body.receiptId);
      }
      expect((await statuses(api, receipts)).filter((status) => status === 'done')).toEqual([]);

      rmSync(join(platform.dataDir, 'nats', 'jetstream'), { recursive: true, force: true });
      process.kill(nats, 'SIGKILL');
      signal(platform, 'scanner', 'SIGCONT');

      const done = await waitUntil(
        'every receipt done',
        async () => {
          const now = await statuses(api, receipts);
          if (now.includes('failed')) throw new Error('a receipt failed');
          return now.every((status) => status === 'done') && now;
        },
        2 * minutesMs,
        askEveryMs,
      );
      expect(done).toHaveLength(2 * count);

      const findings = (await api.get<{ total: number }>('/api/v1/findings?count=true&limit=1')).body.total;
      const rebuilt = await api.post<{ streams: { service: string; events: number }[] }>('/api/v1/streams/rebuild');
      expect(rebuilt.status).toBe(200);
      expect(rebuilt.body.streams.find(({ service }) => service === 'ingest-gateway')?.events).toBeGreaterThan(count);
      expect((await api.get<{ total: number }>('/api/v1/findings?count=true&limit=1')).body.total).toBe(findings);
    },
    6 * minutesMs,
  );
});

function signal(platform: PlatformProcess, name: string, what: NodeJS.Signals): boolean {
  const pid = platform.pids().get(name);
  return pid !== undefined && process.kill(pid, what);
}
