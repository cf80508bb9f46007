import { type EventOf, keyCreatedV1, receiptFailedV1, tenantCreatedV1 } from '@assay/contracts';
import { AssayError, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { BusRecorder, eventually } from '@assay/testing';
import { Controller } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { Subscribe } from '@assay/messaging';
import { anInstallation, startSubscriber, type TestService } from './harness.js';

const running: TestService[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});

const aTenant = (slug: string) => ({ slug, displayName: slug, publisher: null });

describe('an event', () => {
  it('reaches a handler once, with the effect and the next event in one transaction', async () => {
    const seen: string[] = [];
    @Controller()
    class Copy {
      @Subscribe(tenantCreatedV1, { durable: 'signer-make-key' })
      async on(event: EventOf<typeof tenantCreatedV1>, tx: Transaction): Promise<void> {
        seen.push(event.data.slug);
        tx.publish(keyCreatedV1, { keyId: event.data.slug, algorithm: 'ES256', publicKeyPem: '' });
      }
    }
    const where = await anInstallation('ingest-gateway', 'signer');
    const bus = await BusRecorder.start(where.prefix);
    const gateway = await startSubscriber('ingest-gateway', where);
    const signer = await startSubscriber('signer', where, Copy);
    running.push(gateway, signer);

    const sent = await gateway.transactions.run('acme', async (tx) => tx.publish(tenantCreatedV1, aTenant('acme')));

    const answer = await eventually('the key', () => bus.ofType(keyCreatedV1.type)[0]);
    expect(answer).toMatchObject({ tenant: 'acme', causationid: sent, source: '/assay/signer' });
    await gateway.messaging.rebuildStream();
    await gateway.transactions.run('beta', async (tx) => tx.publish(tenantCreatedV1, aTenant('beta')));
    await eventually('the second tenant', () => seen.includes('beta'));
    expect(seen).toEqual(['acme', 'beta']);
    await bus.stop();
  });

  it('leaves nothing behind when the transaction fails', async () => {
    const where = await anInstallation('ingest-gateway');
    const bus = await BusRecorder.start(where.prefix);
    const gateway = await startSubscriber('ingest-gateway', where);
    running.push(gateway);
    await expect(
      gateway.transactions.run('acme', async (tx) => {
        tx.publish(tenantCreatedV1, aTenant('lost'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await gateway.transactions.run('acme', async (tx) => tx.publish(tenantCreatedV1, aTenant('kept')));
    await eventually('the kept one', () => bus.events.length > 0);
    expect(bus.events.map((event) => (event.data as { slug: string }).slug)).toEqual(['kept']);
    await bus.stop();
  });

  it('is retried after a failure of ours, and dead at once when it is invalid', async () => {
    let tries = 0;
    @Controller()
    class Picky {
      @Subscribe(tenantCreatedV1, { durable: 'signer-picky', stage: 'attest' })
      async on(event: EventOf<typeof tenantCreatedV1>): Promise<void> {
        if (event.data.slug === 'bad') throw new AssayError('invalid', 'signer.bad', 'This one is bad');
        tries += 1;
        if (tries < 3) throw new Error('flaky');
      }
    }
    const where = await anInstallation('ingest-gateway', 'signer');
    const bus = await BusRecorder.start(where.prefix);
    const gateway = await startSubscriber('ingest-gateway', where);
    const signer = await startSubscriber('signer', where, Picky);
    running.push(gateway, signer);
    const receipt = newId();

    await gateway.transactions.run({ tenant: 'acme', correlationId: receipt }, async (tx) => {
      tx.publish(tenantCreatedV1, aTenant('flaky'));
      tx.publish(tenantCreatedV1, aTenant('bad'));
    });

    await eventually('three tries', () => tries === 3);
    const failed = await eventually('the failure', () => bus.ofType(receiptFailedV1.type)[0]);
    expect(failed.data).toMatchObject({ receiptId: receipt, stage: 'attest', error: { code: 'signer.bad' } });
    const { InboxStore: _inbox, DeadLettersStore } = await import('@assay/persistence');
    const letters = await signer.transactions.run('acme', (tx) => new DeadLettersStore().list(tx, 10, null));
    expect(letters).toMatchObject([{ consumer: 'signer-picky', kind: 'invalid', message: 'This one is bad' }]);
    const hidden = await signer.transactions.run('beta', (tx) => new DeadLettersStore().list(tx, 10, null));
    expect(hidden).toEqual([]);
    await bus.stop();
  });
});
