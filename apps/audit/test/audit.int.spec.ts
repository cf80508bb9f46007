import {
  apiKeyCreatedV1,
  auditGapV1,
  checkpointPublishedV1,
  exceptionEndedV1,
  payloadErasedV1,
  tenantCreatedV1,
} from '@assay/contracts';
import { newId } from '@assay/kernel';
import { toOutboxRow, Transactions } from '@assay/persistence';
import { startService } from '@assay/service-host';
import { eventually, FakeClock } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CompleteHours } from '../src/completeness/complete-hours.service.js';
import { AppendEvents } from '../src/entries/append-events.service.js';
import { TilesStore } from '../src/entries/tiles.store.js';
import { auditService, verifyExport } from '../src/index.js';
import { openCheckpoint } from '../src/log/checkpoint.js';
import { hashLeaf } from '../src/log/merkle.js';
import { parseVerifierKey } from '../src/log/note-key.js';
import { hashesFromTiles } from '../src/log/tile-hashes.js';
import { tilePath } from '../src/log/tile-path.js';
import { decodeEntryBundle } from '../src/log/entry-bundle.js';
import { proveInclusion } from '../src/log/proofs.js';
import { verifyInclusion } from '../src/log/verify-proof.js';
import { aTenant, AuditInstallation } from './audit-installation.js';

interface Entry {
  index: number;
  id: string;
  action: string;
  leafHash: string;
  payload: { data: { slug?: string } } | null;
}
let installation: AuditInstallation;
let gateway: Transactions;
let caseEngine: Transactions;
beforeAll(async () => {
  installation = await AuditInstallation.start();
  gateway = installation.gateway;
  caseEngine = await installation.with('case-engine');
});
afterAll(() => installation?.stop());

const record = (tenant: string, count: number) => installation.record(tenant, count);
const covered = (tenant: string, size: number) => installation.covered(tenant, size);
const verify = (tenant: string) => installation.verify(tenant);

describe('an audited event', () => {
  it('of any service is recorded, with a signed head soon after', async () => {
    const receipt = newId();
    const at = performance.now();
    await gateway.run(
      { tenant: 'acme', correlationId: receipt },
      async (tx) => void tx.publish(tenantCreatedV1, aTenant('acme')),
    );
    await covered('acme', 1);
    expect(performance.now() - at).toBeLessThan(5_000);
    await caseEngine.run({ tenant: 'acme', actor: 'key:019a964c-b580-7951-93df-71b2c909b32e' }, async (tx) => {
      tx.publish(exceptionEndedV1, { exceptionId: newId(), because: 'expired' }, { subject: newId() });
    });
    await covered('acme', 2);

    const { items } = await installation.json<{ items: Entry[] }>('acme', 'entries');
    expect(items).toMatchObject([
      { index: 1, action: exceptionEndedV1.type, actor: 'key:019a964c-b580-7951-93df-71b2c909b32e' },
      {
        index: 0,
        action: tenantCreatedV1.type,
        receipt,
        payload: { data: { slug: 'acme' }, source: '/assay/ingest-gateway' },
      },
    ]);
    const published = installation.bus.ofType(checkpointPublishedV1.type).find(({ tenant }) => tenant === 'acme');
    expect(published?.data).toMatchObject({ log: 'acme', note: expect.stringContaining('assay.local/audit/acme') });
  });

  it('is found by what it was, who did it, what about, for which receipt and since when', async () => {
    const receipt = newId();
    await gateway.run({ tenant: 'found', correlationId: receipt, actor: 'key:1' }, async (tx) => {
      tx.publish(tenantCreatedV1, aTenant('one'), { subject: 'one' });
    });
    await gateway.run(
      { tenant: 'found', actor: 'key:2' },
      async (tx) => void tx.publish(tenantCreatedV1, aTenant('two'), { subject: 'Jane Doe' }),
    );
    await covered('found', 2);
    const slugs = async (query: string) =>
      (await installation.json<{ items: Entry[] }>('found', `entries?${query}`)).items.map(
        ({ payload }) => payload?.data.slug,
      );
    expect(await slugs(`receipt=${receipt}`)).toEqual(['one']);
    expect(await slugs('actor=key:2')).toEqual(['two']);
    expect(await slugs('subject=Jane%20Doe')).toEqual(['two']);
    expect(await slugs(`action=${apiKeyCreatedV1.type}`)).toEqual([]);
    expect(await slugs('since=2999-01-01T00:00:00Z')).toEqual([]);
    const first = await installation.json<{ items: Entry[]; nextCursor: string }>('found', 'entries?limit=1');
    const second = await installation.json<{ items: Entry[] }>('found', `entries?limit=1&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ index }) => index)).toEqual([1, 0]);
  });

  it('that is delivered again, and by several at once, changes nothing', async () => {
    await record('again', 20);
    const before = await covered('again', 20);
    const events = installation.bus.events.filter(
      ({ tenant, type }) => tenant === 'again' && type === tenantCreatedV1.type,
    );
    expect(events).toHaveLength(20);
    const { app } = installation.audit;
    const fresh = { ...events[0]!, id: newId() };
    const added = await Promise.all(
      [1, 2, 3].map(() =>
        app.get(Transactions).run('again', (tx) => app.get(AppendEvents).execute(tx, [...events.toReversed(), fresh])),
      ),
    );
    expect(added.toSorted()).toEqual([0, 0, 1]);
    expect(await covered('again', 21)).not.toBe(before);
    expect(await verify('again')).toMatchObject({ intact: true, size: 21 });
  });

  it('is seen by its tenant alone', async () => {
    await record('secret', 1);
    await gateway.run('platform', async (tx) => void tx.publish(tenantCreatedV1, aTenant('of-the-platform')));
    await eventually('the log of the platform', async () => (await installation.sizeOf('platform')) > 0);
    expect(await installation.json('other', 'entries')).toMatchObject({ items: [] });
    expect((await installation.ask('other', 'checkpoint')).status).toBe(404);
    expect((await installation.ask('secret', 'entries?log=platform')).status).toBe(403);
    const own = await installation.json<{ items: Entry[] }>('secret', 'entries?log=platform', { platformAdmin: true });
    expect(own.items[0]).toMatchObject({ payload: { data: { slug: 'of-the-platform' } } });
    expect((await installation.ask('secret', 'entries', { role: 'ci' })).status).toBe(403);
    expect((await installation.ask('secret', 'entries/0/payload', { role: 'analyst', method: 'DELETE' })).status).toBe(
      403,
    );
  });
});

describe('a log', () => {
  const size = 600;
  beforeAll(() => record('long', size));

  it('proves each entry to whoever has only the key', async () => {
    const verifier = parseVerifierKey((await (await installation.ask('long', 'key')).text()).trim());
    for (const index of [0, 255, 256, 511, 599]) {
      const proof = await installation.json<{
        leaf: string;
        leafHash: string;
        size: number;
        proof: string[];
        checkpoint: string;
      }>('long', `entries/${index}/proof`);
      const { root, size: signedSize } = openCheckpoint(proof.checkpoint, verifier.name, [verifier]);
      const leafHash = hashLeaf(Buffer.from(proof.leaf, 'base64'));
      const path = proof.proof.map((hash) => Buffer.from(hash, 'base64'));
      expect(verifyInclusion({ index, leafHash, size: signedSize, root }, path)).toBe(true);
    }
    expect((await installation.ask('long', 'entries/600/proof')).status).toBe(404);
    expect((await installation.ask('long', 'entries/x/proof')).status).toBe(404);
  });

  it('is read by its index, however long it is', async () => {
    await installation.administrator.query('analyze entries');
    const plans: string[] = [];
    await installation.audit.app.get(Transactions).run('long', async (tx) => {
      const reader = new TilesStore().reader({
        ...tx,
        tenant: tx.tenant,
        query: async (sql, parameters = []) => {
          const rows = await tx.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, parameters);
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
          return tx.query(sql, parameters);
        },
      });
      await reader([{ level: 0, index: 0, width: 256 }]);
    });
    expect(plans).toEqual([expect.stringContaining('entries_pkey')]);
    expect(plans[0]).not.toContain('Seq Scan');
  });

  it('is served as tiles and bundles, from which anybody can rebuild its proofs', async () => {
    const bytesOf = async (path: string) => Buffer.from(await (await installation.ask('long', path)).arrayBuffer());
    const read = hashesFromTiles(size, (tiles) => Promise.all(tiles.map((tile) => bytesOf(tilePath(tile)))));
    const leaves = decodeEntryBundle(await bytesOf('tile/entries/001'));
    const verifier = parseVerifierKey((await (await installation.ask('long', 'key')).text()).trim());
    const { root } = openCheckpoint(await covered('long', size), verifier.name, [verifier]);
    const claim = { index: 300, leafHash: hashLeaf(leaves[300 - 256]!), size, root };
    expect(verifyInclusion(claim, await proveInclusion(300, size, read))).toBe(true);
    for (const path of ['tile/0/002.p/89', 'tile/0/003', 'tile/0/2', 'tile/entries/002', 'tile/99/000']) {
      expect((await installation.ask('long', path)).status, path).toBe(404);
    }
    expect((await bytesOf('tile/1/000.p/2')).length).toBe(64);
  });

  it('is intact, here and offline', async () => {
    expect(await verify('long')).toMatchObject({ intact: true, size, differs: null });
    const exported = (await (await installation.ask('long', 'export')).text()).split('\n');
    const key = await (await installation.ask('long', 'key')).text();
    expect(await verifyExport(exported, key)).toMatchObject({ verification: { intact: true, size } });
    const changed = exported.map((line) =>
      line.includes('"index":77,') ? line.replace('"actor":"system"', '"actor":"key:9"') : line,
    );
    expect(await verifyExport(changed, key)).toMatchObject({
      verification: { intact: false, index: 77, differs: 'leaf' },
    });
    const foreign = await (await installation.ask('acme', 'key')).text();
    await expect(verifyExport(exported, foreign)).rejects.toThrow(/not signed by/);
  });

  it('tolerates an erased payload, and records the erasure', async () => {
    expect((await installation.ask('long', 'entries/42/payload', { method: 'DELETE' })).status).toBe(204);
    expect((await installation.ask('long', 'entries/42/payload', { method: 'DELETE' })).status).toBe(204);
    await covered('long', size + 1);
    expect(await verify('long')).toMatchObject({ intact: true, erased: 1, size: size + 1 });
    const { items } = await installation.json<{ items: Entry[] }>('long', `entries?action=${payloadErasedV1.type}`);
    expect(items).toMatchObject([
      { actor: 'key:019a964c-b580-7951-93df-71b2c909b32e', payload: { data: { index: 42 } } },
    ]);
    const proof = await installation.ask('long', 'entries/42/proof');
    expect(proof.status).toBe(200);
  });
});

describe('completeness', () => {
  it('an event that the bus never brought is fetched from its service', async () => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 2 * 3_600_000;
    const rows = [1, 2, 3].map((i) =>
      toOutboxRow({
        contract: tenantCreatedV1,
        data: aTenant(`hour-${i}`),
        publisher: 'scanner',
        tenant: i === 3 ? 'second' : 'hourly',
        time: new Date(hour + i),
        lane: 'interactive',
        id: newId(hour + i * 1_000),
      }),
    );
    for (const [at, row] of rows.entries()) {
      await installation.administrator.query(
        `insert into scanner.outbox (id, tenant, subject, envelope, audited, published_at) values ($1, $2, $3, $4, $5, $6)`,
        [
          row.id,
          row.tenant,
          row.subject.replace('ingest.', 'scanning.'),
          row.envelope,
          row.audited,
          at === 0 ? null : new Date(),
        ],
      );
    }
    const completed = async () => {
      const { rows: hours } = await installation.administrator.query<{ count: string; completed_at: Date | null }>(
        `select count, completed_at from sealed_hours where service = 'scanner'`,
      );
      return hours[0]?.completed_at != null && hours;
    };
    await installation.with('scanner');
    expect(await eventually('the complete hour', completed)).toMatchObject([{ count: '3' }]);
    expect(await installation.sizeOf('hourly')).toBe(2);
    expect(await installation.sizeOf('second')).toBe(1);
    expect(await installation.json('second', 'entries')).toMatchObject({ items: [{ id: rows[2]!.id }] });
    expect(await verify('hourly')).toMatchObject({ intact: true, size: 2 });
  });

  it('what cannot be had is a gap after an hour, and told once', async () => {
    const sealedAt = new Date('2026-01-01T01:05:00Z');
    const hour = {
      service: 'compliance',
      from: new Date('2026-01-01T00:00:00Z'),
      until: new Date('2026-01-01T01:00:00Z'),
      count: 2,
      digest: 'sha256:of-something-else',
      sealedAt,
      gapToldAt: null,
    };
    const insert = `insert into sealed_hours (service, from_time, until_time, count, digest, sealed_at) values ($1, $2, $3, $4, $5, $6)`;
    // A moment ago, so that the service's own round does not find it overdue.
    const values = [hour.service, hour.from, hour.until, hour.count, hour.digest, new Date()];
    await installation.administrator.query(insert, values);
    const complete = installation.audit.app.get(CompleteHours);
    const clock = new FakeClock(sealedAt);
    const gaps = () => installation.bus.ofType(auditGapV1.type);
    clock.advance(59 * 60_000);
    await complete.complete(hour, clock);
    expect(gaps()).toEqual([]);
    clock.advance(60_000);
    await complete.complete(hour, clock);
    await eventually('the gap', () => gaps().length > 0);
    await complete.complete({ ...hour, gapToldAt: clock.now() }, clock);
    expect(gaps()).toMatchObject([{ data: { service: 'compliance', from: hour.from.toISOString() } }]);
  });
});

describe('the key of the logs', () => {
  it('stays the same over restarts, and does not open under another master key', async () => {
    const key = await (await installation.ask('acme', 'key')).text();
    const second = await startService(auditService, { ...installation.environment, SERVICE_PORT: '0' });
    await second.stop();
    expect(await (await installation.ask('acme', 'key')).text()).toBe(key);
    const environment = { ...installation.environment, ASSAY_MASTER_KEY: 'another master key of 32 characters' };
    await expect(startService(auditService, environment)).rejects.toThrow(/ASSAY_MASTER_KEY is not the one/);
  });
});
