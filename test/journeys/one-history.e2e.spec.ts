import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

const gateways = 4;
const documents = 10;
const commitOf = (run: number): string => `${run}`.padStart(40, 'c');
const cveOf = (number: number): string => `CVE-2031-${10_000 + number}`;

interface Run {
  readonly id: string;
  readonly commitSha: string;
  readonly new: number | null;
  readonly fixed: number | null;
  readonly previousRun: string | null;
  readonly counts: { readonly critical: number };
  readonly documents: readonly object[];
  readonly alerts: readonly { readonly delivered: boolean }[];
}

/** The report of a run: it finds what the one before it found, and one thing more. */
function reportOf(run: number): string {
  const found = Array.from({ length: run }, (_, n) => ({
    VulnerabilityID: cveOf(n + 1),
    PkgName: `part-${n + 1}`,
    PkgIdentifier: { PURL: `pkg:npm/part-${n + 1}@1.0.0` },
    InstalledVersion: '1.0.0',
    Severity: 'CRITICAL',
  }));
  const results = [{ Target: 'package-lock.json', Class: 'lang-pkgs', Type: 'npm', Vulnerabilities: found }];
  return JSON.stringify({ SchemaVersion: 2, ArtifactName: '.', ArtifactType: 'filesystem', Results: results });
}

/** Every run twice, in an order that has nothing to do with theirs, and is the same each time. */
function shuffledTwice(): number[] {
  const all = Array.from({ length: 2 * documents }, (_, n) => (n % documents) + 1);
  let seed = 7;
  return all
    .map((run) => [(seed = (seed * 16_807) % 2_147_483_647), run] as const)
    .toSorted(([one], [other]) => one - other)
    .map(([, run]) => run);
}

describe('ten documents of one repository, shuffled and twice, on four gateways', () => {
  const platform = new PlatformProcess('split', {
    args: ['--replicas', `ingest-gateway=${gateways}`, '--only', 'ingest-gateway,scanner,case-engine,alerting'],
  });
  let receiver: WebhookReceiver;
  let api: Api;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    await platform.start();
    api = new Api(platform, platform.adminKey);
    const channel = { name: 'on-call', type: 'webhook', url: receiver.url };
    bodyOf(await api.post('/api/v1/alerting/channels', channel), 201);

    const port = Number(new URL(platform.url).port);
    const doors = Array.from(
      { length: gateways },
      (_, n) => new Api({ url: `http://127.0.0.1:${port + n}` }, platform.adminKey),
    );
    await Promise.all(doors.map((door) => waitUntil('every gateway answers', () => door.get('/api/v1/feeds'))));
    const answers = await Promise.all(
      shuffledTwice().map((run, n) => {
        const origin = `provider=github&repo=acme/ledger&branch=main&commitSha=${commitOf(run)}&runId=${run}`;
        return doors[n % gateways]!.post(`/api/v1/ingest/reports/trivy?${origin}&wait=60`, reportOf(run));
      }),
    );
    for (const answer of answers) bodyOf(answer, 200);
  }, 150_000);
  afterAll(async () => {
    await platform.remove();
    await receiver.stop();
  });

  /** The runs, oldest first, once each has been compared with the one before it. */
  const history = (): Promise<Run[]> =>
    waitUntil('a history in which runs follow each other', async () => {
      const { body } = await api.get<{ items: Run[] }>('/api/v1/history?org=acme&repo=ledger&branch=main');
      const runs = body.items.toSorted((one, other) => one.counts.critical - other.counts.critical);
      return runs.every((run, at) => run.new !== null && run.previousRun === (runs[at - 1]?.id ?? null)) && runs;
    });

  it('are one history: no run is lost and none is there twice', async () => {
    const runs = await history();
    expect(runs.map(({ commitSha }) => commitSha)).toEqual(
      Array.from({ length: documents }, (_, n) => commitOf(n + 1)),
    );
    expect(runs.map(({ documents: parts }) => parts.length)).toEqual(runs.map(() => 1));
    expect(runs.map((run) => [run.new, run.fixed])).toEqual(runs.map(() => [1, 0]));
  });

  it('are one case, which stands by the newest run', async () => {
    const { body } = await api.get<object[]>('/api/v1/cases?repo=ledger');
    expect(body).toMatchObject([
      {
        status: 'OPEN',
        critical_count: documents,
        latest_commit_sha: commitOf(documents),
        latest_run_id: `${documents}`,
      },
    ]);
  });

  it('alert nobody twice: each vulnerability is told once', async () => {
    const told = await waitUntil('all have been told', async () => {
      const found = receiver.received.flatMap(({ body }) => findingsIn(body));
      return found.length >= documents && found;
    });
    expect(told.toSorted()).toEqual(Array.from({ length: documents }, (_, n) => cveOf(n + 1)).toSorted());
    expect(receiver.ids().size).toBe(receiver.received.length);
    const alerts = (await history()).flatMap((run) => run.alerts);
    expect(alerts.every(({ delivered }) => delivered)).toBe(true);
    await waitUntil('the history knows who was told', async () => {
      const runs = await history();
      return runs.flatMap((run) => run.alerts).length === receiver.received.length;
    });
  });
});

/** The vulnerabilities that a message speaks of. */
function findingsIn(body: string): string[] {
  const { data } = JSON.parse(body) as { data: { findings: { vulnerabilityId: string }[] } };
  return data.findings.map(({ vulnerabilityId }) => vulnerabilityId);
}
