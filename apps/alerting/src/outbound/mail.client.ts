import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { limits } from '../limits.js';
import type { Attempt } from './webhook.client.js';

/** A mail to be sent. */
export interface Mail {
  readonly id: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** Sends mail through the operator's own server (`SMTP_URL`). Without one every attempt fails and says so. */
@Injectable()
export class MailClient implements OnApplicationShutdown {
  private readonly transport: Transporter | null;
  private readonly domain: string;

  constructor(
    smtpUrl: string | undefined,
    private readonly from: string,
  ) {
    this.domain = /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
    this.transport =
      smtpUrl === undefined
        ? null
        : createTransport({
            url: smtpUrl,
            pool: true,
            maxConnections: limits.mailConnections,
            connectionTimeout: limits.connectTimeoutMs,
            greetingTimeout: limits.connectTimeoutMs,
            socketTimeout: limits.attemptTimeoutMs,
            // A mail is made of what others send: it never reads a file or fetches an address.
            disableFileAccess: true,
            disableUrlAccess: true,
          });
  }

  /** One attempt. It never throws. The id makes the `Message-ID`, so that a mail that comes twice is known for one. */
  async send({ id, to, subject, text }: Mail): Promise<Attempt> {
    const started = performance.now();
    const result = await this.exchange({ id, to, subject, text });
    return { ...result, durationMs: Math.round(performance.now() - started), retryAfterMs: null };
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }

  private async exchange({ id, to, subject, text }: Mail): Promise<Omit<Attempt, 'durationMs' | 'retryAfterMs'>> {
    const nothing = { statusCode: null, response: null, blocked: false };
    if (this.transport === null)
      return { ...nothing, error: 'SMTP_URL is not set: no mail can be sent.', blocked: true };
    try {
      const sent: unknown = await this.transport.sendMail({
        from: this.from,
        to: [...to],
        subject,
        text,
        messageId: `<${id}@${this.domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      const response = field(sent, 'response');
      return {
        statusCode: null,
        response: typeof response === 'string' ? response : null,
        error: null,
        blocked: false,
        settled: 'taken',
      };
    } catch (error) {
      const code = field(error, 'responseCode');
      const response = field(error, 'response');
      // 5yz is for good, everything else may be different later (RFC 5321 §4.2.1).
      const settled = typeof code === 'number' && code >= 500 ? 'refused' : 'again';
      const words = typeof response === 'string' ? `The mail server answered ${response}` : reasonOf(error);
      return { ...nothing, error: words.slice(0, limits.responseBytes), settled };
    }
  }
}

/** Without the address of the server, which holds a password. */
function reasonOf(error: unknown): string {
  const code = field(error, 'code');
  return `The mail server could not be reached${typeof code === 'string' ? ` (${code})` : ''}.`;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
