import type { PlatformProcess } from './platform-process.js';

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A caller of the product with one key, as curl would be. */
export class Api {
  constructor(
    private readonly platform: Pick<PlatformProcess, 'url'>,
    private readonly key: string | null,
  ) {}

  async get<Body>(path: string): Promise<Reply<Body>> {
    return this.call<Body>('GET', path);
  }

  /** A JSON body, or bytes as they are. */
  async post<Body>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply<Body>> {
    return this.call<Body>('POST', path, body, headers);
  }

  async call<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply<Body>> {
    const raw = body === undefined || body instanceof Uint8Array || typeof body === 'string';
    const response = await fetch(`${this.platform.url}${path}`, {
      method,
      headers: {
        ...(this.key === null ? {} : { 'x-api-key': this.key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: raw ? ((body as RequestInit['body']) ?? null) : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) as Body };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The body of a reply that must have this status, for what a journey prepares before its promises. */
export function bodyOf<Body>({ status, body }: Reply<Body>, wanted: number): Body {
  if (status !== wanted) throw new Error(`${status} instead of ${wanted}: ${JSON.stringify(body)}`);
  return body;
}
