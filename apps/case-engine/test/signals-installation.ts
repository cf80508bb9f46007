import { type DataOf, type EventContract, type ReceivedSignal, signalsReceivedV1 } from '@assay/contracts';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import { eventually, natsUrl, testInternalKey } from '@assay/testing';
import pg from 'pg';
import { type AskInit, CaseEngineInstallation } from './case-engine-installation.js';

/** A signal in Santamon's list. */
export interface SantamonSignal {
  readonly signal_id: string;
  readonly ts: string;
  readonly host_id: string;
  readonly rule_id: string;
  readonly rule_description: string | null;
  readonly status: string;
  readonly severity: string;
  readonly title: string;
  readonly tags: string[];
  readonly context: Record<string, unknown>;
  readonly received_at: string;
}

export interface SantamonList {
  readonly count: number;
  readonly signals: SantamonSignal[];
  readonly next_cursor: string | null;
}

export interface SantamonStats {
  readonly total_signals: number;
  readonly last_24h: number;
  readonly by_severity: Record<string, number>;
  readonly by_host: Record<string, number>;
  readonly top_rules: { rule_id: string; count: number }[];
}

export interface NativeSignal {
  readonly id: string;
  readonly signalId: string;
  readonly hostId: string;
  readonly status: string;
  readonly assignee: string | null;
  readonly at: string;
}

export interface NativePage {
  readonly items: NativeSignal[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

/** The real case-engine, and a gateway that says which signals it accepted. */
export class SignalsInstallation {
  private constructor(
    readonly engine: CaseEngineInstallation,
    private readonly gateway: Transactions,
    private readonly closers: (() => Promise<unknown>)[],
  ) {}

  static async start(more: NodeJS.ProcessEnv = {}): Promise<SignalsInstallation> {
    const engine = await CaseEngineInstallation.start(more);
    const { DATABASE_URL, NATS_PREFIX } = engine.environment;
    const database = await openDatabase('ingest-gateway', runtimeUrl(DATABASE_URL!, 'ingest-gateway', testInternalKey));
    const gateway = new Transactions(database);
    const messaging = await Messaging.start(
      { service: 'ingest-gateway', url: natsUrl(), prefix: NATS_PREFIX!, replicas: 1 },
      { transactions: gateway, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    return new SignalsInstallation(engine, gateway, [() => messaging.stop(), () => database.close()]);
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    for (const close of this.closers) await close();
  }

  /** Says that these were accepted, `perEvent` in each message. */
  async say(signals: readonly ReceivedSignal[], tenant = 'acme', perEvent = 50): Promise<void> {
    await this.gateway.run({ tenant, lane: 'interactive' }, async (tx) => {
      for (let first = 0; first < signals.length; first += perEvent) {
        tx.publish(signalsReceivedV1, { signals: signals.slice(first, first + perEvent) });
      }
    });
  }

  /** The same, and waits until they are there. */
  async accept(signals: readonly ReceivedSignal[], tenant = 'acme'): Promise<void> {
    await this.say(signals, tenant);
    const ids = signals.map(({ id }) => id);
    await eventually(`${ids.length} signals`, async () => {
      const rows = await this.sql('select count(*)::int as n from signals where id = any($1)', [ids]);
      return (rows[0] as { n: number }).n === ids.length;
    });
  }

  /** Asks the service's own database, as its owner's administrator. */
  async sql(text: string, values: readonly unknown[] = []): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: this.engine.adminUrl, options: '-c search_path=case_engine' });
    await client.connect();
    try {
      return (await client.query(text, [...values])).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  get<Body>(path: string, init: AskInit = {}): Promise<Body> {
    return this.engine.get<Body>(path, init);
  }

  async send(
    method: string,
    path: string,
    json: unknown,
    init: AskInit = {},
  ): Promise<{ status: number; body: unknown }> {
    const response = await this.engine.ask('analyst', path, { method, json, ...init });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  said<Contract extends EventContract>(contract: Contract): DataOf<Contract>[] {
    return this.engine.said(contract);
  }
}
