import { type Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScan, BenchmarksInstallation, ofRules, startedScans } from './benchmarks-installation.js';
import { anAdmin } from './hosts-installation.js';

/** What `JSON.parse` gives; each test names the fields that it reads. */
type Json = ReturnType<typeof JSON.parse>;

const rows = (json: unknown): readonly Json[] => json as Json[];
const path = '/api/v1/compliance';
const bench = { profile_name: 'Docker Bench for Security', profile_type: 'docker-bench' };
const tenant = 'acme';

let assay: BenchmarksInstallation;
let [good, poor, both, blank, never]: Uuid[] = [];
let goodScan: Uuid;
beforeAll(async () => {
  assay = await BenchmarksInstallation.start();
  [good, poor, both, blank, never] = await Promise.all(
    ['good', 'poor', 'both', 'blank', 'never'].map((hostname) =>
      assay.enrol(tenant, { hostname, friendlyName: `Host ${hostname}`, groups: [`only-${hostname}`] }),
    ),
  );
  const of = (host: Uuid | undefined, results: Json[] | null, changes = {}) =>
    assay.record(tenant, host!, { scans: [aScan(results as never, changes)] });
  await of(good, ofRules({ fail: ['a', 'b'], pass: ['c'] }, 'high'));
  const [last] = await of(good, [
    ...ofRules({ pass: ['a', 'b', 'c', 'd'] }, 'high'),
    ...ofRules({ fail: ['e'] }, 'low'),
  ]);
  goodScan = last!.scanId;
  await of(poor, [...ofRules({ pass: ['a'], fail: ['b', 'c'] }, 'high'), ...ofRules({ warn: ['e'] }, 'low')]);
  await of(both, ofRules({ pass: ['a'], fail: ['b'] }, 'high'));
  await of(
    both,
    [
      ...ofRules({ pass: ['1.1', '1.2', '1.3'], skip: ['1.4'] }, 'unknown'),
      { rule_ref: '2.1', status: 'warn', title: 'Rule 2.1', section: 'Docker Daemon Configuration' },
    ],
    bench,
  );
  await of(blank, ofRules({ skip: ['a', 'b'] }, 'high'));
});
afterAll(() => assay.stop());

const get = async (sub: string, caller: Principal | string = tenant): Promise<Json> =>
  (await assay.ask<Json>(caller, `${path}/${sub}`)).body;

/** Somebody who may see these hosts, and no other. */
const limitedTo = (...hosts: string[]): Principal => ({
  ...anAdmin(tenant),
  role: 'viewer',
  scope: { repositories: null, hosts },
});

describe('the dashboard', () => {
  it('counts hosts by their worst score, and means by host', async () => {
    const { summary } = await get('dashboard');
    // good: 4/5 = 80, poor: 1/4 = 25, both: 50 and 3/4 = 75, blank: none.
    expect(summary).toMatchObject({
      total_hosts: 4,
      average_score: 55.83,
      hosts_compliant: 1,
      hosts_warning: 0,
      hosts_critical: 2,
      hosts_without_score: 1,
      unscanned: 1,
      hosts_with_compliance_enabled: 5,
      compliant: 1,
      warning: 1,
      critical: 2,
      total_scans: 5,
      total_passed_rules: 9,
      total_failed_rules: 4,
      total_rules: 18,
    });
    expect(summary.host_status_by_scan_type).toEqual({
      compliant: { openscap: 1, 'docker-bench': 0 },
      warning: { openscap: 0, 'docker-bench': 1 },
      critical: { openscap: 2, 'docker-bench': 0 },
    });
  });

  it('has every list that its page shows', async () => {
    const board = await get('dashboard');
    expect(board['recent_scans']).toHaveLength(6);
    expect(board['recent_scans'][0]).toMatchObject({
      host: { id: blank, hostname: 'blank', friendly_name: 'Host blank' },
      hosts: { hostname: 'blank' },
      profile: { name: 'level1_server', type: 'openscap' },
      compliance_profiles: { name: 'level1_server' },
      status: 'completed',
      total_rules: 2,
      score: null,
    });
    const hosts = rows(board['hosts_with_latest_scan']);
    expect(hosts.map(({ hostname }) => hostname)).toEqual(['blank', 'both', 'poor', 'good', 'never']);
    expect(hosts[1]).toMatchObject({
      last_activity_title: 'Docker Bench for Security',
      scanner_status: 'Scanned',
      score: 75,
    });
    expect(hosts[4]).toMatchObject({ last_scan_date: null, scanner_status: 'Enabled', compliance_mode: 'on-demand' });
    expect(rows(board['worst_hosts']).map(({ score, host }: Json) => [host.hostname, score])).toEqual([
      ['poor', 25],
      ['both', 50],
      ['both', 75],
      ['good', 80],
    ]);
    expect(rows(board['top_failing_rules']).map(({ rule_ref, fail_count }: Json) => [rule_ref, fail_count])).toEqual([
      ['b', 2],
      ['c', 1],
      ['e', 1],
    ]);
    expect(rows(board['top_warning_rules']).map(({ rule_ref, warn_count }: Json) => [rule_ref, warn_count])).toEqual([
      ['2.1', 1],
      ['e', 1],
    ]);
    expect(board['profile_distribution']).toEqual([
      { name: 'level1_server', type: 'openscap', host_count: 4 },
      { name: 'Docker Bench for Security', type: 'docker-bench', host_count: 1 },
    ]);
    expect(board['severity_breakdown']).toEqual([
      { severity: 'high', count: 3 },
      { severity: 'low', count: 2 },
      { severity: 'other', count: 1 },
    ]);
    expect(board['severity_by_profile_type']).toContainEqual({
      severity: 'other',
      profile_type: 'docker-bench',
      count: 1,
    });
    expect(board['docker_bench_by_section']).toEqual([{ section: 'Docker Daemon Configuration', count: 1 }]);
    expect(board['scan_age_distribution']).toHaveProperty('older');
    expect(board['profile_type_stats']).toEqual([
      expect.objectContaining({ type: 'docker-bench', hosts_scanned: 1, average_score: 75, total_warnings: 1 }),
      expect.objectContaining({ type: 'openscap', hosts_scanned: 4, average_score: 51.67, total_failed: 4 }),
    ]);
  });

  it('of somebody who may see some hosts is made of these alone', async () => {
    const board = await get('dashboard', limitedTo('group:only-poor', good!));
    expect(board['summary']).toMatchObject({ total_hosts: 2, average_score: 52.5, hosts_critical: 1, unscanned: 0 });
    expect(rows(board['top_failing_rules']).map(({ rule_ref, fail_count }: Json) => [rule_ref, fail_count])).toEqual([
      ['b', 1],
      ['c', 1],
      ['e', 1],
    ]);
    expect(board['hosts_with_latest_scan']).toHaveLength(2);
    expect(board['docker_bench_by_section']).toEqual([]);
  });

  it('has a scan as soon as it is recorded: nothing is kept in a process', async () => {
    const host = await assay.enrol('fresh');
    const shown = async (): Promise<number[]> => {
      const { summary, recent_scans: recent } = await get('dashboard', 'fresh');
      return [summary.total_scans, summary.average_score, recent.length];
    };
    await assay.record('fresh', host, { scans: [aScan(ofRules({ pass: ['a'], fail: ['b'] }, 'high') as never)] });
    expect(await shown()).toEqual([1, 50, 1]);
    const repaired = aScan(ofRules({ pass: ['a', 'b'] }, 'high') as never);
    await assay.record('fresh', host, { scans: [repaired] });
    expect(await shown()).toEqual([1, 100, 2]);
  });

  it('of a tenant without hosts has zeros and empty lists', async () => {
    const board = await get('dashboard', 'nobody');
    expect(board['summary']).toMatchObject({ total_hosts: 0, average_score: null, total_rules: 0, unscanned: 0 });
    expect(board['worst_hosts']).toEqual([]);
  });

  it('tells what was waived beside what was found', async () => {
    const other = 'waivers';
    const host = await assay.enrol(other);
    await assay.record(other, host, { scans: [aScan(ofRules({ pass: ['a', 'b', 'c'], fail: ['d'] }))] });
    await assay.waive(other, 'd', {});
    await expect
      .poll(async () => (await get('dashboard', other))['summary'])
      .toMatchObject({ average_score: 75, average_effective_score: 100, hosts_compliant: 1 });
  });
});

describe('scans', () => {
  it('have a history with filters and pages', async () => {
    const all = await get('scans/history?limit=4');
    expect(all['pagination']).toEqual({ total: 6, limit: 4, offset: 0, total_pages: 2 });
    expect(all['scans'][0]).toMatchObject({
      host_id: blank,
      host_name: 'Host blank',
      duration_ms: 1_000,
      results_stored: 2,
    });
    expect(rows((await get('scans/history?limit=4&offset=4'))['scans'])).toHaveLength(2);
    expect((await get('scans/history?profile_type=docker-bench'))['pagination'].total).toBe(1);
    expect((await get(`scans/history?host_id=${good}`))['pagination'].total).toBe(2);
    expect((await get('scans/history?search=DOCKER%20bench'))['pagination'].total).toBe(1);
    expect((await get('scans/history?search=%25'))['pagination'].total).toBe(0);
    expect((await get('scans/history?status=failed'))['pagination'].total).toBe(0);
  });

  it('that run are active, and stalled after three hours', async () => {
    const command = newId();
    await assay.own.run(tenant, (tx) =>
      startedScans().start(tx, { hostId: never!, type: 'openscap', commandId: command, profileName: null }),
    );
    const { activeScans, count } = await get('scans/active');
    expect(count).toBe(1);
    expect(activeScans[0]).toMatchObject({
      hostId: never,
      hostName: 'Host never',
      profileType: 'openscap',
      status: 'running',
      connected: false,
    });
    expect(await get('scans/stalled')).toEqual({ stalledScans: [], count: 0 });
    await assay.rows(`update benchmark_scans set started_at = now() - interval '190 minutes' where command_id = $1`, [
      command,
    ]);
    const { stalledScans } = await get('scans/stalled');
    expect(stalledScans[0]).toMatchObject({ hostId: never, runtimeMinutes: 190, runtimeHours: '3.2' });
  });

  it('of a host are listed, and the newest shown with its results', async () => {
    const list = await get(`scans/${good}`);
    expect(rows(list['scans']).map((scan: Json) => [scan['score'], scan['_count']])).toEqual([
      [80, { compliance_results: 5 }],
      [33.33, { compliance_results: 3 }],
    ]);
    const latest = await get(`scans/${good}/latest`);
    expect(latest).toMatchObject({ id: goodScan, compliance_profiles: { name: 'level1_server', type: 'openscap' } });
    expect(latest['compliance_results'][0]).toMatchObject({
      scan_id: goodScan,
      status: 'fail',
      compliance_rules: { rule_ref: 'e', title: 'Rule e', severity: 'low' },
    });
    const byType = await get(`scans/${both}/latest-by-type`);
    expect(byType).toMatchObject({
      openscap: { score: 50, severity_breakdown: [{ severity: 'high', count: 1 }] },
      'docker-bench': { score: 75, section_breakdown: [{ section: 'Docker Daemon Configuration', count: 1 }] },
    });
    expect(await get(`trends/${good}?days=365`)).toMatchObject([{ score: 33.33 }, { score: 80 }]);
  });

  it('of nobody, and of a host that the caller may not see, are not there', async () => {
    expect(await assay.ask(tenant, `${path}/scans/${never}/latest`)).toMatchObject({
      status: 404,
      body: { error: 'No scans found for this host' },
    });
    expect(await assay.ask(tenant, `${path}/scans/here`)).toMatchObject({
      status: 400,
      body: { error: 'Invalid host ID format' },
    });
    for (const sub of [`scans/${poor}`, `scans/${poor}/latest`, `trends/${poor}`])
      expect(await assay.ask(limitedTo(good!), `${path}/${sub}`)).toMatchObject({
        status: 404,
        body: { error: 'Host not found' },
      });
    expect((await assay.ask(limitedTo(poor!), `${path}/results/${goodScan}`)).status).toBe(404);
    expect((await assay.ask('nobody', `${path}/scans/${good}`)).status).toBe(404);
  });
});

describe('results and rules', () => {
  it('come in pages, what needs attention first', async () => {
    const first = await get(`results/${goodScan}?limit=2`);
    expect(rows(first['results']).map(({ status }: Json) => status)).toEqual(['fail', 'pass']);
    expect(first['pagination']).toMatchObject({ total: 5, total_pages: 3 });
    expect(first['severity_breakdown']).toEqual({ by_status: { pass: 4, fail: 1 }, by_severity: { low: 1 } });
    expect(await get(`results/${goodScan}?limit=2&offset=2`)).not.toHaveProperty('severity_breakdown');
    expect((await get(`results/${goodScan}?severity=high`))['pagination'].total).toBe(4);
    expect(rows((await get(`results/${goodScan}?status=skipped`))['results'])).toEqual([]);
    expect(await assay.ask(tenant, `${path}/results/${goodScan}?status=passed`)).toMatchObject({
      status: 400,
      body: { error: 'Invalid status. Must be one of: pass, fail, warn, skip, notapplicable, skipped, error' },
    });
    expect(await assay.ask(tenant, `${path}/results/x`)).toMatchObject({ body: { error: 'Invalid scan ID format' } });
  });

  it('are counted over hosts, searched literally and sorted', async () => {
    const { rules, pagination } = await get('rules?profile_type=openscap');
    expect(pagination.total).toBe(5);
    expect(rules[0]).toMatchObject({ rule_ref: 'b', failed: 2, passed: 1, total: 4, profile_name: 'level1_server' });
    expect((await get('rules?search=%5F'))['pagination'].total).toBe(0);
    expect(rows((await get('rules?status=warn'))['rules'])).toHaveLength(2);
    const ofHost = await get(`rules?host_id=${poor}&sort_by=title&sort_dir=asc`);
    expect(rows(ofHost['rules']).map((rule: Json) => [rule.rule_ref, rule.failed])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
      ['e', 0],
    ]);
    const seen = await get('rules?severity=high', limitedTo(both!));
    expect(rows(seen['rules']).map((rule: Json) => [rule.rule_ref, rule.total])).toEqual([
      ['b', 1],
      ['a', 1],
    ]);
    const one = await get(`rules/${rules[0].id}`);
    expect(rows(one['affected_hosts']).map(({ hostname }: Json) => hostname)).toEqual(['both', 'poor']);
    expect(one['rule']).toMatchObject({ rule_ref: 'b', severity: 'high' });
  });

  it('have profiles with how much there is of each', async () => {
    const profiles = rows(await get('profiles'));
    const names = profiles.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['CIS Ubuntu 22.04 L1', 'level1_server']));
    expect(profiles.find(({ name }) => name === 'level1_server')).toMatchObject({
      type: 'openscap',
      _count: { compliance_rules: 5, compliance_scans: 6 },
    });
  });

  it('carry texts of hosts as data, never as a page', async () => {
    const other = 'markup';
    const host = await assay.enrol(other, { hostname: '<img src=x onerror=alert(1)>' });
    const title = '</script><script>alert(1)</script>';
    const [scan] = await assay.record(other, host, {
      scans: [aScan([{ rule_ref: 'x', status: 'fail', title, finding: '<b>' }])],
    });
    for (const sub of ['dashboard', 'rules', `results/${scan!.scanId}`, `scans/${host}`]) {
      const { headers } = await assay.ask(other, `${path}/${sub}`);
      expect(headers.get('content-type')).toContain('application/json');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect(rows((await get('rules', other))['rules'])[0].title).toBe(title);
  });
});
