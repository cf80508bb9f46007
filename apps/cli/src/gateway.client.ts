import type { Readable } from 'node:stream';
import { AssayError } from '@assay/kernel';
import { Agent, request } from 'undici';
import { z } from 'zod';
import type { Connection } from './cli.env.js';
import { answerTimeoutMs } from './limits.js';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Readable | Buffer | string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: Readable & { text(): Promise<string> };
}

const problem = z.object({ detail: z.string().optional(), title: z.string().optional(), code: z.string().optional() });

/** Asks the gateway, as any other client does. */
export class GatewayClient {
  private readonly agent = new Agent({ headersTimeout: answerTimeoutMs, bodyTimeout: answerTimeoutMs });

  constructor(private readonly connection: Connection) {}

  /** The answer of a call that went well. @throws AssayError with what the gateway said, or `cli.unreachable` */
  async stream({ method = 'GET', path, body, contentType, headers }: Call): Promise<Answer> {
    const response = await request(`${this.connection.url}${path}`, {
      method,
      body: body ?? null,
      dispatcher: this.agent,
      headers: {
        ...(this.connection.apiKey === undefined ? {} : { 'x-api-key': this.connection.apiKey }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
        ...headers,
      },
    }).catch((cause: unknown) => {
      throw new AssayError('unavailable', 'cli.unreachable', `${this.connection.url} does not answer`, { cause });
    });
    if (response.statusCode < 400) return { status: response.statusCode, body: response.body };
    throw refused(response.statusCode, await response.body.text());
  }

  async json<Value>(call: Call): Promise<Value> {
    const { body } = await this.stream(call);
    return JSON.parse(await body.text()) as Value;
  }

  async close(): Promise<void> {
    await this.agent.close();
  }
}

function refused(status: number, text: string): AssayError {
  let said: z.infer<typeof problem> = {};
  try {
    said = problem.parse(JSON.parse(text));
  } catch {
    // A proxy in between may answer with something else; its first words are better than nothing.
  }
  const message = said.detail ?? said.title ?? text.slice(0, 200);
  return new AssayError('invalid', said.code ?? 'cli.refused', `The gateway answers ${status}: ${message}`);
}
