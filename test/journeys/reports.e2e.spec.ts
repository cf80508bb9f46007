import { createHash, createVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { PlatformProcess } from './support/platform-process.js';

interface Answer {
  readonly result: { readonly runId: string };
}

const report = readFileSync('apps/case-engine/test/fixtures/pdf-run/trivy_report.json');

describe('a report that is handed over', () => {
  const platform = new PlatformProcess('all-in-one');
  let api: Api;
  let runId: string;

  /** A file of the run, as its reader downloads it. */
  async function download(name: string): Promise<Buffer> {
    const headers = { 'x-api-key': platform.adminKey };
    const response = await fetch(`${platform.url}/api/v1/runs/${runId}/${name}`, { headers });
    expect([name, response.status]).toEqual([name, 200]);
    return Buffer.from(await response.arrayBuffer());
  }

  beforeAll(async () => {
    await platform.start();
    api = new Api(platform, platform.adminKey);
    const origin = 'provider=github&repo=acme/handed-over&branch=main&commitSha=c1&runId=1';
    const sent = await api.post<Answer>(`/api/v1/ingest/reports/trivy?${origin}&wait=60`, report);
    runId = bodyOf(sent, 200).result.runId;
  }, 120_000);
  afterAll(() => platform.remove());

  it('comes signed, and whoever has the public key can see that it is ours and unchanged', async () => {
    const files = unzipSync(Uint8Array.from(await download('report.zip?reportedAt=2026-01-06T08:00:00Z')));
    const names = ['report.pdf', 'report.pdf.sig', 'report.json', 'report.json.sig', 'key.pub', 'digests.txt'];
    expect(Object.keys(files)).toEqual(names);
    const file = (name: string): Buffer => Buffer.from(files[name]!);
    for (const name of ['report.pdf', 'report.json']) {
      const signature = Buffer.from(file(`${name}.sig`).toString(), 'base64');
      const verify = (bytes: Buffer): boolean =>
        createVerify('sha256').update(bytes).verify(file('key.pub').toString(), signature);
      expect([name, verify(file(name)), verify(Buffer.concat([file(name), Buffer.from('x')]))]).toEqual([
        name,
        true,
        false,
      ]);
      expect(file('digests.txt').toString()).toContain(createHash('sha256').update(file(name)).digest('hex'));
    }
    expect(file('report.pdf').subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('comes through the gateway in every form, of a run and of its repository', async () => {
    for (const format of ['json', 'pdf', 'csv', 'xlsx']) {
      expect((await download(`report.${format}`)).length).toBeGreaterThan(500);
      const headers = { 'x-api-key': platform.adminKey };
      const path = `/api/v1/history/report.${format}?org=acme&repo=handed-over`;
      const response = await fetch(`${platform.url}${path}`, { headers });
      expect([path, response.status]).toEqual([path, 200]);
      await response.arrayBuffer();
    }
  });
});
