import { type Envelope, type EventOf, keyCreatedV1, tenantCreatedV1 } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import { DeadLettersStore, type Transaction } from '@assay/persistence';
import { BusRecorder, eventually, natsUrl } from '@assay/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { Broadcast, Names, Subscribe, SubscribeAll } from '@assay/messaging';
import { anInstallation, startSubscriber, type TestService } from './harness.js';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

async function started(...services: Promise<TestService>[]): Promise<TestService[]> {
  const all = await Promise.all(services);
  running.push(...all);
  return all;
}

async function administrator(): Promise<NatsConnection> {
  const url = new URL(natsUrl());
  const connection = await connect({ servers: url.host, user: url.username, pass: decodeURIComponent(url.password) });
  running.push({ stop: () => connection.close() });
  return connection;
}

const create = (service: TestService, slug: string): Promise<string> =>
  service.transactions.run(slug, async (tx) =>
    tx.publish(tenantCreatedV1, { slug, displayName: slug, publisher: null }),
  );

function aCollector(durable: string) {
  const seen: string[] = [];
  @Controller()
  class Collector {
    @Subscribe(tenantCreatedV1, { durable })
    async on(event: EventOf<typeof tenantCreatedV1>): Promise<void> {
      seen.push(event.data.slug);
    }
  }
  return { seen, Collector };
}

describe('a consumer', () => {
  it('comes back after somebody deleted it', async () => {
    const where = await anInstallation('ingest-gateway', 'signer');
    const { seen, Collector } = aCollector('signer-deleted');
    const [gateway] = await started(
      startSubscriber('ingest-gateway', where),
      startSubscriber('signer', where, Collector),
    );
    await create(gateway!, 'before');
    await eventually('the first', () => seen.length === 1);

    const manager = await jetstreamManager(await administrator());
    await manager.consumers.delete(new Names(where.prefix).stream('ingest'), 'signer-deleted-interactive');
    await create(gateway!, 'after');

    await eventually('the second', () => seen.includes('after'));
    expect(seen.toSorted()).toEqual(['after', 'before']);
  });

  it('hears everything once although the broker lost its stream with messages unread', async () => {
    const where = await anInstallation('ingest-gateway', 'signer');
    const { seen, Collector } = aCollector('signer-forgotten');
    const [gateway] = await started(startSubscriber('ingest-gateway', where));
    for (let i = 0; i < 20; i += 1) await create(gateway!, `early-${i}`);
    const manager = await jetstreamManager(await administrator());
    await manager.streams.delete(new Names(where.prefix).stream('ingest'));

    expect(await gateway!.messaging.rebuildStream()).toBeGreaterThanOrEqual(20);
    await started(startSubscriber('signer', where, Collector));
    await create(gateway!, 'late');

    await eventually('all', () => seen.length >= 21);
    expect(new Set(seen).size).toBe(21);
    expect(seen).toHaveLength(21);
  });

  it('holds events while a dependency is away and burns no attempt', async () => {
    const where = await anInstallation('ingest-gateway', 'signer');
    let away = true;
    let tries = 0;
    @Controller()
    class Dependent {
      @Subscribe(tenantCreatedV1, { durable: 'signer-dependent', concurrency: 1 })
      async on(): Promise<void> {
        tries += 1;
        if (away) throw new AssayError('unavailable', 'signer.away', 'The store does not answer');
      }
    }
    const [gateway, signer] = await started(
      startSubscriber('ingest-gateway', where),
      startSubscriber('signer', where, Dependent),
    );
    await create(gateway!, 'acme');
    await eventually('more tries than a bug gets', () => tries > 3);
    away = false;
    const done = tries;
    await eventually('one try more', () => tries > done);
    const letters = await signer!.transactions.run('acme', (tx) => new DeadLettersStore().list(tx, 10, null));
    expect(letters).toEqual([]);
  });
});

describe('a batch handler', () => {
  it('gets events of one tenant in one transaction, and one bad event does not stop the others', async () => {
    const where = await anInstallation('ingest-gateway', 'signer');
    const batches: string[][] = [];
    @Controller()
    class Batches {
      @Subscribe(tenantCreatedV1, { durable: 'signer-batches', batch: 50 })
      async on(events: EventOf<typeof tenantCreatedV1>[], tx: Transaction): Promise<void> {
        expect(new Set(events.map((event) => event.tenant))).toEqual(new Set([tx.tenant]));
        if (events.some((event) => event.data.displayName === 'bad'))
          throw new AssayError('invalid', 'signer.bad', 'bad');
        batches.push(events.map((event) => event.data.displayName));
        for (const event of events) {
          tx.publish(keyCreatedV1, { keyId: event.id, algorithm: 'ES256', publicKeyPem: '' }, { because: event });
        }
      }
    }
    const bus = await BusRecorder.start(where.prefix);
    const [gateway] = await started(startSubscriber('ingest-gateway', where));
    for (const tenant of ['acme', 'beta']) {
      await gateway!.transactions.run({ tenant, actor: 'key:tester' }, async (tx) => {
        for (const displayName of ['1', '2', 'bad', '3']) {
          tx.publish(tenantCreatedV1, { slug: tenant, displayName, publisher: null });
        }
      });
    }
    const [signer] = await started(startSubscriber('signer', where, Batches));

    await eventually('all good ones', () => batches.flat().length === 6);
    expect(batches.flat().toSorted()).toEqual(['1', '1', '2', '2', '3', '3']);
    const letters = await eventually('the bad one', async () => {
      const found = await signer!.transactions.run('acme', (tx) => new DeadLettersStore().list(tx, 10, null));
      return found.length === 1 && found;
    });
    expect(letters[0]).toMatchObject({ consumer: 'signer-batches', code: 'signer.bad' });
    const caused = await eventually('what they caused', () => {
      const keys = bus.ofType(keyCreatedV1.type);
      return keys.length === 6 && keys;
    });
    for (const key of caused) {
      const { keyId } = key.data as { keyId: string };
      expect(key).toMatchObject({ causationid: keyId, actor: 'key:tester', tenant: expect.any(String) });
    }
    await bus.stop();
  });
});

describe('a dead letter', () => {
  it('is digested by a replay once its cause is gone, and only then', async () => {
    const where = await anInstallation('ingest-gateway', 'signer');
    let cured = false;
    const digested: string[] = [];
    @Controller()
    class Sick {
      @Subscribe(tenantCreatedV1, { durable: 'signer-sick' })
      async on(event: EventOf<typeof tenantCreatedV1>): Promise<void> {
        if (!cured) throw new AssayError('invalid', 'signer.sick', 'not today');
        digested.push(event.data.slug);
      }
    }
    const [gateway, signer] = await started(
      startSubscriber('ingest-gateway', where),
      startSubscriber('signer', where, Sick),
    );
    await create(gateway!, 'acme');
    const letters = await eventually('the letter', async () => {
      const found = await signer!.transactions.run('acme', (tx) => new DeadLettersStore().list(tx, 10, null));
      return found.length > 0 && found;
    });
    expect(await signer!.messaging.replay.execute('acme', letters[0]!.id)).toBe(false);
    cured = true;
    expect(await signer!.messaging.replay.execute('acme', letters[0]!.id)).toBe(true);
    expect(digested).toEqual(['acme']);
    await expect(signer!.messaging.replay.execute('beta', letters[0]!.id)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('listening to everything and to broadcasts', () => {
  it('gives raw envelopes of all services once, and every process its copy of a broadcast', async () => {
    const where = await anInstallation('ingest-gateway', 'signer', 'audit');
    const recorded: Envelope[] = [];
    const heard: string[] = [];
    @Controller()
    class Everything {
      @SubscribeAll({ durable: 'audit-everything' })
      async on(events: Envelope[]): Promise<void> {
        recorded.push(...events);
      }
    }
    @Controller()
    class Listener {
      @Broadcast(tenantCreatedV1)
      on(event: EventOf<typeof tenantCreatedV1>): void {
        heard.push(event.data.slug);
      }
    }
    // The owner of the stream first: whoever listens before it exists hears what comes after it does.
    const [gateway] = await started(startSubscriber('ingest-gateway', where, Listener));
    await started(startSubscriber('signer', where, Listener), startSubscriber('audit', where, Everything));
    await create(gateway!, 'acme');
    await eventually('both listeners', () => heard.length === 2);
    await eventually('the record', () => recorded.length === 1);
    expect(recorded[0]).toMatchObject({ type: tenantCreatedV1.type, tenant: 'acme' });
  });
});
