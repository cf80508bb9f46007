import { benchmarkRescoredV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScan, BenchmarksInstallation, fixture, ofRules } from './benchmarks-installation.js';

let assay: BenchmarksInstallation;
beforeAll(async () => {
  assay = await BenchmarksInstallation.start();
});
afterAll(() => assay.stop());

const standard = { pass: ['a', 'b', 'c'], fail: ['d'], skip: ['e'], notapplicable: ['f'] };

describe('a scan', () => {
  it('is recorded with its results, score and rules, and is the latest of its host and profile', async () => {
    const host = await assay.enrol('first');
    const [scan] = await assay.record('first', host, { scans: [aScan(ofRules(standard))] });
    expect(scan).toMatchObject({
      status: 'completed',
      isLatest: true,
      score: 75,
      effectiveScore: 75,
      previousScore: null,
      claimed: null,
      counts: { total: 6, passed: 3, failed: 1, skipped: 1, notApplicable: 1, warnings: 0, errors: 0 },
      failing: { count: 1, rules: [{ ruleRef: 'd', title: 'Rule d', severity: 'medium' }] },
      newlyFailing: { count: 1 },
      profile: { name: 'level1_server', type: 'openscap' },
    });
    const results = await assay.rows(
      `select r.rule_ref, b.status from benchmark_results b join benchmark_rules r on r.tenant = b.tenant and r.id = b.rule_id
        where b.tenant = 'first' and b.scan_id = $1 order by 1`,
      [scan!.scanId],
    );
    expect(results).toHaveLength(6);
    const { kept, counted } = await assay.totals('first');
    expect(kept).toEqual(counted);
    expect(kept).toHaveLength(6);
  });

  it('moves what dashboards read by what differs from the one before', async () => {
    const tenant = 'moves';
    const host = await assay.enrol(tenant);
    await assay.record(tenant, host, { scans: [aScan(ofRules(standard))] });
    const [second] = await assay.record(tenant, host, {
      scans: [aScan(ofRules({ pass: ['a', 'b', 'd'], fail: ['c'], warn: ['e'], error: ['g'] }))],
    });
    expect(second).toMatchObject({
      previousScore: 75,
      newlyFailing: { count: 1, rules: [{ ruleRef: 'c' }] },
      recovered: { count: 1, rules: [{ ruleRef: 'd' }] },
    });
    const { kept, counted } = await assay.totals(tenant);
    expect(kept).toEqual(counted);
    const open = await assay.rows(
      `select r.rule_ref, o.status from benchmark_open_results o join benchmark_rules r on r.key = o.rule_key
        where o.tenant = $1 order by 1`,
      [tenant],
    );
    expect(open).toEqual([
      { rule_ref: 'c', status: 'fail' },
      { rule_ref: 'e', status: 'warn' },
      { rule_ref: 'g', status: 'error' },
    ]);
  });

  it('that comes again changes nothing, and is known by both ids', async () => {
    const tenant = 'again';
    const host = await assay.enrol(tenant);
    const document = { scans: [aScan(ofRules(standard))] };
    const [scan] = await assay.record(tenant, host, document);
    const second = newId();
    const receipt = await assay.send(tenant, host, document, { scanIds: [second] });
    await assay.ended(receipt);
    expect(await assay.rows('select 1 from benchmark_scans where tenant = $1', [tenant])).toHaveLength(1);
    const shown = await assay.ask<{ id: string }>(tenant, `/api/v1/benchmarks/scans/${second}`);
    expect(shown.body.id).toBe(scan!.scanId);
  });

  it('of the same start and other content is another scan', async () => {
    const tenant = 'other';
    const host = await assay.enrol(tenant);
    const at = { started_at: '2026-10-05T10:00:00Z' };
    await assay.record(tenant, host, { scans: [aScan(ofRules(standard), at)] });
    const [other] = await assay.record(tenant, host, { scans: [aScan(ofRules({ ...standard, fail: [] }), at)] });
    expect(other).toMatchObject({ isLatest: true, score: 100 });
    expect(await assay.rows('select 1 from benchmark_scans where tenant = $1', [tenant])).toHaveLength(2);
  });

  it('that comes late enters the history and changes nothing that is shown', async () => {
    const tenant = 'late';
    const host = await assay.enrol(tenant);
    await assay.record(tenant, host, { scans: [aScan(ofRules(standard), { started_at: '2026-10-05T10:00:00Z' })] });
    const before = await assay.totals(tenant);
    const [late] = await assay.record(tenant, host, {
      scans: [aScan(ofRules({ fail: ['a', 'b'] }), { started_at: '2026-10-04T10:00:00Z' })],
    });
    expect(late).toMatchObject({ isLatest: false, score: 0, failing: { count: 2 } });
    expect(await assay.totals(tenant)).toEqual(before);
    const { body } = await assay.ask<{ items: { isLatest: boolean }[] }>(tenant, '/api/v1/benchmarks/scans');
    expect(body.items.map(({ isLatest }) => isLatest)).toEqual([true, false]);
  });

  it('of a clock that runs ahead does not keep the next ones from being the latest', async () => {
    const tenant = 'ahead';
    const host = await assay.enrol(tenant);
    const [ahead] = await assay.record(tenant, host, {
      scans: [aScan(ofRules(standard), { started_at: '2099-01-01T00:00:00Z', completed_at: '2099-01-01T00:00:01Z' })],
    });
    expect(ahead).toMatchObject({ isLatest: true, startedAt: '2099-01-01T00:00:00.000Z' });
    const now = new Date().toISOString();
    const [next] = await assay.record(tenant, host, { scans: [aScan(ofRules({ pass: ['a'] }), { started_at: now })] });
    expect(next).toMatchObject({ isLatest: true, previousScore: 75 });
  });

  it('of a host that is not known yet waits for it', async () => {
    const hostId = newId();
    const receipt = await assay.send('early', hostId, { scans: [aScan(ofRules(standard))] });
    await assay.enrol('early', { hostId });
    expect(await assay.recorded(receipt)).toHaveLength(1);
  });

  it('of a scanner that is off is ignored, and its receipt ends', async () => {
    const host = await assay.enrol('off', { dockerBench: false });
    const scans = [
      aScan(ofRules({ warn: ['1.1'] }), { profile_name: 'Docker Bench for Security', profile_type: 'docker-bench' }),
    ];
    await assay.ended(await assay.send('off', host, { scans }));
    expect(await assay.rows(`select 1 from benchmark_scans where tenant = 'off'`)).toEqual([]);
  });
});

describe('a waiver', () => {
  it('changes the effective score at once, and back when it ends', async () => {
    const tenant = 'waived';
    const host = await assay.enrol(tenant);
    const other = await assay.enrol(tenant);
    for (const each of [host, other]) await assay.record(tenant, each, { scans: [aScan(ofRules(standard))] });
    const waiver = await assay.waive(tenant, 'd', { kind: 'host', host });
    const rescored = await eventually('the new score', () => assay.published(tenant, benchmarkRescoredV1)[0]?.data);
    expect(rescored).toMatchObject({
      host: { hostId: host },
      score: 75,
      effectiveScore: 100,
      previousScore: 75,
      failing: { count: 0, rules: [] },
      waived: { count: 1, rules: [{ ruleRef: 'd' }] },
      newlyFailing: { count: 0 },
    });
    const latest = () =>
      assay.rows(
        'select host_id, score, effective_score, waived from benchmark_latest where tenant = $1 order by host_id',
        [tenant],
      );
    const plain = { score: 75, effective_score: 75, waived: 0 };
    const byHost = (one: { host_id: string }, two: { host_id: string }) => (one.host_id < two.host_id ? -1 : 1);
    expect(await latest()).toEqual(
      [
        { host_id: host, score: 75, effective_score: 100, waived: 1 },
        { host_id: other, ...plain },
      ].toSorted(byHost),
    );
    const totals = await assay.totals(tenant);
    expect(totals.kept).toEqual(totals.counted);
    // The next scan is recorded with the waiver, and the rule still fails.
    const [next] = await assay.record(tenant, host, { scans: [aScan(ofRules(standard))] });
    expect(next).toMatchObject({ score: 75, effectiveScore: 100, previousScore: 100, failing: { count: 0 } });
    await assay.endWaiver(tenant, waiver, 'expired');
    const back = await eventually('the score as it was', () => assay.published(tenant, benchmarkRescoredV1)[1]?.data);
    expect(back).toMatchObject({
      scanId: next!.scanId,
      effectiveScore: 75,
      previousScore: 100,
      newlyFailing: { count: 1 },
    });
    expect((await latest()).map((row) => ({ ...(row as object), host_id: '' }))).toEqual([
      { host_id: '', ...plain },
      { host_id: '', ...plain },
    ]);
    const after = await assay.totals(tenant);
    expect(after.kept).toEqual(after.counted);
  });

  it('of a group or the tenant covers its hosts, also those whose scans come later', async () => {
    const tenant = 'groups';
    const web = await assay.enrol(tenant, { groups: ['web'] });
    const db = await assay.enrol(tenant, { groups: ['db'] });
    await assay.waive(tenant, 'd', { kind: 'host-group', hostGroup: 'web' });
    await eventually(
      'the waiver',
      async () => (await assay.rows(`select 1 from benchmark_waivers where tenant = 'groups'`))[0],
    );
    const [onWeb] = await assay.record(tenant, web, { scans: [aScan(ofRules(standard))] });
    const [onDb] = await assay.record(tenant, db, { scans: [aScan(ofRules(standard))] });
    expect([onWeb!.effectiveScore, onDb!.effectiveScore]).toEqual([100, 75]);
    await assay.waive(tenant, 'd', { kind: 'tenant' });
    const rescored = await eventually('the other host', () => assay.published(tenant, benchmarkRescoredV1)[0]?.data);
    expect(rescored).toMatchObject({ host: { hostId: db }, effectiveScore: 100 });
  });
});

describe('a waiver of the whole tenant', () => {
  it('scores hundreds of hosts anew, a slice at a time, each once', async () => {
    const tenant = 'fleet';
    const hosts = 450;
    const first = await assay.enrol(tenant);
    await assay.record(tenant, first, { scans: [aScan(ofRules(standard))] });
    // The same scan on many more hosts, written straight into the tables.
    await assay.rows(
      `with fleet as (
         insert into hosts (id, tenant, hostname, friendly_name, created_at)
         select gen_random_uuid(), tenant, 'fleet-' || n, '', now() from hosts, generate_series(2, $2::int) n where id = $1
         returning id),
       scans as (
         insert into benchmark_scans (tenant, id, host_id, profile_id, status, started_at, completed_at, accepted_at, ordered_at,
           total, passed, failed, skipped, not_applicable, score, effective_score, is_latest, content_digest)
         select s.tenant, gen_random_uuid(), fleet.id, s.profile_id, s.status, s.started_at, s.completed_at, s.accepted_at,
                s.ordered_at, s.total, s.passed, s.failed, s.skipped, s.not_applicable, s.score, s.score, true, s.content_digest
           from fleet, benchmark_scans s where s.host_id = $1 returning *),
       slices as (
         insert into benchmark_result_slices (tenant, scan_id, slice, rule_keys, statuses)
         select c.tenant, scans.id, 0, c.rule_keys, c.statuses
           from scans, benchmark_result_slices c join benchmark_scans s on s.id = c.scan_id where s.host_id = $1),
       latest as (
         insert into benchmark_latest (tenant, host_id, profile_id, profile_type, scan_id, started_at, completed_at, ordered_at,
           accepted_at, total, passed, failed, warnings, skipped, not_applicable, errors, waived, score, effective_score)
         select tenant, host_id, profile_id, 'openscap', id, started_at, completed_at, ordered_at, accepted_at, total, passed,
                failed, 0, skipped, not_applicable, 0, 0, score, score from scans),
       opened as (
         insert into benchmark_open_results (tenant, rule_key, host_id, profile_id, status, since)
         select o.tenant, o.rule_key, fleet.id, o.profile_id, o.status, o.since from fleet, benchmark_open_results o
          where o.host_id = $1)
       update benchmark_rule_totals set hosts = hosts * $2, passing = passing * $2, failing = failing * $2
        where tenant = $3 returning 1`,
      [first, hosts, tenant],
    );
    const check = async (effective: number, waived: number) => {
      await eventually(`${hosts} new scores`, async () => {
        const [row] = await assay.rows<{ count: number }>(
          `select count(*)::int as count from benchmark_latest l join benchmark_scans s on s.id = l.scan_id
            where l.tenant = $1 and l.effective_score = $2 and s.effective_score = $2 and l.waived = $3`,
          [tenant, effective, waived],
        );
        return row!.count === hosts;
      });
      const { kept, counted } = await assay.totals(tenant);
      expect(kept).toEqual(counted);
    };
    const waiver = await assay.waive(tenant, 'd', { kind: 'tenant' });
    await check(100, 1);
    await assay.endWaiver(tenant, waiver);
    await check(75, 0);
    await eventually('all events', () => assay.published(tenant, benchmarkRescoredV1).length >= 2 * hosts);
    const told = assay
      .published(tenant, benchmarkRescoredV1)
      .map(({ data }) => `${data.scanId} ${data.effectiveScore}`);
    expect(told).toHaveLength(2 * hosts);
    expect(new Set(told).size).toBe(2 * hosts);
  });
});

describe('real documents', () => {
  it('of the agent are recorded with what was claimed, hash and texts', async () => {
    const host = await assay.enrol('real');
    const [scan] = await assay.record('real', host, fixture('patchmon/agent-scheduled.json.gz'));
    expect(scan).toMatchObject({
      score: 61.39,
      claimed: null,
      counts: { total: 591, passed: 62, failed: 39, skipped: 276 },
    });
    const [row] = await assay.rows<{ compliance_hash: string }>('select compliance_hash from hosts where id = $1', [
      host,
    ]);
    expect(row!.compliance_hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
