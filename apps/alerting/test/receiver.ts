import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as it arrived. */
export interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Path and query. */
  readonly url: string;
  readonly at: number;
}

/** What the receiver answers to an arrival; the number of those before it counts from 0. */
export type Answer = (count: number) => { readonly status: number; readonly headers?: Record<string, string> };

/** A real HTTP server that keeps what it is sent. */
export class Receiver {
  readonly arrivals: Arrival[] = [];
  answer: Answer = () => ({ status: 204 });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, headers } = receiver.answer(receiver.arrivals.length);
        const body = Buffer.concat(chunks).toString('utf8');
        receiver.arrivals.push({ headers: request.headers, body, url: request.url ?? '', at: performance.now() });
        response.writeHead(status, headers).end(status >= 300 ? 'no thanks' : undefined);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** Without a path. */
  get base(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.base}/hooks`;
  }

  /** The `webhook-id`s that arrived. */
  get ids(): string[] {
    return this.arrivals.map(({ headers }) => String(headers['webhook-id']));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
