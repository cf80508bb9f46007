import { type Answer, type Gateway, type Installation } from './harness.js';

/** What is answered to a signal. */
export interface SantamonAnswer {
  readonly status: string;
  readonly signal_id: string | null;
  readonly id: string | null;
  readonly duplicate: boolean;
  readonly mended?: string[];
  readonly set_aside?: { readonly code: string; readonly message: string };
}

/** A signal as agents send it; `values` are its own. */
export function aSignal(values: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    signal_id: '0b7a5f0c9b1d4c33a6e2f10d8c4477aa',
    ts: '2031-05-06T07:08:09.123456789Z',
    host_id: 'mbp-finance-07',
    rule_id: 'DEMO-EXEC-004',
    status: 'open',
    severity: 'high',
    title: 'Script interpreter from shared folder',
    tags: ['execution'],
    context: { kind: 'execution', target_path: '/Users/Shared/x/python3' },
    ...values,
  };
}

/** An agent of Santamon, and a look at what became of its signals. */
export class SantamonAgent {
  constructor(
    private readonly installation: Installation,
    readonly gateway: Gateway,
    readonly key: string,
  ) {}

  async ingest(signal: unknown, path = '/ingest'): Promise<Answer<SantamonAnswer>> {
    const body = typeof signal === 'string' || Buffer.isBuffer(signal) ? signal : JSON.stringify(signal);
    return this.gateway.send<SantamonAnswer>('POST', path, { headers: { 'x-api-key': this.key }, body });
  }

  /** Every signal that was told of, in the order of acceptance. */
  async told(): Promise<ToldSignal[]> {
    const rows = await this.installation.rows<{ envelope: string }>(
      'select envelope from outbox where subject like $1 order by id',
      ['ingest.signals.received.%'],
    );
    return rows.flatMap(({ envelope }) => (JSON.parse(envelope) as { data: { signals: ToldSignal[] } }).data.signals);
  }

  async toldOf(signalId: string): Promise<ToldSignal[]> {
    return (await this.told()).filter((signal) => signal.signalId === signalId);
  }

  /** The dead letters of the tenant, newest first. */
  async deadLetters(): Promise<DeadLetter[]> {
    const { body } = await this.gateway.send<{ items: DeadLetter[] }>('GET', '/api/v1/dead-letters?limit=200');
    return body.items;
  }
}

export interface ToldSignal {
  readonly id: string;
  readonly signalId: string;
  readonly hostId: string;
  readonly title: string;
  readonly severity: string;
  readonly tags: string[];
  readonly at: string;
  readonly ts: string;
  readonly mended: string[];
  readonly context: Record<string, unknown>;
  readonly contextDocument: { readonly digest: `sha256:${string}`; readonly size: number } | null;
}

export interface DeadLetter {
  readonly id: string;
  readonly code: string;
  readonly consumer: string;
  readonly attempts: number;
  readonly replayedAt: string | null;
  readonly event: { readonly data: { readonly text: string | null } };
}
