import { once } from 'node:events';
import { eventually } from '@assay/testing';
import { type ClientOptions, WebSocket } from 'ws';
import type { Gateway } from './harness.js';

/** A host as its enrolment answered. */
export interface EnrolledHost {
  readonly id: string;
  readonly apiId: string;
  readonly apiKey: string;
}

export async function enrol(
  gateway: Gateway,
  body: object = {},
  headers: Record<string, string> = {},
): Promise<EnrolledHost> {
  const json = { hostname: 'web-01', ...body };
  const answer = await gateway.send<EnrolledHost>('POST', '/api/v1/hosts', { json, headers });
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export function credentialsOf({ apiId, apiKey }: EnrolledHost): Record<string, string> {
  return { 'x-api-id': apiId, 'x-api-key': apiKey };
}

/** One socket of an agent, and what came through it. */
export class TestAgent {
  readonly frames: Record<string, unknown>[] = [];
  pings = 0;
  closed: { readonly code: number; readonly reason: string } | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data)) as Record<string, unknown>));
    socket.on('ping', () => (this.pings += 1));
    socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    socket.on('error', () => undefined);
  }

  /** Resolves when the server has said that it is connected. */
  static async connect(url: string, host: EnrolledHost, options: ClientOptions = {}): Promise<TestAgent> {
    const agent = new TestAgent(open(url, '/api/v1/agents/ws', credentialsOf(host), options));
    await eventually('it is connected', () => agent.frames.length > 0 || agent.closed);
    return agent;
  }

  send(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  progress(phase: string, fields: object = {}): void {
    this.send({ type: 'compliance_scan_progress', phase, progress: 5, message: phase, ...fields });
  }

  /** Frames of a kind. */
  of(type: string): Record<string, unknown>[] {
    return this.frames.filter((frame) => frame['type'] === type);
  }

  async ended(): Promise<{ readonly code: number; readonly reason: string }> {
    return eventually('it is closed', () => this.closed);
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.ended();
  }
}

/** What a handshake is refused with. */
export async function refusal(
  url: string,
  headers: Record<string, string>,
  path = '/api/v1/agents/ws',
): Promise<{ readonly status: number; readonly text: string }> {
  const socket = open(url, path, headers);
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}

function open(url: string, path: string, headers: Record<string, string>, options: ClientOptions = {}): WebSocket {
  return new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, { headers, perMessageDeflate: false, ...options });
}

/** A browser that watches, and the events that it got. */
export class Watcher {
  readonly events: Record<string, unknown>[] = [];
  isEnded = false;

  private constructor(
    readonly response: Response,
    private readonly left: AbortController,
  ) {}

  static async open(url: string, apiId: string, headers: Record<string, string>, query = ''): Promise<Watcher> {
    const left = new AbortController();
    const address = `${url}/api/v1/ws/compliance-progress/${apiId}/stream${query}`;
    const watcher = new Watcher(await fetch(address, { headers, signal: left.signal }), left);
    if (watcher.response.status === 200) void watcher.read();
    return watcher;
  }

  leave(): void {
    this.left.abort();
  }

  private async read(): Promise<void> {
    let text = '';
    try {
      for await (const chunk of this.response.body ?? []) {
        text += Buffer.from(chunk as Uint8Array).toString();
        const whole = text.split('\n\n');
        text = whole.pop() ?? '';
        for (const event of whole) {
          if (event.startsWith('data: ')) this.events.push(JSON.parse(event.slice(6)) as Record<string, unknown>);
        }
      }
    } catch {
      // Left, or hung up on: either way it has ended.
    }
    this.isEnded = true;
  }
}
