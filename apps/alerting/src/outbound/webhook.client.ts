import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, request } from 'undici';
import { limits } from '../limits.js';
import { AddressGuard, isRefusal } from './address-guard.service.js';
import { retryAfterMs } from './retry-after.js';
import type { Settled } from './settle-answer.js';
import { webhookUrl } from './webhook-url.js';

/** What came of one attempt. */
export interface Attempt {
  readonly durationMs: number;
  /** The receiver's answer; null where none came. */
  readonly statusCode: number | null;
  /** The beginning of what it answered with. */
  readonly response: string | null;
  /** Why none came, in a sentence; null where one came. */
  readonly error: string | null;
  /** The address may not be reached: trying again will not help. */
  readonly blocked: boolean;
  /** What the receiver asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** What the answer means where its status alone does not say it. */
  readonly settled?: Settled | null;
}

type Answer = Pick<Attempt, 'statusCode' | 'response' | 'retryAfterMs'>;

/** Sends webhooks: to checked addresses only, without following redirects, with bounds on time and on what is read. */
@Injectable()
export class WebhookClient implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(private readonly guard: AddressGuard) {
    this.agent = new Agent({
      connect: { lookup: guard.lookup, timeout: limits.connectTimeoutMs },
      connections: limits.channelConcurrency,
      headersTimeout: limits.attemptTimeoutMs,
      bodyTimeout: limits.attemptTimeoutMs,
    });
  }

  /** One attempt. It never throws: what goes wrong is the answer. */
  async post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Attempt> {
    const started = performance.now();
    const since = (): number => Math.round(performance.now() - started);
    try {
      const answer = await this.exchange(url, headers, body);
      return { ...answer, durationMs: since(), error: null, blocked: false };
    } catch (error) {
      const nothing = { statusCode: null, response: null, retryAfterMs: null };
      return { ...nothing, durationMs: since(), error: sentenceOf(error), blocked: isRefusal(error) };
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.close();
  }

  private async exchange(text: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
    const url = webhookUrl(text);
    // An address in the URL itself is never looked up, so the guard in `connect` alone would not see it.
    await this.guard.check(url);
    const answer = await request(url, {
      method: 'POST',
      dispatcher: this.agent,
      headers: { 'content-type': 'application/json', 'user-agent': 'Assay-Webhook/1', ...headers },
      body,
      signal: AbortSignal.timeout(limits.attemptTimeoutMs),
    });
    return {
      statusCode: answer.statusCode,
      response: await beginningOf(answer.body),
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], new Date()),
    };
  }
}

/** The first bytes of an answer as text; the rest is not read. The status is in, so trouble here changes nothing. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= limits.responseBytes) break;
    }
  } catch {
    // The receiver hung up or was too slow after its status line.
  }
  // PostgreSQL's text can hold any character but NUL.
  return Buffer.concat(chunks).subarray(0, limits.responseBytes).toString('utf8').replaceAll('\0', '');
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The receiver refused the connection.',
  ECONNRESET: 'The receiver broke the connection off.',
  UND_ERR_SOCKET: 'The receiver broke the connection off.',
  ENOTFOUND: 'The name of the receiver does not exist.',
  EAI_AGAIN: 'The name of the receiver could not be looked up.',
  UND_ERR_CONNECT_TIMEOUT: 'The receiver did not take the connection in time.',
  UND_ERR_HEADERS_TIMEOUT: 'The receiver did not answer in time.',
  ETIMEDOUT: 'The receiver did not take the connection in time.',
};

function sentenceOf(error: unknown): string {
  if (isRefusal(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `The receiver did not answer within ${limits.attemptTimeoutMs / 1000} s.`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return reasons[code] ?? `The message could not be sent: ${error.message}`;
}
