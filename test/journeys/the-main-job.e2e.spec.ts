import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { PlatformProcess, type RunMode } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';
import { isSigned, WebhookReceiver } from './support/webhook-receiver.js';

interface Verdict {
  receiptId: string;
  status: string;
  documents: { digest: string }[];
  result: { gate: boolean; verdict: string; caseId: number; reasons: string[]; counts: Record<string, number> };
}

const sbom = fixtureOf('apps/scanner/test/fixtures/sboms/npm-generated/demo-shop-2018.cyclonedx-npm.1.6.cdx.json.gz');
const verdictWithinMs = 180_000;
const pullRequest = 'provider=github&repo=acme/shop&prId=41&branch=feature&targetBranch=main&commitSha=abc1234&runId=1';

describe.each<RunMode>(['all-in-one', 'split'])('the main job, %s', (mode) => {
  const platform = new PlatformProcess(mode, { fromNothing: 'a user begins with nothing' });
  let receiver: WebhookReceiver;
  let api: Api;
  let secret: string;
  let verdict: Verdict;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    await platform.start();
    api = new Api(platform, platform.adminKey);
    const channel = await api.post<{ secret: string }>('/api/v1/alerting/channels', {
      name: 'on-call',
      type: 'webhook',
      url: receiver.url,
    });
    secret = bodyOf(channel, 201).secret;
    // Asked again as a CI job does: a first start imports the advisories before it judges, which beside other work may take longer
    // than the longest wait.
    verdict = await waitUntil(
      'the verdict',
      async () => {
        const key = { 'idempotency-key': 'the-main-job' };
        const { status, body } = await api.post<Verdict>(`/api/v1/ingest/sbom?${pullRequest}&wait=60`, sbom, key);
        return status === 200 && body;
      },
      verdictWithinMs,
    );
  });
  afterAll(async () => {
    await platform.remove();
    await receiver.stop();
  });

  it('blocks the merge of a pull request with known vulnerabilities, and says why', () => {
    expect(verdict).toMatchObject({
      status: 'done',
      result: { gate: true, verdict: 'block', caseId: expect.any(Number) },
    });
    expect(verdict.result.reasons.length).toBeGreaterThan(0);
    expect(verdict.result.counts['critical']! + verdict.result.counts['high']!).toBeGreaterThan(0);
  });

  it('shows the findings, and the case that they make', async () => {
    const findings = await api.get<{ items: { vulnerabilityId: string }[] }>(
      '/api/v1/findings?repo=acme/shop&limit=500',
    );
    expect(findings.status).toBe(200);
    expect(findings.body.items.length).toBeGreaterThan(3);
    const one = await api.get<{ status: string; high_count: number }>(`/api/v1/cases/${verdict.result.caseId}`);
    expect(one.body).toMatchObject({ status: 'OPEN', repo_name: 'shop', high_count: verdict.result.counts['high'] });
  });

  it('follows the document through the services', async () => {
    const timeline = await waitUntil('attested', async () => {
      const { body } = await api.get<{ status: string; stages: { stage: string }[] }>(
        `/api/v1/receipts/${verdict.receiptId}`,
      );
      return body.status === 'done' && body;
    });
    expect(timeline.stages.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['index', 'attest', 'judge']));
  });

  it('attests the document, and tells when a byte of it was changed', async () => {
    const { body: list } = await api.get<{ items: { id: string }[] }>(
      `/api/v1/attestations?digest=${verdict.documents[0]!.digest}`,
    );
    expect(list.items).toHaveLength(1);
    const octets = { 'content-type': 'application/octet-stream' };
    const same = await api.post<{ verified: boolean }>('/api/v1/verify/blob', sbom, octets);
    expect(same.body).toMatchObject({ verified: true });
    const changed = Buffer.from(sbom);
    changed[changed.length - 40]! ^= 1;
    const other = await api.post<{ verified: boolean; failures: { check: string; message: string }[] }>(
      '/api/v1/verify/blob',
      changed,
      octets,
    );
    expect(other.body).toMatchObject({ verified: false });
    expect(other.body.failures[0]?.message).toMatch(/\w+/);
  });

  it('tells the people on call, signed, in the trace of the request', async () => {
    const hook = await waitUntil('the webhook', async () => receiver.received[0]);
    expect(isSigned(hook, secret)).toBe(true);
    expect(isSigned({ ...hook, body: `${hook.body} ` }, secret)).toBe(false);
    expect(hook.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-/);
    expect(hook.body).toContain('shop');
  });

  it('has all of it in a log that proves itself', async () => {
    const entries = await waitUntil('the entries', async () => {
      const { body } = await api.get<{ items: { action: string; index: number }[] }>(
        `/api/v1/audit/entries?receipt=${verdict.receiptId}`,
      );
      return body.items.some(({ action }) => action === 'cases.gate.decided.v1') && body.items;
    });
    expect(entries.map(({ action }) => action)).toContain('ingest.document.received.v1');
    const proof = await waitUntil('a checkpoint over it', async () => {
      const answer = await api.get(`/api/v1/audit/entries/${entries[0]!.index}/proof`);
      return answer.status === 200 && answer;
    });
    expect(proof.body).toBeTruthy();
    const verified = await api.post<{ intact: boolean }>('/api/v1/audit/verify');
    expect(verified.body).toMatchObject({ intact: true });
  });

  it('lets the merge pass once the risk is accepted on purpose, and blocks again when it is not', async () => {
    const { body: findings } = await api.get<{ items: { vulnerabilityId: string; severity: string }[] }>(
      '/api/v1/findings?repo=acme/shop&limit=500',
    );
    const severe = [
      ...new Set(
        findings.items.filter(({ severity }) => ['critical', 'high'].includes(severity)).map((f) => f.vulnerabilityId),
      ),
    ];
    const granted: string[] = [];
    for (const id of severe) {
      const exception = await api.post<{ id: string }>('/api/v1/exceptions', {
        what: { kind: 'vulnerability', id },
        where: { kind: 'repository', provider: 'github', org: 'acme', repo: 'shop' },
        reason: 'not reachable in this shop',
        expiresAt: null,
      });
      expect(exception.status).toBe(201);
      granted.push(exception.body.id);
    }
    const resolved = await api.get<{ status: string }>(`/api/v1/cases/${verdict.result.caseId}`);
    expect(resolved.body.status).toBe('RESOLVED');
    const again = await api.post<Verdict>(
      `/api/v1/ingest/sbom?${pullRequest.replace('runId=1', 'runId=2')}&wait=60`,
      sbom,
    );
    expect(again.body.result).toMatchObject({ gate: false, verdict: 'pass' });
    expect((await api.call('DELETE', `/api/v1/exceptions/${granted[0]}`)).status).toBeLessThan(300);
    const open = await api.get<{ status: string }>(`/api/v1/cases/${verdict.result.caseId}`);
    expect(open.body.status).toBe('OPEN');
  });

  it('has everything again after a stop and a start', async () => {
    expect(await platform.stop()).toBe(0);
    await platform.start();
    const { body } = await api.get<{ id: number }[]>('/api/v1/cases?repo=shop');
    expect(body.map(({ id }) => id)).toContain(verdict.result.caseId);
  });
});
