import { newId, type Uuid } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScan, BenchmarksInstallation, fixture, ofRules, startedScans } from './benchmarks-installation.js';

// The lines of wire/patchmon.md §9 that scans, their scores, waivers and history are about, in their words.
let assay: BenchmarksInstallation;
beforeAll(async () => {
  assay = await BenchmarksInstallation.start();
});
afterAll(() => assay.stop());

const standard = { pass: ['a', 'b', 'c'], fail: ['d'], skip: ['e'], notapplicable: ['f'] };
const dockerBench = { profile_name: 'Docker Bench for Security', profile_type: 'docker-bench' };

interface Shown {
  readonly id: Uuid;
  readonly status: string;
  readonly score: number | null;
  readonly isLatest: boolean;
}

async function scansOf(tenant: string, query = ''): Promise<Shown[]> {
  return (await assay.ask<{ items: Shown[] }>(tenant, `/api/v1/benchmarks/scans?${query}`)).body.items;
}

describe('data and correctness', () => {
  it('a submission removes no earlier scan, a failed one neither: the last good result, trends and history stay', async () => {
    const tenant = 'kept';
    const host = await assay.enrol(tenant);
    const [good] = await assay.record(tenant, host, { scans: [aScan(ofRules(standard))] });
    const [better] = await assay.record(tenant, host, { scans: [aScan(ofRules({ ...standard, fail: [] }))] });
    await assay.record(tenant, host, { scans: [aScan(null, { status: 'failed', error: 'exit code 5' })] });
    const scans = await scansOf(tenant);
    expect(scans.map(({ status, score, isLatest }) => [status, score, isLatest])).toEqual([
      ['failed', null, false],
      ['completed', 100, true],
      ['completed', 75, false],
    ]);
    const latest = await assay.rows<{ scan_id: Uuid }>('select scan_id from benchmark_latest where tenant = $1', [
      tenant,
    ]);
    expect(latest).toEqual([{ scan_id: better!.scanId }]);
    const results = await assay.rows('select 1 from benchmark_results where tenant = $1 and scan_id = $2', [
      tenant,
      good!.scanId,
    ]);
    expect(results).toHaveLength(6);
  });

  it('a docker bench result does not hide a still running OpenSCAP scan', async () => {
    const tenant = 'hidden';
    const host = await assay.enrol(tenant);
    await assay.own.run(tenant, (tx) =>
      startedScans().start(tx, { hostId: host, type: 'openscap', commandId: newId(), profileName: null }),
    );
    await assay.record(tenant, host, { scans: [aScan(ofRules({ warn: ['1.1'] }), dockerBench)] });
    expect((await scansOf(tenant, 'status=running')).length).toBe(1);
    await assay.record(tenant, host, { scans: [aScan(ofRules(standard))] });
    expect(await scansOf(tenant, 'status=running')).toEqual([]);
  });

  it('counts and score come from the results; what the agent claims differently is kept beside them', async () => {
    const host = await assay.enrol('claims');
    const claims = { score: 100, total_rules: 200, passed: 200, failed: 0, warnings: 0, skipped: 0, not_applicable: 0 };
    const [scan] = await assay.record('claims', host, { scans: [aScan(ofRules(standard), claims)] });
    expect(scan).toMatchObject({ score: 75, counts: { total: 6, passed: 3, failed: 1 } });
    const { body } = await assay.ask('claims', `/api/v1/benchmarks/scans/${scan!.scanId}`);
    expect(body).toMatchObject({ score: 75, claimed: { score: 100, counts: { total: 200, passed: 200 } } });
  });

  it('arbitrary words for status, severity and type do not enter the database', async () => {
    const tenant = 'words';
    const host = await assay.enrol(tenant);
    const results = [
      { rule_ref: 'a', status: ' FAILED ', severity: 'HIGH' },
      { rule_ref: 'b', status: 'Passed', severity: '<b>dreadful</b>' },
      { rule_ref: 'c', status: 'exploded', severity: 'low' },
    ];
    await assay.record(tenant, host, { scans: [aScan(results, { profile_type: 'openscap', status: 'wonderful' })] });
    const rows = await assay.rows(
      `select r.rule_ref, b.status, r.severity from benchmark_results b
         join benchmark_rules r on r.tenant = b.tenant and r.key = b.rule_key where b.tenant = $1 order by 1`,
      [tenant],
    );
    expect(rows).toContainEqual({ rule_ref: 'a', status: 'fail', severity: 'high' });
    expect(rows).toContainEqual({ rule_ref: 'b', status: 'pass', severity: 'unknown' });
    const words = JSON.stringify(rows);
    expect(words).not.toMatch(/exploded|dreadful/);
    expect((await scansOf(tenant))[0]!.status).toBe('completed');
  });

  it('one host cannot rename or retype what others see', async () => {
    const tenant = 'names';
    const [honest, other] = [await assay.enrol(tenant), await assay.enrol(tenant)];
    await assay.record(tenant, honest, {
      scans: [aScan([{ ...ofRules({ fail: ['a'] }, 'high')[0]!, description: 'What it is' }])],
    });
    const lies = [
      { rule_ref: 'a', status: 'pass', title: 'All is well', severity: 'low', description: 'Nothing', section: 'New' },
    ];
    await assay.record(tenant, other, { scans: [aScan(lies, { profile_type: 'docker-bench' })] });
    const [rule] = await assay.rows(
      'select title, severity, description, section from benchmark_rules where tenant = $1',
      [tenant],
    );
    // What nobody had said is filled, what somebody had said stays.
    expect(rule).toEqual({ title: 'Rule a', severity: 'high', description: 'What it is', section: 'New' });
    const profiles = await assay.rows(
      `select type from benchmark_profiles where tenant = $1 and name = 'level1_server'`,
      [tenant],
    );
    expect(profiles).toEqual([{ type: 'openscap' }]);
    const elsewhere = await assay.enrol('names-elsewhere');
    await assay.record('names-elsewhere', elsewhere, { scans: [aScan(lies)] });
    const [theirs] = await assay.rows('select title from benchmark_rules where tenant = $1', ['names-elsewhere']);
    expect(theirs).toEqual({ title: 'All is well' });
  });

  it('a scan without a score has none: neither one of zero rules, nor one where all was skipped, nor a failed one', async () => {
    const tenant = 'scoreless';
    const host = await assay.enrol(tenant);
    const recorded = [
      await assay.record(tenant, host, { scans: [aScan([], { profile_name: 'none', score: 0 })] }),
      await assay.record(tenant, host, {
        scans: [
          aScan(ofRules({ skip: ['a'], notapplicable: ['b'] }), {
            profile_name: 'skipped',
            score: 0,
            error: 'platform mismatch',
          }),
        ],
      }),
      await assay.record(tenant, host, {
        scans: [aScan(null, { profile_name: 'failed', status: 'failed', score: 0 })],
      }),
    ].map(([scan]) => [scan!.profile.name, scan!.score, scan!.effectiveScore]);
    expect(recorded).toEqual([
      ['none', null, null],
      ['skipped', null, null],
      ['failed', null, null],
    ]);
    const scores = await assay.rows('select distinct score, effective_score from benchmark_latest where tenant = $1', [
      tenant,
    ]);
    expect(scores).toEqual([{ score: null, effective_score: null }]);
  });

  it('a failed OpenSCAP run is booked under the profile that was commanded, not under level1_server', async () => {
    const tenant = 'booked';
    const host = await assay.enrol(tenant);
    const profileName = 'xccdf_org.ssgproject.content_profile_anssi_bp28_enhanced';
    await assay.own.run(tenant, (tx) =>
      startedScans().start(tx, { hostId: host, type: 'openscap', commandId: newId(), profileName }),
    );
    const document = fixture('patchmon/agent-failed.json');
    const [scan] = await assay.record(tenant, host, document);
    expect(scan).toMatchObject({ status: 'failed', profile: { name: profileName } });
    expect(await scansOf(tenant, 'profile=level1_server')).toEqual([]);
    // The transport's second delivery finds no command any more, and is the same scan all the same.
    await assay.ended(await assay.send(tenant, host, document));
    expect(await scansOf(tenant)).toHaveLength(1);
  });

  it('a hash that does not match blocks no host: its own is kept', async () => {
    const tenant = 'hashes';
    const host = await assay.enrol(tenant);
    const hashOf = async () =>
      (await assay.rows<{ hash: string }>('select compliance_hash as hash from hosts where id = $1', [host]))[0]!.hash;
    await assay.record(tenant, host, fixture('patchmon/agent-scheduled-not-utf8.json.gz'));
    const notUtf8 = JSON.parse(fixture('patchmon/agent-scheduled-not-utf8.json.gz').toString('utf8')) as {
      compliance_hash: string;
    };
    expect(await hashOf()).toBe(notUtf8.compliance_hash);
    const wrong = { scans: [aScan(ofRules(standard))], compliance_hash: 'f'.repeat(64) };
    const [scan] = await assay.record(tenant, host, wrong);
    expect(scan!.score).toBe(75);
    expect(await hashOf()).toMatch(/^(?!f{64})[0-9a-f]{64}$/);
  });

  it('an on-demand upload renews the hash that the ping compares', async () => {
    const host = await assay.enrol('renewed');
    await assay.record('renewed', host, fixture('patchmon/agent-on-demand.json.gz'));
    const [row] = await assay.rows<{ hash: string | null }>('select compliance_hash as hash from hosts where id = $1', [
      host,
    ]);
    expect(row!.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a dead scan is ended minutes after its three hours, by one process', async () => {
    const tenant = 'dead';
    const host = await assay.enrol(tenant);
    await assay.own.run(tenant, (tx) =>
      startedScans().start(tx, { hostId: host, type: 'openscap', commandId: newId(), profileName: null }),
    );
    await assay.rows(
      `update benchmark_scans set started_at = now() - interval '4 hours' where tenant = $1 returning 1`,
      [tenant],
    );
    const jobs = await Promise.all([1, 2, 3].map(() => assay.ask(tenant, '/api/v1/compliance/scans/cleanup', 'POST')));
    expect(jobs.map(({ status }) => status)).toEqual([200, 200, 200]);
    await eventually('its end', async () => (await scansOf(tenant, 'status=failed')).length === 1);
    expect(await scansOf(tenant)).toHaveLength(1);
  });
});

describe('security', () => {
  it('scan text from hosts is bounded, without NUL, and never served as anything but a download', async () => {
    const tenant = 'text';
    const host = await assay.enrol(tenant);
    const result = {
      rule_ref: 'a',
      status: 'fail',
      title: '<script>alert(1)</script>'.repeat(1_000),
      finding: `nul\0 ${'x'.repeat(1_000_000)}`,
    };
    const [scan] = await assay.record(tenant, host, { scans: [aScan([result])] });
    const [row] = await assay.rows<{ finding: string; title: string }>(
      `select b.finding, r.title from benchmark_results b join benchmark_rules r on r.tenant = b.tenant and r.key = b.rule_key
        where b.tenant = $1`,
      [tenant],
    );
    expect(row!.finding.length).toBeLessThan(70_000);
    expect(row!.title.length).toBeLessThan(600);
    expect(row!.finding).not.toContain('\0');
    const { headers } = await assay.ask(tenant, `/api/v1/benchmarks/scans/${scan!.scanId}/document`);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('scaling', () => {
  it('a profile of 591 rules is one row of results, and the same again moves nothing but its own scan', async () => {
    const tenant = 'rows';
    const host = await assay.enrol(tenant);
    await assay.record(tenant, host, fixture('patchmon/agent-on-demand.json.gz'));
    const slices = await assay.rows('select 1 from benchmark_result_slices where tenant = $1', [tenant]);
    expect(slices).toHaveLength(1);
    const versions = () =>
      assay.rows<{ xmin: string }>(
        `select max(xmin::text::bigint)::text as xmin from (
           select xmin from benchmark_rules where tenant = $1 union all select xmin from benchmark_rule_totals where tenant = $1
           union all select xmin from benchmark_open_results where tenant = $1) written`,
        [tenant],
      );
    const before = await versions();
    const again = JSON.parse(fixture('patchmon/agent-on-demand.json.gz').toString('utf8')) as {
      scans: { started_at: string }[];
    };
    again.scans[0]!.started_at = '2026-11-22T05:00:00Z';
    await assay.record(tenant, host, again);
    expect(await versions()).toEqual(before);
    const [size] = await assay.rows<{ bytes: number }>(
      `select max(pg_column_size(c.*)) as bytes from benchmark_result_slices c where tenant = $1`,
      [tenant],
    );
    expect(size!.bytes).toBeLessThan(40_000);
  });

  it('many hosts that send a new profile at once end with the totals of all of them', async () => {
    const tenant = 'crowd';
    const hosts = await Promise.all(Array.from({ length: 12 }, () => assay.enrol(tenant)));
    const scans = (shift: number) => {
      const refs = Array.from({ length: 200 }, (_, index) => `rule-${(index * 7 + shift * 13) % 200}`);
      return { pass: refs.slice(0, 150), fail: refs.slice(150, 180), warn: refs.slice(180) };
    };
    const receipts = await Promise.all(
      hosts.map((host, index) => assay.send(tenant, host, { scans: [aScan(ofRules(scans(index)))] })),
    );
    await Promise.all(receipts.map((receipt) => assay.recorded(receipt)));
    const { kept, counted } = await assay.totals(tenant);
    expect(kept).toEqual(counted);
    expect(kept).toHaveLength(200);
    expect(kept.every((rule) => (rule as { hosts: number }).hosts === 12)).toBe(true);
  });
});
