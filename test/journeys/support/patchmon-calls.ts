import { setTimeout as sleep } from 'node:timers/promises';
import type { SentScan } from './patchmon-scans.js';

const transportTries = 4;
const retryMs = 2_000;
const timeoutMs = 30_000;

/** One call of the agent and what came of it; `status` 0 where nothing came. */
export interface AgentCall {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly reply: unknown;
}

/** Whose calls they are. */
export interface PatchMonHost {
  readonly apiId: string;
  readonly apiKey: string;
  /** Where the server is; asked again before every connection and call, so that an agent finds a gateway that came elsewhere. */
  readonly url: string | (() => string);
  readonly hostname?: string;
  readonly machineId?: string;
  readonly docker?: boolean;
}

/** The HTTP half of the agent of `wire/patchmon.md`: what it calls, and when it believes the answer. */
export class PatchMonCalls {
  readonly made: AgentCall[] = [];

  /** @param pace of the waits between tries: 1 is real time */
  constructor(
    private readonly host: PatchMonHost,
    private readonly pace: number,
    private readonly stopped: AbortSignal,
  ) {}

  get credentials(): Record<string, string> {
    return { 'X-API-ID': this.host.apiId, 'X-API-KEY': this.host.apiKey };
  }

  /** The reply's JSON where the status is exactly 200, else null: other successes count as failures too. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; attempt <= transportTries && !this.stopped.aborted; attempt += 1) {
      try {
        const response = await fetch(`${this.url}/api/v1${path}`, {
          method,
          headers: { ...this.credentials, ...(body !== undefined && { 'content-type': 'application/json' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.any([this.stopped, AbortSignal.timeout(timeoutMs)]),
        });
        const isJson = response.headers.get('content-type')?.includes('json') === true;
        const reply: unknown = isJson ? await response.json() : await response.text();
        this.made.push({ method, path, body, status: response.status, reply });
        return response.status === 200 && isJson ? reply : null;
      } catch {
        await this.pause(retryMs);
      }
    }
    this.made.push({ method, path, body, status: 0, reply: null });
    return null;
  }

  get url(): string {
    const { url } = this.host;
    return typeof url === 'string' ? url : url();
  }

  /** The full report, as much of it as a server has to read. */
  async report(): Promise<void> {
    const { hostname = 'web-01', machineId = '' } = this.host;
    await this.call('POST', '/hosts/update', {
      packages: [{ name: 'openssl', currentVersion: '3.0.2', needsUpdate: false, isSecurityUpdate: false }],
      repositories: [],
      hostname,
      machineId,
      osType: 'Debian',
      osVersion: '12',
      agentVersion: '2.0.1',
    });
  }

  async reportStatus(enabled: boolean, status: string, installEvents: object[] = []): Promise<void> {
    await this.call('POST', '/hosts/integration-status', {
      integration: 'compliance',
      enabled,
      status,
      message: `compliance is ${status}`,
      components: { openscap: 'ready', 'docker-bench': this.host.docker ? 'ready' : 'unavailable' },
      scanner_info: {
        openscap_version: '1.3.7',
        openscap_available: true,
        content_file: 'ssg-debian12-ds.xml',
        ssg_version: '0.1.76',
        available_profiles: [{ id: 'level1_server', name: 'CIS Level 1 - Server', type: 'openscap' }],
        docker_bench_available: this.host.docker === true,
        os_name: 'debian',
        os_version: '12',
        os_family: 'debian',
      },
      ...(installEvents.length > 0 && { install_events: installEvents }),
    });
  }

  /** Once, with retries of the transport; what is refused is lost until the next scan. */
  async upload(scans: readonly SentScan[], kind: 'on-demand' | 'scheduled'): Promise<number> {
    const { hostname = 'web-01', machineId = '' } = this.host;
    await this.call('POST', '/compliance/scans', {
      scans,
      os_info: { family: 'debian', name: 'Debian GNU/Linux', version: '12' },
      scanner_info: {
        openscap_available: true,
        openscap_version: '1.3.7',
        docker_bench_available: this.host.docker === true,
        oscap_docker_available: false,
      },
      hostname,
      machine_id: machineId,
      agent_version: '2.0.1',
      scan_type: kind,
    });
    return this.made.findLast(({ path }) => path === '/compliance/scans')?.status ?? 0;
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms * this.pace, undefined, { signal: this.stopped }).catch(() => undefined);
  }
}
