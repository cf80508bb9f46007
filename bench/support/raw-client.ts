import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

interface Call {
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: Error) => void;
}

const headEnd = '\r\n\r\n';

/**
 * A caller of HTTP/1.1 with connections that stay open and a request at a time on each, which knows no more of the protocol
 * than our answers need. Node's own client costs five times as much, on the processors that are being measured.
 */
export class RawClient {
  private readonly connections: Connection[];
  private readonly free: Connection[];
  private readonly waiting: ((connection: Connection) => void)[] = [];

  constructor(
    origin: string,
    private readonly key: string,
    readonly count: number,
  ) {
    const { hostname, port } = new URL(origin);
    this.connections = Array.from({ length: count }, () => new Connection(hostname, Number(port)));
    this.free = [...this.connections];
  }

  /** Sends when a connection is free. */
  async post(path: string, body: Buffer | string, type = 'application/json'): Promise<RawAnswer> {
    const bytes = Buffer.byteLength(body);
    const head = `POST ${path} HTTP/1.1\r\nHost: bench\r\nX-API-Key: ${this.key}\r\nContent-Type: ${type}\r\nContent-Length: ${bytes}\r\n\r\n`;
    const connection = this.free.pop() ?? (await new Promise<Connection>((resolve) => this.waiting.push(resolve)));
    try {
      return await connection.send(head, body);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free.push(connection);
      else next(connection);
    }
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }
}

class Connection {
  private readonly socket: Socket;
  private call: Call | null = null;
  private received = '';

  constructor(host: string, port: number) {
    this.socket = connect({ host, port, noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk: string) => this.hear(chunk));
    this.socket.on('error', (error) => this.fail(error));
    this.socket.on('close', () => this.fail(new Error('the connection was closed')));
  }

  send(head: string, body: Buffer | string): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      this.call = { resolve, reject };
      if (typeof body === 'string') {
        this.socket.write(head + body);
        return;
      }
      this.socket.cork();
      this.socket.write(head);
      this.socket.write(body);
      this.socket.uncork();
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private hear(chunk: string): void {
    this.received += chunk;
    const end = this.received.indexOf(headEnd);
    if (end === -1) return;
    const head = this.received.slice(0, end);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const start = end + headEnd.length;
    if (this.received.length < start + length) return;
    const body = this.received.slice(start, start + length);
    this.received = '';
    const { call } = this;
    this.call = null;
    call?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  private fail(error: Error): void {
    const { call } = this;
    this.call = null;
    call?.reject(error);
  }
}
