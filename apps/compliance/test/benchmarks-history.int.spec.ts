import { noRules } from '@assay/benchmarks';
import { benchmarkCompletedV1, hostRemovedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForgetScans } from '../src/benchmarks/forget-scans.job.js';
import { ForgetScansStore } from '../src/benchmarks/forget-scans.store.js';
import {
  aScan,
  BenchmarksInstallation,
  type Completed,
  fixture,
  ofRules,
  startedScans,
} from './benchmarks-installation.js';
import { anAdmin } from './hosts-installation.js';

let assay: BenchmarksInstallation;
beforeAll(async () => {
  assay = await BenchmarksInstallation.start();
});
afterAll(() => assay.stop());

const standard = { pass: ['a', 'b', 'c'], fail: ['d'], skip: ['e'], notapplicable: ['f'] };
type List = { count: number; rules: { ruleRef: string }[] };
type Drift = Record<'newlyFailing' | 'recovered' | 'changed' | 'appeared' | 'vanished', List> & {
  scoreDifference: number | null;
};

/** The running rows of a tenant. */
async function running(tenant: string): Promise<string[]> {
  const rows = await assay.rows<{ type: string }>(
    `select p.type from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
      where s.tenant = $1 and s.status = 'running' order by 1`,
    [tenant],
  );
  return rows.map(({ type }) => type);
}

describe('drift', () => {
  const expected = JSON.parse(fixture('oscap/EXPECTED.json').toString('utf8')) as Record<
    string,
    { failed: string[]; score: number; counts: Record<string, number> }
  >;
  const files = [
    'deb12-web-01-anssi_bp28_minimal',
    'deb12-web-01-anssi_bp28_intermediary',
    'deb12-web-01-anssi_bp28_enhanced',
    'deb12-web-01-enhanced-after',
  ] as const;
  const recorded = new Map<string, Completed>();

  beforeAll(async () => {
    await assay.enrol('drift', { hostname: 'web-01.demo.example' });
    for (const file of files) {
      const document = fixture(`oscap/${file}.xccdf-results.xml.gz`);
      const [scan] = await assay.record('drift', null, document, { form: 'xccdf' });
      recorded.set(file, scan!);
    }
  }, 60_000);

  it.each(files)('begins with what %s says', (file) => {
    const { xccdfScore, failing, counts } = recorded.get(file)!;
    expect(xccdfScore).toBeCloseTo(expected[file]!.score, 2);
    expect(failing.count).toBe(expected[file]!.failed.length);
    expect(counts.total).toBe(591);
  });

  const between = async (older: string, newer: string): Promise<Drift> => {
    const path = `/api/v1/benchmarks/scans/${recorded.get(newer)!.scanId}/drift?against=${recorded.get(older)!.scanId}&limit=500`;
    return (await assay.ask<Drift>('drift', path)).body;
  };
  const refs = ({ rules }: List): string[] => rules.map(({ ruleRef }) => ruleRef).toSorted();

  it.each([
    [files[0], files[1]],
    [files[1], files[2]],
    [files[2], files[3]],
    [files[3], files[0]],
  ])('from %s to %s is what the files say', async (older, newer) => {
    const drift = await between(older, newer);
    const was = expected[older]!.failed;
    const is = expected[newer]!.failed;
    const begun = is.filter((ref) => !was.includes(ref)).toSorted();
    expect(refs(drift.newlyFailing)).toEqual(begun);
    expect(refs(drift.recovered)).toEqual(was.filter((ref) => !is.includes(ref)).toSorted());
    expect(drift.newlyFailing.count).toBe(begun.length);
    expect([drift.appeared.count, drift.vanished.count]).toEqual([0, 0]);
  });

  it('without another scan is that from the one before', async () => {
    const { body } = await assay.ask<Drift>(
      'drift',
      `/api/v1/benchmarks/scans/${recorded.get(files[3])!.scanId}/drift`,
    );
    expect(body.recovered.count).toBe(22);
    expect(body.scoreDifference).toBeGreaterThan(20);
  });

  it('tells what appeared and vanished', async () => {
    const host = await assay.enrol('appear');
    await assay.record('appear', host, { scans: [aScan(ofRules(standard))] });
    const [scan] = await assay.record('appear', host, {
      scans: [aScan(ofRules({ pass: ['a', 'x'], warn: ['b'], fail: ['y'] }))],
    });
    const { body } = await assay.ask<Drift>('appear', `/api/v1/benchmarks/scans/${scan!.scanId}/drift`);
    expect(refs(body.appeared)).toEqual(['x', 'y']);
    expect(refs(body.vanished)).toEqual(['c', 'd', 'e', 'f']);
    expect(refs(body.changed)).toEqual(['b']);
    expect(refs(body.newlyFailing)).toEqual(['y']);
    expect(refs(body.recovered)).toEqual(['d']);
  });

  it('of the first scan, of a failed one and of one that is not there is a 404', async () => {
    const host = await assay.enrol('nothing');
    const [first] = await assay.record('nothing', host, { scans: [aScan(ofRules(standard))] });
    const [failed] = await assay.record('nothing', host, {
      scans: [aScan(null, { status: 'failed', error: 'no content' })],
    });
    for (const [id, code] of [
      [first!.scanId, 'benchmarks.nothing-to-compare'],
      [failed!.scanId, 'benchmarks.nothing-to-compare'],
      [newId(), 'benchmarks.unknown-scan'],
    ] as const) {
      expect(await assay.ask('nothing', `/api/v1/benchmarks/scans/${id}/drift`)).toMatchObject({
        status: 404,
        body: { code },
      });
    }
  });
});

describe('the history', () => {
  it('is asked for by host, profile, status and time, in pages', async () => {
    const tenant = 'history';
    const hosts = [await assay.enrol(tenant), await assay.enrol(tenant)];
    for (const host of hosts) {
      for (let day = 1; day <= 3; day += 1) {
        await assay.record(tenant, host, {
          scans: [aScan(ofRules(standard), { started_at: `2026-09-0${day}T00:00:00Z` })],
        });
      }
    }
    await assay.record(tenant, hosts[0]!, { scans: [aScan(null, { status: 'failed', profile_name: 'other' })] });
    const ask = async (query: string) =>
      (
        await assay.ask<{ items: { id: string }[]; nextCursor: string | null }>(
          tenant,
          `/api/v1/benchmarks/scans?${query}`,
        )
      ).body;
    expect((await ask(`host=${hosts[0]}`)).items).toHaveLength(4);
    expect((await ask(`host=host-${hosts[1]!.slice(-6)}`)).items).toHaveLength(3);
    expect((await ask('status=failed')).items).toHaveLength(1);
    expect((await ask('profile=other')).items).toHaveLength(1);
    expect((await ask('since=2026-09-03T00:00:00Z&profile=level1_server')).items).toHaveLength(2);
    const first = await ask('limit=4');
    const rest = await ask(`limit=4&cursor=${first.nextCursor}`);
    expect(new Set([...first.items, ...rest.items].map(({ id }) => id)).size).toBe(7);
    expect(rest.nextCursor).toBeNull();
  });

  it('shows a document as a download of plain text, byte for byte', async () => {
    const host = await assay.enrol('document');
    const bytes = fixture('patchmon/agent-on-demand.json.gz');
    const [scan] = await assay.record('document', host, bytes);
    const { body, headers } = await assay.ask<string>('document', `/api/v1/benchmarks/scans/${scan!.scanId}/document`);
    expect(Buffer.from(body)).toEqual(bytes);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is nobody else’s: another tenant, and a caller who may not see the host, find nothing', async () => {
    const host = await assay.enrol('mine');
    const [scan] = await assay.record('mine', host, { scans: [aScan(ofRules(standard))] });
    const path = `/api/v1/benchmarks/scans/${scan!.scanId}`;
    const foreign = anAdmin('mine', { role: 'viewer', scope: { repositories: null, hosts: [newId()] } });
    for (const caller of [anAdmin('theirs'), foreign]) {
      for (const each of [path, `${path}/document`, `${path}/drift`]) {
        expect((await assay.ask(caller, each)).status).toBe(404);
      }
      const list = await assay.ask<{ items: object[] }>(caller, '/api/v1/benchmarks/scans');
      expect(list.body.items).toEqual([]);
    }
  });
});

describe('hosts that turn out to be one', () => {
  it('have one history, and the latest of both', async () => {
    const tenant = 'joins';
    const [from, into] = [await assay.enrol(tenant), await assay.enrol(tenant)];
    await assay.record(tenant, into, { scans: [aScan(ofRules(standard))] });
    await assay.record(tenant, from, { scans: [aScan(ofRules({ pass: ['a'], fail: ['b', 'c'] }))] });
    const joined = await assay.post(tenant, `/api/v1/hosts/${into}/join`, { hostId: from });
    expect(joined).toMatchObject({ status: 200 });
    const latest = await assay.rows('select host_id, failed from benchmark_latest where tenant = $1', [tenant]);
    expect(latest).toEqual([{ host_id: into, failed: 2 }]);
    const { kept, counted } = await assay.totals(tenant);
    expect(kept).toEqual(counted);
    const { body } = await assay.ask<{ items: object[] }>(tenant, `/api/v1/benchmarks/scans?host=${into}`);
    expect(body.items).toHaveLength(2);
    const open = await assay.rows<{ host_id: string }>(
      'select distinct host_id from benchmark_open_results where tenant = $1',
      [tenant],
    );
    expect(open).toEqual([{ host_id: into }]);
  });

  it('and a scan that both have is there once', async () => {
    const tenant = 'twice';
    const [from, into] = [await assay.enrol(tenant), await assay.enrol(tenant)];
    const document = { scans: [aScan(ofRules(standard))] };
    const [kept] = await assay.record(tenant, into, document);
    const [gone] = await assay.record(tenant, from, document);
    await assay.post(tenant, `/api/v1/hosts/${into}/join`, { hostId: from });
    expect(await assay.rows('select id from benchmark_scans where tenant = $1', [tenant])).toEqual([
      { id: kept!.scanId },
    ]);
    const shown = await assay.ask(tenant, `/api/v1/benchmarks/scans/${gone!.scanId}`);
    expect(shown.body).toMatchObject({ id: kept!.scanId });
    const totals = await assay.totals(tenant);
    expect(totals.kept).toEqual(totals.counted);
  });
});

describe('a host that was removed', () => {
  it('is in no number of a dashboard; its history stays', async () => {
    const tenant = 'removed';
    const [gone, left] = [await assay.enrol(tenant), await assay.enrol(tenant)];
    for (const host of [gone, left]) await assay.record(tenant, host, { scans: [aScan(ofRules(standard))] });
    await assay.gateway.run(tenant, async (tx) => tx.publish(hostRemovedV1, { hostId: gone }));
    const latest = () => assay.rows('select host_id from benchmark_latest where tenant = $1', [tenant]);
    await eventually('one host', async () => (await latest()).length === 1);
    expect(await latest()).toEqual([{ host_id: left }]);
    const { kept, counted } = await assay.totals(tenant);
    expect(kept).toEqual(counted);
    expect(await assay.rows('select 1 from benchmark_scans where tenant = $1', [tenant])).toHaveLength(2);
  });
});

describe('a placeholder', () => {
  it('is ended by the results of its own type, which get the profile and the command', async () => {
    const tenant = 'placeholder';
    const host = await assay.enrol(tenant);
    const commandId = newId();
    await assay.own.run(tenant, async (tx) => {
      await startedScans().start(tx, { hostId: host, type: 'openscap', commandId, profileName: 'cis_level2' });
      await startedScans().start(tx, { hostId: host, type: 'docker-bench', commandId, profileName: null });
    });
    expect(await running(tenant)).toEqual(['docker-bench', 'openscap']);
    const failed = { status: 'failed', error: 'oscap failed', profile_name: 'level1_server' };
    const [scan] = await assay.record(tenant, host, { scans: [aScan(null, failed)], scan_type: 'on-demand' });
    expect(scan).toMatchObject({ status: 'failed', commandId, profile: { name: 'cis_level2' } });
    expect(await running(tenant)).toEqual(['docker-bench']);
  });

  it('stays while a timed run ends', async () => {
    const tenant = 'timed';
    const host = await assay.enrol(tenant);
    await assay.own.run(tenant, (tx) =>
      startedScans().start(tx, { hostId: host, type: 'openscap', commandId: newId(), profileName: null }),
    );
    await assay.record(tenant, host, { scans: [aScan(ofRules(standard))], scan_type: 'scheduled' });
    expect(await running(tenant)).toEqual(['openscap']);
  });

  it('that is older than three hours becomes a failed scan by the clean-up, once', async () => {
    const tenant = 'stale';
    const host = await assay.enrol(tenant);
    const commandId = newId();
    await assay.own.run(tenant, (tx) =>
      startedScans().start(tx, { hostId: host, type: 'openscap', commandId, profileName: null }),
    );
    await assay.rows(
      `update benchmark_scans set started_at = now() - interval '181 minutes' where tenant = $1 returning 1`,
      [tenant],
    );
    const { status, body } = await assay.ask(tenant, '/api/v1/compliance/scans/cleanup', 'POST');
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      message: expect.any(String),
      jobId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const event = await eventually('the end', () => assay.published(tenant, benchmarkCompletedV1)[0]?.data);
    expect(event).toMatchObject({ status: 'failed', commandId, receiptId: null, counts: noRules() });
    expect(await running(tenant)).toEqual([]);
  });
});

describe('retention', () => {
  it('removes what is past its time, and never the latest of a host and profile', async () => {
    const tenant = 'retention';
    const host = await assay.enrol(tenant);
    await assay.record(tenant, host, { scans: [aScan(ofRules({ fail: ['gone'], pass: ['a'] }))] });
    const [latest] = await assay.record(tenant, host, { scans: [aScan(ofRules(standard))] });
    await assay.record(tenant, host, { scans: [aScan(null, { status: 'failed', error: 'x' })] });
    const images = { profile_name: 'Docker Image CVE Scan: nginx', profile_type: 'oscap-docker' };
    const [image] = await assay.record(tenant, host, { scans: [aScan(ofRules({ fail: ['CVE-2026-1'] }), images)] });
    await assay.rows(
      `with a as (update benchmark_scans set accepted_at = now() - interval '400 days' where tenant = $1 returning 1),
            b as (update benchmark_profiles set created_at = now() - interval '400 days' where tenant = $1 returning 1)
       update benchmark_rules set seen_at = now() - interval '400 days' where tenant = $1 returning 1`,
      [tenant],
    );
    const forget = new ForgetScans(assay.own, new ForgetScansStore(), { retentionDays: 365 });
    await forget.run();
    const left = await assay.rows<{ id: string }>(
      'select id from benchmark_scans where tenant = $1 order by started_at',
      [tenant],
    );
    expect(left.map(({ id }) => id)).toEqual([latest!.scanId, image!.scanId]);
    const rules = await assay.rows<{ ref: string }>(
      'select rule_ref as ref from benchmark_rules where tenant = $1 order by 1',
      [tenant],
    );
    expect(rules.map(({ ref }) => ref)).toEqual(['CVE-2026-1', 'a', 'b', 'c', 'd', 'e', 'f']);
    const { kept, counted } = await assay.totals(tenant);
    expect(kept).toEqual(counted);
    expect(await assay.rows('select 1 from benchmark_result_slices where tenant = $1', [tenant])).toHaveLength(2);
  });
});
