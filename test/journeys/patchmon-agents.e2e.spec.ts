import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { PatchMonAgent, type PatchMonAgentOptions } from './support/patchmon-agent.js';
import { PlatformProcess } from './support/platform-process.js';
import { EventStream } from './support/event-stream.js';
import { waitUntil } from './support/wait-until.js';

const minuteMs = 60_000;

interface Enrolled {
  readonly id: string;
  readonly apiId: string;
  readonly apiKey: string;
}

interface Command {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly error: string | null;
  readonly writes: number;
  readonly scanIds: readonly string[];
}

interface Scan {
  readonly id: string;
  readonly status: string;
  readonly error_message: string | null;
}

/** One host with its agent, as an admin sees it. */
class HostUnderTest {
  private constructor(
    readonly host: Enrolled,
    readonly agent: PatchMonAgent,
    private readonly admin: Api,
  ) {}

  static async enrol(
    platform: PlatformProcess,
    options: Partial<PatchMonAgentOptions> & { readonly dockerBench?: boolean } = {},
  ): Promise<HostUnderTest> {
    const admin = new Api(platform, platform.adminKey);
    const hostname = `${options.hostname ?? 'web'}-${Math.random().toString(36).slice(2, 8)}`;
    const wanted = { hostname, dockerBench: options.dockerBench ?? false };
    const host = bodyOf(await admin.post<Enrolled>('/api/v1/hosts', wanted), 201);
    const agent = new PatchMonAgent({ url: platform.url, ...host, ...options, hostname });
    return new HostUnderTest(host, agent, admin);
  }

  /** Once compliance has heard of it; until then an agent is answered 503, and goes on as it was. */
  async known(): Promise<this> {
    await waitUntil(
      'compliance knows the host',
      async () => (await this.admin.get(`/api/v1/hosts/${this.host.id}`)).status === 200,
    );
    return this;
  }

  async connected(): Promise<this> {
    this.agent.start();
    await waitUntil('the agent is connected', async () => this.agent.isConnected && this.agent.connections > 0);
    return this;
  }

  async trigger(options: object = {}): Promise<void> {
    await waitUntil('compliance knows the host', async () => {
      const { status } = await this.admin.post(`/api/v1/compliance/trigger/${this.host.id}`, options);
      if (status !== 200 && status !== 404) throw new Error(`trigger answers ${status}`);
      return status === 200;
    });
  }

  async cancel(): Promise<number> {
    return (await this.admin.post(`/api/v1/compliance/cancel/${this.host.id}`, {})).status;
  }

  async commands(): Promise<readonly Command[]> {
    const { body } = await this.admin.get<{ items: Command[] }>(`/api/v1/compliance/commands?host=${this.host.id}`);
    return body.items;
  }

  /** The newest command to scan, once it has ended. */
  async ended(): Promise<Command> {
    return waitUntil('the command has ended', async () => {
      const command = (await this.commands()).find(({ kind }) => kind === 'scan');
      return command !== undefined && /^(completed|failed|cancelled)$/.test(command.status) && command;
    });
  }

  async scans(): Promise<readonly Scan[]> {
    const { body } = await this.admin.get<{ scans: Scan[] }>(`/api/v1/compliance/scans/${this.host.id}`);
    return body.scans;
  }
}

describe('an agent of PatchMon', () => {
  const platform = new PlatformProcess('all-in-one');
  const hosts: HostUnderTest[] = [];

  beforeAll(() => platform.start());
  afterAll(async () => {
    await Promise.all(hosts.map(({ agent }) => agent.stop()));
    await platform.remove();
  });

  async function aHost(options: Parameters<typeof HostUnderTest.enrol>[1] = {}): Promise<HostUnderTest> {
    const host = await HostUnderTest.enrol(platform, options);
    hosts.push(host);
    return host;
  }

  it('is answered after its start as its page says, and goes on with what it was enrolled for', async () => {
    const { agent } = await (await (await aHost({ docker: true, dockerBench: true })).known()).connected();
    await waitUntil('it has made all its calls', async () => agent.callsOf('/hosts/agent/version').length > 0);
    expect(agent.calls.filter(({ status }) => status !== 200)).toEqual([]);
    const replyTo = (path: string): unknown => agent.callsOf(path)[0]?.reply;
    expect(replyTo('/settings/update-interval')).toMatchObject({ updateInterval: expect.any(Number) as number });
    expect(replyTo('/hosts/integrations')).toMatchObject({
      success: true,
      integrations: { compliance: true },
      compliance_mode: 'on-demand',
      compliance_openscap_enabled: true,
      compliance_docker_bench_enabled: true,
    });
    expect(replyTo('/hosts/ping')).toMatchObject({ message: 'Ping successful', hashGate: true });
    expect(replyTo('/hosts/integration-status')).toMatchObject({ success: true });
    expect(replyTo('/hosts/agent/version')).toMatchObject({ hasUpdate: false });
    expect(agent.mode).toBe('on-demand');
  });

  it('scans on command: every phase is shown, and one completed record is left', async () => {
    const host = await (await aHost()).connected();
    const watching = await EventStream.open(
      `${platform.url}/api/v1/ws/compliance-progress/${host.host.apiId}/stream?token=${platform.adminKey}`,
    );
    await host.trigger();
    expect(await host.ended()).toMatchObject({ status: 'completed', writes: 1, error: null });
    expect(host.agent.commandsOf('compliance_scan')).toHaveLength(1);
    expect(host.agent.dropped).toEqual([]);
    expect((await host.scans()).map(({ status }) => status)).toEqual(['completed']);
    await waitUntil('all phases are shown', async () => watching.phases.length >= 6);
    expect(watching.phases).toEqual(['connected', 'started', 'evaluating', 'parsing', 'sending', 'completed']);
    watching.close();
  });

  it('runs what was asked for while it was away, once it connects, with all options', async () => {
    const host = await aHost();
    await host.trigger({ profile_type: 'openscap', profile_id: 'level2_server' });
    await host.connected();
    expect(await host.ended()).toMatchObject({ status: 'completed' });
    const [frame, ...more] = host.agent.commandsOf('compliance_scan');
    expect(more).toEqual([]);
    expect(frame).toMatchObject({ profile_id: 'level2_server', docker_bench_enabled: false });
  });

  it('is told to stop, and its run is recorded as what it was', async () => {
    const host = await (await aHost({ run: () => ({ kind: 'until-cancelled' }) })).connected();
    await host.trigger();
    await waitUntil('it runs', async () => host.agent.running === 1);
    expect(await host.cancel()).toBe(200);
    expect((await host.ended()).status).toBe('cancelled');
    await waitUntil('nothing runs', async () => host.agent.running === 0);
    expect((await host.scans()).filter(({ status }) => status === 'running' || status === 'completed')).toEqual([]);
  });

  it('whose run fails leaves a failed record with its reason', async () => {
    const host = await (await aHost({ run: () => ({ kind: 'failed', error: 'content not found' }) })).connected();
    await host.trigger();
    expect(await host.ended()).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('content not found') as string,
    });
    expect((await host.scans()).map(({ status }) => status)).toEqual(['failed']);
  });

  it('that had nothing to do sends no results, and nothing is left running', async () => {
    const host = await (await aHost({ run: () => ({ kind: 'no-results' }) })).connected();
    await host.trigger();
    await host.ended();
    expect(host.agent.callsOf('/compliance/scans')).toEqual([]);
    expect((await host.scans()).filter(({ status }) => status === 'running')).toEqual([]);
  });

  it('that loses its connection comes back, and is told what came meanwhile', async () => {
    const host = await (await aHost()).connected();
    host.agent.cut();
    await host.trigger();
    expect(await host.ended()).toMatchObject({ status: 'completed' });
    expect(host.agent.connections).toBeGreaterThan(1);
    expect((await host.scans()).map(({ status }) => status)).toEqual(['completed']);
  });
});

describe('agents at two gateways, each a process of its own like the two of compliance', () => {
  const platform = new PlatformProcess('split', {
    args: ['--only', 'ingest-gateway,compliance', '--replicas', 'ingest-gateway=2,compliance=2'],
  });
  let hosts: HostUnderTest[] = [];

  beforeAll(() => platform.start());
  afterAll(async () => {
    await Promise.all(hosts.map(({ agent }) => agent.stop()));
    await platform.remove();
  });

  /** One address after the other, as a load balancer gives them out. */
  function anyGateway(first: number): () => string {
    const { port } = new URL(platform.url);
    let turn = first;
    return () => `http://127.0.0.1:${Number(port) + (turn++ % 2)}`;
  }

  it(
    'do what they are told once, whichever of them is killed meanwhile',
    async () => {
      const enrolled = Array.from({ length: 8 }, (_, n) =>
        HostUnderTest.enrol(platform, { url: anyGateway(n), phaseMs: 400 }),
      );
      hosts = await Promise.all(enrolled);
      await Promise.all(hosts.map((host) => host.connected()));
      await Promise.all(hosts.slice(0, 4).map((host) => host.trigger()));
      expect(platform.kill('ingest-gateway')).toBe(true);
      await Promise.all(hosts.slice(4).map((host) => host.trigger()));
      expect(platform.kill('compliance')).toBe(true);
      expect(platform.kill('ingest-gateway-2')).toBe(true);
      for (const host of hosts) {
        const records = await waitUntil(
          'its command has ended',
          async () => {
            const { status } = await host.ended();
            const scans = await host.scans();
            return status === 'completed' && !scans.some((scan) => scan.status === 'running') && scans;
          },
          3 * minuteMs,
          500,
        );
        expect(records.map(({ status }) => status)).toEqual(['completed']);
        expect(await host.commands()).toHaveLength(1);
      }
      await waitUntil('all are connected again', async () => hosts.every(({ agent }) => agent.isConnected));
    },
    5 * minuteMs,
  );
});
