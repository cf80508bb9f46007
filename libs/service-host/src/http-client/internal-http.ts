import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { type InternalIdentity, internalIdentityHeader, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { currentTraceparent, inSpan, SpanKind } from '@assay/telemetry';
import { Agent, type Dispatcher, errors } from 'undici';
import type { HttpErrorCode } from '../http/http.errors.js';
import {
  bodyIdleTimeoutMs,
  connectTimeoutMs,
  maxConnectionsPerReplica,
  maxProblemBytes,
  responseTimeoutMs,
  unreachableRetryAfterSeconds,
} from '../http/limits.js';
import { errorOf } from './remote-problem.js';

export interface InternalRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** With its query, encoded: `/api/v1/cases?limit=10`. */
  readonly path: string;
  /** For whom this is asked: the caller whose request is answered, or `servicePrincipal`. */
  readonly principal: Principal;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes or text as they are; a stream is sent once, so its request is never repeated with another replica. */
  readonly body?: Buffer | string | Readable;
  /** Until the head of the answer is here; `responseTimeoutMs` unless given. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** An answer of any status. Its body has to be read or destroyed. */
export interface InternalResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** Where the replicas of a service are, `http://127.0.0.1:4001`; asked at each request, because ports may become known late. */
export type BaseUrlsOf = (service: string) => readonly string[];

/** How services ask each other over HTTP: in turn among replicas, with a signed identity and in the same trace. */
export class InternalHttp {
  private readonly agent = new Agent({
    connect: { timeout: connectTimeoutMs },
    connections: maxConnectionsPerReplica,
    bodyTimeout: bodyIdleTimeoutMs,
  });
  private turn = 0;

  constructor(
    private readonly identity: InternalIdentity,
    private readonly baseUrlsOf: BaseUrlsOf,
  ) {}

  /**
   * The answer, whatever its status; its body streams.
   *
   * @throws AssayError `unavailable`: `http.service-unreachable` when no replica takes the request, `http.service-timeout`
   * when it does not answer in time; `bug`, `http.unknown-service`
   */
  async request(service: string, request: InternalRequest): Promise<InternalResponse> {
    const attributes = { 'http.request.method': request.method, 'assay.service': service };
    return inSpan(
      `${request.method} ${service}`,
      attributes,
      async (span) => {
        const response = await this.inTurn(service, request);
        span.setAttribute('http.response.status_code', response.statusCode);
        return { status: response.statusCode, headers: response.headers, body: response.body };
      },
      SpanKind.CLIENT,
    );
  }

  /** The answer of a request that went well, its body a stream. @throws AssayError as `request`, and what the service answered */
  async stream(service: string, request: InternalRequest): Promise<InternalResponse> {
    const response = await this.request(service, request);
    if (response.status < 400) return response;
    const text = await textOf(response.body, maxProblemBytes);
    throw errorOf(service, response.status, text, response.headers['retry-after']);
  }

  /**
   * The JSON of a request that went well, or null where the answer is empty. A `json` goes out as the body.
   *
   * @throws AssayError as `stream`
   */
  async json<T>(service: string, { json, ...request }: InternalRequest & { readonly json?: unknown }): Promise<T> {
    const sent =
      json === undefined
        ? request
        : {
            ...request,
            headers: { ...request.headers, 'content-type': 'application/json' },
            body: JSON.stringify(json),
          };
    const { body } = await this.stream(service, sent);
    const text = await textOf(body);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** Ends all connections; what is under way comes to its end first. */
  async close(): Promise<void> {
    await this.agent.close();
  }

  /** The next replica, and those after it as long as they refuse the connection: such a request has reached nobody. */
  private async inTurn(service: string, request: InternalRequest): Promise<Dispatcher.ResponseData> {
    const replicas = this.baseUrlsOf(service);
    if (replicas.length === 0) throw failure('bug', 'http.unknown-service', `Nothing says where ${service} is.`);
    const first = this.turn++;
    const attempts = isStream(request.body) ? 1 : replicas.length;
    let refusal: unknown;
    for (let attempt = 0; attempt < attempts; attempt++) {
      try {
        return await this.send(replicas[(first + attempt) % replicas.length]!, request);
      } catch (error) {
        refusal = error;
        if (!reachedNobody(error)) break;
      }
    }
    if (request.signal?.aborted) throw refusal;
    if (refusal instanceof errors.HeadersTimeoutError) {
      throw failure('unavailable', 'http.service-timeout', `The service ${service} did not answer in time.`, refusal);
    }
    if (!isOfTheConnection(refusal)) throw refusal;
    throw failure('unavailable', 'http.service-unreachable', `The service ${service} is not reachable.`, refusal);
  }

  private async send(baseUrl: string, request: InternalRequest): Promise<Dispatcher.ResponseData> {
    return this.agent.request({
      origin: baseUrl,
      path: request.path,
      method: request.method,
      headers: {
        ...request.headers,
        [internalIdentityHeader]: await this.identity.sign(request.principal),
        traceparent: currentTraceparent(),
      },
      body: request.body ?? null,
      headersTimeout: request.timeoutMs ?? responseTimeoutMs,
      ...(request.signal && { signal: request.signal }),
    });
  }
}

/** True if no byte of the request can have been handled: it may be sent again, whatever its method. */
function reachedNobody(error: unknown): boolean {
  return (
    error instanceof errors.ConnectTimeoutError || ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes(codeOf(error))
  );
}

function isOfTheConnection(error: unknown): boolean {
  return reachedNobody(error) || error instanceof errors.SocketError || ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
}

/** The code of the error, or of the first one inside, where Node tried several addresses (`localhost`). */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && !('code' in error)) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isStream(body: InternalRequest['body']): body is Readable {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}

async function textOf(body: Readable, maxBytes = Number.POSITIVE_INFINITY): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failure(kind: 'unavailable' | 'bug', code: HttpErrorCode, message: string, cause?: unknown): AssayError {
  const retry = kind === 'unavailable' ? { retryAfterSeconds: unreachableRetryAfterSeconds } : {};
  return new AssayError<HttpErrorCode>(kind, code, message, { cause, ...retry });
}
