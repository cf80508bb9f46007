import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** From the first byte sent to the last byte received. */
  readonly tookMs: number;
}

/** A caller with a fixed number of connections that stay open, as a busy CI server has. Cheap, so that it measures the other side. */
export class HttpClient {
  private readonly agent: Agent;

  constructor(
    private readonly origin: string,
    private readonly key: string,
    readonly connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  }

  post(path: string, body: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('POST', path, body, {
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...headers,
    });
  }

  /** The JSON behind a path. @throws Error for anything but 200 */
  async read<Body>(path: string): Promise<Body> {
    const { status, body } = await this.call('GET', path);
    if (status !== 200) throw new Error(`GET ${path} answers ${status}: ${body.toString()}`);
    return JSON.parse(body.toString()) as Body;
  }

  close(): void {
    this.agent.destroy();
  }

  /** A request with a body that is made while it is sent. */
  stream(path: string, chunks: AsyncIterable<Buffer>): Promise<Answer> {
    return this.send('POST', path, { 'content-type': 'application/json' }, async (write) => {
      for await (const chunk of chunks) await write(chunk);
    });
  }

  private call(
    method: string,
    path: string,
    body?: Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return this.send(method, path, headers, async (write) => {
      if (body !== undefined) await write(body);
    });
  }

  private send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: (write: (chunk: Buffer) => Promise<void>) => Promise<void>,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const begun = performance.now();
      const sending = request(new URL(path, this.origin), {
        method,
        agent: this.agent,
        headers: { 'x-api-key': this.key, ...headers },
      });
      sending.on('error', reject);
      sending.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode: status = 0, headers: given } = response;
          resolve({ status, headers: given, body: Buffer.concat(chunks), tookMs: performance.now() - begun });
        });
      });
      const write = (chunk: Buffer): Promise<void> =>
        sending.write(chunk) ? Promise.resolve() : new Promise((drained) => sending.once('drain', drained));
      body(write).then(() => sending.end(), reject);
    });
  }
}
