import type { Gateway } from './harness.js';

/** An answer as the bytes that came: clients of PatchHound grep in them. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Speaks PatchHound to a gateway, form by form as its command line does. */
export class PatchHoundClient {
  constructor(
    readonly gateway: Gateway,
    readonly prefix: '' | '/api' = '',
  ) {}

  async get(path: string, query: Record<string, string>): Promise<RawAnswer> {
    return this.answer(fetch(`${this.gateway.url}${this.prefix}/v1/${path}?${new URLSearchParams(query).toString()}`));
  }

  /** As `curl -d`. */
  async post(path: string, fields: Record<string, string>): Promise<RawAnswer> {
    return this.answer(
      fetch(`${this.gateway.url}${this.prefix}/v1/${path}`, { method: 'POST', body: new URLSearchParams(fields) }),
    );
  }

  /** As `curl -F`: blobs are files, sent in the order in which they stand here. */
  async form(path: string, fields: Record<string, string | Blob>): Promise<RawAnswer> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return this.answer(fetch(`${this.gateway.url}${this.prefix}/v1/${path}`, { method: 'POST', body }));
  }

  async tokenFor(organization: string, days = '30'): Promise<string> {
    const { adminKey } = this.gateway;
    const { text } = await this.post('create-token-key', {
      api_key: adminKey,
      organization,
      expiration_days: days,
    });
    const key = / Key: (\S+) /.exec(text)?.[1];
    if (key === undefined) throw new Error(`no token key: ${text}`);
    return key;
  }

  private async answer(sent: Promise<Response>): Promise<RawAnswer> {
    const response = await sent;
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}
