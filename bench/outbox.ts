/**
 * Promise: 5,000 events per second from a committed transaction to a committed effect: outbox, relay, JetStream, pull
 * consumer, inbox. The two libraries alone, in one process, on a real PostgreSQL and a real nats-server.
 */
import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventOf, type ServiceName, scanCompletedV1 } from '@assay/contracts';
import { obtainNatsServer, startNats, startPostgres } from '@assay/embedded';
import { Messaging } from '@assay/messaging';
import {
  type Database,
  isolateTenants,
  migrate,
  openDatabase,
  rolesOf,
  runtimeUrl,
  type Transaction,
  Transactions,
} from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import pg from 'pg';
import { bench, demand, type Reporter } from './support/bench.js';
import { spreadOf } from './support/figures.js';
import { optionsOf } from './support/options.js';
import { processorSeconds, shares } from './support/processor-time.js';

const options = optionsOf({ rounds: 5, events: 30_000, perTransaction: 10, writers: 8, batch: 256, warmup: 10_000 });

const internalKey = 'internal-key-of-a-measurement-only';
const tenant = 'bench';
const publisher: ServiceName = 'scanner';
const consumer: ServiceName = 'case-engine';

/** What the consumer's handler leaves behind. Without a key, so that an event that took effect twice would be seen twice. */
class EffectsTable {
  readonly name = 'Effects1763800000000';

  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('create table effects (tenant text not null, event_id uuid not null)');
    await runner.query(isolateTenants('effects', rolesOf(consumer)));
  }

  async down(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query('drop table effects');
  }
}

type Data = EventOf<typeof scanCompletedV1>['data'];

/** The example that the contract is pinned with: an event as it is in real life, 1.5 KB with its envelope. */
const example = (
  JSON.parse(readFileSync('libs/contracts/golden/scanning.scan.completed.v1.json', 'utf8')) as { data: Data }
).data;

interface Bus {
  readonly write: Transactions;
  /** Ids whose effect is committed, and how long after the writer's transaction began. */
  readonly effects: Map<string, number>;
  readonly writtenAt: Map<string, number>;
  readonly effectsDatabase: Transactions;
  /** The processes that work, by name. */
  readonly pids: ReadonlyMap<string, number>;
}

async function service(name: ServiceName, adminUrl: string, natsUrl: string) {
  const database = await openDatabase(name, runtimeUrl(adminUrl, name, internalKey));
  const transactions = new Transactions(database);
  const messaging = await Messaging.start(
    { service: name, url: natsUrl, prefix: 'bench', replicas: 1 },
    { transactions, logger: logger(name, { level: 'warn' }), metrics: createMetrics(name) },
  );
  return { database, transactions, messaging };
}

/** The consumer as a service has it, without Nest around: one insert for the whole batch, in the inbox's transaction. */
function listen(messaging: Messaging, bus: Pick<Bus, 'effects' | 'writtenAt'>): Promise<void> {
  const handle = async (events: EventOf<typeof scanCompletedV1>[], tx: Transaction): Promise<void> => {
    const ids = events.map(({ id }) => id);
    await tx.query('insert into effects (tenant, event_id) select $1, * from unnest($2::uuid[])', [tx.tenant, ids]);
    tx.afterCommit(() => {
      const now = performance.now();
      for (const id of ids) bus.effects.set(id, now - (bus.writtenAt.get(id) ?? now));
    });
  };
  const subscription = {
    mode: 'durable',
    contract: scanCompletedV1,
    durable: 'case-engine-measure',
    lane: 'interactive',
    batch: options.batch,
  };
  messaging.strategy.addHandler('measure', handle as never, true, { subscription });
  return new Promise((resolve, reject) =>
    messaging.strategy.listen((error) => (error === undefined ? resolve() : reject(error as Error))),
  );
}

/** Writes `events` events in transactions of some, from several writers at once, and waits for the last effect. */
async function round(bus: Bus, events: number): Promise<{ perSecond: number; tookMs: number[] }> {
  bus.effects.clear();
  bus.writtenAt.clear();
  const begun = performance.now();
  let left = events;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      const count = Math.min(options.perTransaction, left);
      left -= count;
      const at = performance.now();
      await bus.write.run(tenant, async (tx) => {
        for (let event = 0; event < count; event += 1) bus.writtenAt.set(tx.publish(scanCompletedV1, example), at);
      });
    }
  };
  await Promise.all(Array.from({ length: options.writers }, writer));
  for (const deadline = performance.now() + 120_000; bus.effects.size < events; await sleep(1)) {
    demand(performance.now() < deadline, `${events - bus.effects.size} events had no effect within two minutes`);
  }
  const tookMs = [...bus.effects.values()];
  return { perSecond: (events * 1000) / (performance.now() - begun), tookMs };
}

/** As many effects as events, each once, and nothing left to publish: what the database says, not what we remember. */
async function demandExactlyOnce(bus: Bus, published: number): Promise<void> {
  const [row] = await bus.effectsDatabase.runAcrossTenants((tx) =>
    tx.query<{ effects: number; distinct: number }>(
      'select count(*)::int as effects, count(distinct event_id)::int as distinct from effects',
    ),
  );
  demand(row?.effects === published && row.distinct === published, `${published} events were published`, row);
}

async function measure(say: Reporter, bus: Bus): Promise<void> {
  await round(bus, options.warmup);
  let published = options.warmup;
  const rates: number[] = [];
  const tookMs: number[] = [];
  for (let number = 1; number <= options.rounds; number += 1) {
    const [usedBefore, begun] = [processorSeconds(bus.pids), performance.now()];
    const result = await round(bus, options.events);
    const used = shares(usedBefore, processorSeconds(bus.pids), (performance.now() - begun) / 1000);
    published += options.events;
    await demandExactlyOnce(bus, published);
    say.fact(`  round ${number}`, `${Math.round(result.perSecond)} events per second, each once; processor: ${used}`);
    rates.push(result.perSecond);
    tookMs.push(...result.tookMs);
  }
  say.spread('  transaction to effect, as fast as writers can', spreadOf(tookMs));
  const rate = rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)]!;
  say.promise({
    what: 'events per second through the outbox (median round)',
    measured: rate,
    unit: '/s',
    aim: { atLeast: 5_000 },
  });
}

await bench('Events through the outbox', async (say) => {
  await using stack = new AsyncDisposableStack();
  const directory = mkdtempSync(join(tmpdir(), 'assay-outbox-'));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const path = (name: string): string => join(directory, name);
  const bin = await obtainNatsServer({ cacheDir: '.cache/bin', say: say.say });
  const [postgres, nats] = await Promise.all([
    startPostgres({ dataDir: path('postgres'), runDir: path('run'), logFile: path('postgres.log') }),
    startNats({ bin, dataDir: path('nats'), runDir: path('run'), logFile: path('nats.log') }),
  ]);
  stack.defer(async () => void (await Promise.all([postgres.stop(), nats.stop()])));
  await migrate(postgres.url, publisher, [], internalKey);
  await migrate(postgres.url, consumer, [EffectsTable], internalKey);
  await sayFacts(say, postgres.url);

  const writing = await service(publisher, postgres.url, nats.url);
  const reading = await service(consumer, postgres.url, nats.url);
  const end = async ({ messaging, database }: { messaging: Messaging; database: Database }): Promise<void> => {
    await messaging.strategy.close();
    await messaging.stop();
    await database.close();
  };
  stack.defer(() => end(writing));
  stack.defer(() => end(reading));
  const bus: Bus = {
    write: writing.transactions,
    effectsDatabase: reading.transactions,
    effects: new Map(),
    writtenAt: new Map(),
    pids: new Map([
      ['this process', process.pid],
      ['postgres', postgres.pid],
      ['nats', nats.pid],
    ]),
  };
  await listen(reading.messaging, bus);
  await measure(say, bus);
});

async function sayFacts(say: Reporter, postgresUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name",
  );
  await client.end();
  say.fact('durability', rows.map(({ name, setting }) => `${name} ${setting}`).join(', '));
  say.fact(
    'events',
    `${options.events} a round, ${options.perTransaction} per transaction, ${options.writers} writers`,
  );
  say.fact('consumer', `batches of up to ${options.batch}, one transaction each, with inbox and one insert`);
}
