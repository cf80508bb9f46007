import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type AgentCall, PatchMonCalls, type PatchMonHost } from './patchmon-calls.js';
import { dockerBenchScan, failedScan, openScapScan, results, type SentScan } from './patchmon-scans.js';

/** How often the agent of the page waits, in milliseconds; `pace` shortens all of them alike. */
const waits = {
  reconnectFirst: 1_000,
  reconnectMost: 30_000,
  ping: 30_000,
  status: 2_000,
  report: 7_000,
  version: 5_000,
  schedule: 30_000,
  secondScan: 5_000,
} as const;

/** Largest frame that the agent reads; it hangs up on a larger one. */
const largestFrameBytes = 65_536;
const plainName = /^[\w.-]{0,256}$/;
const imageName = /^[A-Za-z0-9][\w./:@-]{0,511}$/;

/** What a run comes to. `until-cancelled` goes on until it is cancelled; `no-results` had nothing to do. */
export type RunOutcome =
  | { readonly kind: 'results'; readonly scans: readonly SentScan[] }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'no-results' }
  | { readonly kind: 'until-cancelled' };

/** What a run was asked for, after the agent's own rules (`wire/patchmon.md` §5.1). */
export interface RunRequest {
  readonly openscap: boolean;
  readonly dockerBench: boolean;
  readonly profileId: string;
  readonly frame: Readonly<Record<string, unknown>>;
}

export interface PatchMonAgentOptions extends PatchMonHost {
  readonly mode?: 'disabled' | 'on-demand' | 'enabled';
  /** What runs come to; a small OpenSCAP and Docker Bench result unless given. */
  readonly run?: (request: RunRequest) => RunOutcome;
  /** How long each phase of a run takes, in milliseconds. */
  readonly phaseMs?: number;
  /** Of the agent's own waits: 1 is real time. */
  readonly pace?: number;
}

interface Run {
  readonly cancelled: AbortController;
  readonly kind: 'on-demand' | 'scheduled';
}

/**
 * The agent of `wire/patchmon.md`, in the parts that a server meets: what it calls after its start and in which order, its
 * socket, every command and what it does with it, every frame that it sends. Its quirks are the page's: it ignores
 * `profile_type`, drops bad commands without a word, uploads once and never again.
 */
export class PatchMonAgent {
  /** Frames that came, in order. */
  readonly commands: Readonly<Record<string, unknown>>[] = [];
  /** Commands that it did nothing with: unknown types, and fields that break the page's constraints. */
  readonly dropped: Readonly<Record<string, unknown>>[] = [];
  /** Close codes of its connections. */
  readonly closes: number[] = [];
  connections = 0;
  mode: 'disabled' | 'on-demand' | 'enabled';
  private readonly pace: number;
  private readonly http: PatchMonCalls;
  private readonly stopped = new AbortController();
  private readonly runs: Run[] = [];
  private readonly working = new Set<Promise<unknown>>();
  private socket: WebSocket | null = null;

  constructor(private readonly options: PatchMonAgentOptions) {
    this.mode = options.mode ?? 'on-demand';
    this.pace = options.pace ?? 0.02;
    this.http = new PatchMonCalls(options, this.pace, this.stopped.signal);
  }

  /** Everything of `wire/patchmon.md` §2, in its order; goes on in the background until `stop`. */
  start(): this {
    this.work(this.serve());
    return this;
  }

  get isConnected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** How many runs are going on. */
  get running(): number {
    return this.runs.length;
  }

  /** What it called, in order. */
  get calls(): readonly AgentCall[] {
    return this.http.made;
  }

  /** Calls of a path, whatever its query. */
  callsOf(path: string): AgentCall[] {
    return this.calls.filter((call) => call.path.split('?')[0] === path);
  }

  /** Commands of a type. */
  commandsOf(type: string): Readonly<Record<string, unknown>>[] {
    return this.commands.filter((frame) => frame['type'] === type);
  }

  /** Cuts the connection without a word, as a network does; it comes back by itself. */
  cut(): void {
    this.socket?.terminate();
  }

  /** Any frame, for what no agent sends. */
  send(frame: object | string): void {
    this.socket?.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** A scan by its schedule, or because the server asked for one in a ping. */
  async scheduledScan(): Promise<void> {
    if (this.mode !== 'enabled') return;
    await this.scan(
      { openscap: true, dockerBench: this.options.docker === true, profileId: '', frame: {} },
      'scheduled',
    );
  }

  async ping(): Promise<void> {
    const reply = await this.http.call('POST', '/hosts/ping', {
      hashes: {
        packagesHash: '',
        reposHash: '',
        interfacesHash: '',
        hostnameHash: '',
        dockerHash: '',
        complianceHash: '',
      },
      metrics: {},
      agentVersion: '2.0.1',
      agentExecutionMs: 3,
    });
    const { requestFull } = (reply ?? {}) as { requestFull?: string[] };
    if (requestFull?.includes('compliance')) this.work(this.scheduledScan());
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    for (const { cancelled } of this.runs) cancelled.abort();
    this.socket?.terminate();
    await Promise.allSettled(this.working);
  }

  private async serve(): Promise<void> {
    await this.http.call('GET', '/settings/update-interval');
    const reply = (await this.http.call('GET', '/hosts/integrations')) as {
      integrations?: Record<string, boolean>;
    } | null;
    const { compliance } = reply?.integrations ?? {};
    // A wrong answer is worse than none: it switches the agent off, or its schedule on.
    if (compliance === false) this.mode = 'disabled';
    else if (compliance === true && this.mode === 'disabled') this.mode = 'enabled';
    await this.http.call('POST', '/hosts/ping');
    this.work(this.stayConnected());
    if (this.mode === 'enabled') this.work(this.later(waits.schedule, () => this.scheduledScan()));
    await this.pause(waits.status);
    await this.http.reportStatus(this.mode !== 'disabled', 'ready');
    if (this.options.docker)
      await this.http.call('POST', '/hosts/integration-status', {
        integration: 'docker',
        enabled: true,
        status: 'ready',
      });
    await this.pause(waits.report);
    await this.http.report();
    await this.pause(waits.version);
    if (this.options.docker) await this.http.call('POST', '/integrations/docker', { containers: [], images: [] });
    await this.http.call('GET', '/hosts/agent/version?arch=amd64&os=linux&type=go&currentVersion=2.0.1');
  }

  /** Connects, and comes back for ever: after 1 s, then twice as long up to 30 s. */
  private async stayConnected(): Promise<void> {
    let waitMs: number = waits.reconnectFirst;
    while (!this.stopped.signal.aborted) {
      if (await this.connectOnce()) waitMs = waits.reconnectFirst;
      await this.pause(waitMs);
      waitMs = Math.min(waitMs * 2, waits.reconnectMost);
    }
  }

  /** Resolves when the connection is over; true if there was one. */
  private connectOnce(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${this.http.url.replace(/^http/, 'ws')}/api/v1/agents/ws`, {
        headers: this.http.credentials,
        perMessageDeflate: false,
        maxPayload: largestFrameBytes,
      });
      this.socket = socket;
      let wasOpen = false;
      const pinging = setInterval(() => this.isConnected && socket.ping(), waits.ping * this.pace);
      socket.on('open', () => {
        wasOpen = true;
        this.connections += 1;
      });
      socket.on('message', (data) => this.work(this.obey(String(data))));
      socket.on('error', () => undefined);
      socket.on('close', (code) => {
        clearInterval(pinging);
        this.closes.push(code);
        resolve(wasOpen);
      });
    });
  }

  private async obey(text: string): Promise<void> {
    const frame = JSON.parse(text) as Readonly<Record<string, unknown>>;
    this.commands.push(frame);
    const text256 = (field: string): boolean =>
      frame[field] === undefined || frame[field] === null || plainName.test(String(frame[field]));
    switch (frame['type']) {
      case 'compliance_scan':
        return text256('profile_id') ? this.onDemandScan(frame) : this.drop(frame);
      case 'compliance_scan_cancel':
        // It reaches the newest alone.
        this.runs.findLast(({ kind }) => kind === 'on-demand')?.cancelled.abort();
        return;
      case 'remediate_rule':
        return frame['rule_id'] !== undefined && text256('rule_id')
          ? this.onDemandScan({ ...frame, profile_id: 'level1_server' })
          : this.drop(frame);
      case 'docker_image_scan': {
        const { image_name: image, scan_all_images: all } = frame;
        return all === true || imageName.test(String(image ?? ''))
          ? this.onDemandScan({ ...frame, profile_id: 'level1_server' })
          : this.drop(frame);
      }
      case 'install_scanner':
        return this.installScanner();
      case 'upgrade_ssg':
        await this.http.call('GET', '/compliance/ssg-version');
        return this.http.reportStatus(this.mode !== 'disabled', 'ready');
      case 'refresh_integration_status':
        return this.http.reportStatus(this.mode !== 'disabled', 'ready');
      case 'report_now':
        return this.http.report();
      case 'set_compliance_mode':
        this.mode = frame['mode'] as typeof this.mode;
        return;
      case 'apply_config':
        return this.applyConfig(frame);
      case 'connected':
      case 'settings_update':
      case 'integration_toggle':
      case 'update_agent':
        return;
      default:
        // `compliance_trigger` too: it is on the planning pages alone.
        this.drop(frame);
    }
  }

  private drop(frame: Readonly<Record<string, unknown>>): void {
    this.dropped.push(frame);
  }

  private applyConfig(frame: Readonly<Record<string, unknown>>): void {
    const { compliance } = (frame['config'] ?? {}) as { compliance?: { enabled?: boolean | 'on-demand' } };
    const enabled = compliance?.enabled;
    if (enabled !== undefined) this.mode = enabled === true ? 'enabled' : enabled === false ? 'disabled' : 'on-demand';
  }

  private async installScanner(): Promise<void> {
    const event = {
      step: 'install',
      status: 'installing',
      message: 'installing openscap',
      timestamp: new Date().toISOString(),
    };
    await this.http.reportStatus(this.mode !== 'disabled', 'installing', [event]);
    await this.http.reportStatus(this.mode !== 'disabled', 'ready', [event, { ...event, status: 'done' }]);
  }

  /** A second one waits a while and then runs beside the first; a scheduled one gives way. */
  private async onDemandScan(frame: Readonly<Record<string, unknown>>): Promise<void> {
    for (const run of this.runs) if (run.kind === 'scheduled') run.cancelled.abort();
    if (this.runs.length > 0) await this.pause(waits.secondScan);
    const profileId = String(frame['profile_id'] ?? '');
    const openscap = frame['openscap_enabled'] !== false && profileId !== 'docker-bench';
    const isBench = profileId === '' || profileId === 'all' || profileId === 'docker-bench';
    const dockerBench = this.options.docker === true && frame['docker_bench_enabled'] !== false && isBench;
    await this.scan({ openscap, dockerBench, profileId, frame }, 'on-demand');
  }

  private async scan(request: RunRequest, kind: Run['kind']): Promise<void> {
    const run: Run = { cancelled: new AbortController(), kind };
    this.runs.push(run);
    try {
      await this.goThrough(request, run);
    } finally {
      this.runs.splice(this.runs.indexOf(run), 1);
    }
  }

  private async goThrough(request: RunRequest, { cancelled, kind }: Run): Promise<void> {
    const profile = request.profileId === '' ? 'default' : request.profileId;
    const say = (phase: string, progress: number, message: string, error = ''): void =>
      this.progress({ phase, profile_name: profile, message, progress, error });
    if (this.mode === 'disabled') return say('failed', 0, 'Scan failed', 'compliance is disabled');
    const startedAt = new Date();
    say('started', 5, 'Starting compliance scan');
    await this.phase(cancelled.signal);
    say('evaluating', 15, 'Evaluating rules');
    const scans = await this.scansOf(request, startedAt, cancelled.signal);
    say('parsing', 80, 'Parsing results');
    if (scans.length === 0) return say('completed', 100, 'Scan completed (no results)');
    say('sending', 90, 'Sending results');
    const status = await this.http.upload(scans, kind);
    if (status !== 200) return say('failed', 0, 'Scan failed', `upload failed with status ${status}`);
    say('completed', 100, `Score: ${(scans[0]?.score ?? 0).toFixed(1)}%`);
  }

  private async scansOf(request: RunRequest, startedAt: Date, cancelled: AbortSignal): Promise<readonly SentScan[]> {
    const isBlind = request.frame['enable_remediation'] === true && request.profileId === '';
    const outcome: RunOutcome = isBlind
      ? { kind: 'failed', error: 'no profile to remediate with' }
      : (this.options.run ?? usualRun(startedAt))(request);
    if (outcome.kind === 'until-cancelled') {
      await new Promise((resolve) => {
        if (cancelled.aborted) resolve(undefined);
        cancelled.addEventListener('abort', resolve, { once: true });
      });
    } else await this.phase(cancelled);
    // A cancelled run goes on to its end, and is sent as a failed one.
    if (cancelled.aborted) return [failedScan('scan cancelled or timed out: context canceled', startedAt)];
    if (outcome.kind === 'failed') return [failedScan(outcome.error, startedAt)];
    return outcome.kind === 'results' ? outcome.scans : [];
  }

  private progress(fields: object): void {
    if (!this.isConnected) return;
    this.send({ type: 'compliance_scan_progress', ...fields, timestamp: new Date().toISOString() });
  }

  private async phase(cancelled: AbortSignal): Promise<void> {
    await sleep(this.options.phaseMs ?? 10, undefined, { signal: cancelled }).catch(() => undefined);
  }

  private async later(ms: number, work: () => Promise<void>): Promise<void> {
    await this.pause(ms);
    if (!this.stopped.signal.aborted) await work();
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms * this.pace, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }

  /** Something that goes on beside the rest and is waited for at the end. */
  private work(work: Promise<unknown>): void {
    this.working.add(work);
    void work.catch(() => undefined).finally(() => this.working.delete(work));
  }
}

/** Two small benchmarks, of those scanners that were to run. */
function usualRun(startedAt: Date): (request: RunRequest) => RunOutcome {
  return ({ openscap, dockerBench, profileId }) => {
    const sent = results({ pass: 5, fail: 2, skip: 2, notapplicable: 3 });
    const bench = results({ pass: 3, warn: 2 }, '1.1');
    const scans = [
      ...(openscap ? [openScapScan(profileId === '' ? 'level1_server' : profileId, sent, startedAt)] : []),
      ...(dockerBench ? [dockerBenchScan(bench, startedAt)] : []),
    ];
    return scans.length === 0 ? { kind: 'no-results' } : { kind: 'results', scans };
  };
}
