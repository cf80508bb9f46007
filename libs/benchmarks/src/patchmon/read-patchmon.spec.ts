import { describe, expect, it } from 'vitest';
import { everything, fixture, opened } from '../../test/bytes.js';
import { readBenchmark } from '../read-benchmark.js';

async function read(payload: unknown) {
  return readBenchmark('patchmon', opened(typeof payload === 'string' ? payload : JSON.stringify(payload)));
}

async function readScan(fields: object) {
  const { scans } = await read({ scans: [{ profile_name: 'p', ...fields }] });
  return { ...scans[0]!, ...(await everything(scans[0]!)) };
}

const result = (rule_ref: string, status: string, more: object = {}) => ({ rule_ref, status, ...more });

describe('what real agents sent', () => {
  it.each([
    ['agent-on-demand.json.gz', 591, 61.39],
    ['agent-scheduled.json.gz', 591, 61.39],
    ['agent-scheduled-not-utf8.json.gz', 591, 61.39],
    ['deb12-web-01-anssi_bp28_enhanced.payload.json.gz', 316, 61.39],
    ['deb12-web-01-enhanced-after.payload.json.gz', 316, 83.17],
    ['docker-bench.payload.json', 105, 51.72],
    ['agent-failed.json', 0, null],
    ['agent-cancelled.json', 0, null],
  ])('%s: %i results, score %j, as claimed, with its own hash', async (file, total, score) => {
    const { scans, complianceHash, notes } = await readBenchmark('patchmon', opened(fixture(`patchmon/${file}`)));
    expect(scans).toHaveLength(1);
    const [scan] = scans;
    expect(scan).toMatchObject({ counts: { total }, resultCount: total, score, claimed: null, notes: [] });
    const { rules, results } = await everything(scan!);
    expect([rules.length, results.length, notes]).toEqual([total, total, []]);
    expect(complianceHash!.agrees).toBe(true);
  });

  it('says of itself what it said', async () => {
    const { host, osInfo, scannerInfo, scanType } = await readBenchmark(
      'patchmon',
      opened(fixture('patchmon/agent-failed.json')),
    );
    expect({ host, osInfo, scannerInfo, scanType }).toMatchObject({
      host: { hostname: 'deb12-web-01', machineId: '00000000-0000-4000-8000-000000000001', agentVersion: '2.1.3' },
      osInfo: { family: 'debian', name: 'debian', version: '12' },
      scannerInfo: { openscapAvailable: true, availableProfiles: ['level1_server', 'level2_server'] },
      scanType: 'on-demand',
    });
  });
});

describe('a submission', () => {
  const results = [result('a', 'pass'), { rule_id: 'b', status: 'Failed', message: 'm' }, { id: 'c', status: 'NA' }];

  it('has three forms', async () => {
    const scan = { profile_name: 'CIS', profile_type: 'openscap', status: 'completed', results };
    const planned = {
      profile: { name: 'CIS', type: 'openscap', version: '1' },
      summary: { total_rules: 3, passed: 1, failed: 1, warnings: 0, skipped: 0, score: 50 },
      status: 'completed',
      results,
      raw_output: 'ignored',
    };
    for (const payload of [{ scans: [scan] }, scan, planned]) {
      const { scans } = await read(payload);
      expect(scans).toMatchObject([{ profileName: 'CIS', score: 50, counts: { total: 3 }, claimed: null }]);
      expect((await everything(scans[0]!)).results).toMatchObject([
        { ruleRef: 'a', status: 'pass' },
        { ruleRef: 'b', status: 'fail', finding: 'm' },
        { ruleRef: 'c', status: 'notapplicable' },
      ]);
    }
  });

  it.each(['null', '7', '[]', '{}', '{"scans":null}', '{"profile":{}}', '{"profile_name":" "}'])(
    '%s is none',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({
        code: 'benchmarks.no-scan',
        message: "Invalid payload: expected 'scans' array or 'profile_name'",
      });
    },
  );

  it('leaves out entries without a profile, and says so', async () => {
    const { scans, notes } = await read({ scans: [null, 7, {}, { profile_name: 'p' }] });
    expect(scans.map(({ profileName }) => profileName)).toEqual(['p']);
    expect(notes).toEqual(['3 entries without profile_name were left out.']);
  });

  it('has a bounded number of scans, whatever its size', async () => {
    const scans = Array.from({ length: 65 }, () => ({ profile_name: 'p' }));
    await expect(read({ scans })).rejects.toMatchObject({ code: 'benchmarks.too-many-scans' });
  });

  it('may name members that every object has', async () => {
    const text =
      '{"scans":[{"profile_name":"p","__proto__":{"status":"failed"},"results":[{"rule_ref":"constructor","status":"pass"}]}]}';
    const { scans } = await read(text);
    expect(scans).toMatchObject([{ status: 'completed', counts: { passed: 1 } }]);
  });
});

describe('a scan', () => {
  it('has each rule once, with the result that counts most', async () => {
    const { counts, results, rules, notes } = await readScan({
      results: [
        result('r', 'pass'),
        result('r', 'fail', { finding: 'why', title: 'Late title' }),
        result('r', 'warn'),
        result('s', 'error'),
        result('s', 'notapplicable'),
      ],
    });
    expect(counts).toMatchObject({ total: 2, failed: 1, notApplicable: 1 });
    expect(results).toMatchObject([{ status: 'fail', finding: 'why' }, { status: 'notapplicable' }]);
    expect(rules).toMatchObject([
      { ruleRef: 'r', title: 'Late title' },
      { ruleRef: 's', title: 's' },
    ]);
    expect(notes).toEqual(['3 results were of rules that had one already; the one that counts most was kept.']);
  });

  it('takes arbitrary words of no kind into the database', async () => {
    const { profileType, results, notes } = await readScan({
      profile_type: 'nessus',
      results: [result('a', 'banana', { severity: 'apocalyptic' }), result('b', '')],
    });
    expect(profileType).toBe('openscap');
    expect(results).toMatchObject([
      { status: 'error', severity: 'unknown' },
      { status: 'error', severity: 'unknown' },
    ]);
    expect(notes).toEqual([
      'The profile type "nessus" is none; it was taken as openscap.',
      'The status "banana" is none; it was taken as error.',
      'The status "" is none; it was taken as error.',
    ]);
  });

  it('is counted anew, and what was claimed otherwise is recorded', async () => {
    const claims = { total_rules: 10, passed: 10, failed: 0, score: 100 };
    const { counts, score, claimed } = await readScan({
      ...claims,
      results: [result('a', 'pass'), result('b', 'fail')],
    });
    expect({ counts, score }).toMatchObject({ counts: { total: 2, passed: 1, failed: 1 }, score: 50 });
    expect(claimed).toMatchObject({ counts: { total: 10, passed: 10, failed: 0 }, score: 100 });
  });

  it('is what was claimed to two decimals', async () => {
    const thirds = [result('a', 'pass'), result('b', 'fail'), result('c', 'fail')];
    for (const score of [33.333333333333336, 33.33, 33.3333]) {
      expect((await readScan({ score, results: thirds })).claimed).toBeNull();
    }
    expect((await readScan({ score: 33.4, results: thirds })).claimed).toEqual({ counts: null, score: 33.4 });
  });

  it.each([
    ['{"passed":-1}', 'passed is no count of rules: -1.'],
    ['{"failed":1.5}', 'failed is no count of rules: 1.5.'],
    ['{"total_rules":"7"}', 'total_rules is no count of rules: "7".'],
    ['{"skipped":1e300}', 'skipped is no count of rules: 1e+300.'],
    ['{"score":1e999}', 'score is none of 0 to 100: null.'],
    ['{"score":-0.1}', 'score is none of 0 to 100: -0.1.'],
    ['{"score":"NaN"}', 'score is none of 0 to 100: "NaN".'],
    ['{"started_at":"tomorrow"}', 'started_at is no time: "tomorrow".'],
    ['{"completed_at":"2026-11-22T01:00:00"}', 'completed_at has no offset; it was taken as UTC.'],
    ['{"results":{}}', 'results is no list.'],
    ['{"results":[7,{"status":"pass"}]}', '2 results without a rule were left out.'],
  ])('that says %s is taken with a note', async (fields, note) => {
    const text = `{"scans":[{"profile_name":"p",${fields.slice(1, -1)}}]}`;
    const { scans } = await read(text);
    expect(scans[0]).toMatchObject({ notes: [note], claimed: null });
  });

  it('without results has what it claims, and says so', async () => {
    const { counts, resultCount, score, notes } = await readScan({ total_rules: 4, passed: 3, failed: 1, score: 75 });
    expect({ counts, resultCount, score }).toMatchObject({
      counts: { total: 4, passed: 3, failed: 1 },
      resultCount: 0,
      score: 75,
    });
    expect(notes).toEqual(['The scan came without results: its counts are only claimed.']);
  });

  it('in which nothing was evaluated has no score, and its agent’s 0 is no claim', async () => {
    const skipped = await readScan({ score: 0, error: 'platform mismatch', results: [result('a', 'skip')] });
    expect(skipped).toMatchObject({ score: null, claimed: null, error: 'platform mismatch' });
    expect(await readScan({ status: 'FAILED', score: 0, results: null })).toMatchObject({
      status: 'failed',
      score: null,
      claimed: null,
    });
  });

  it('keeps text without what cannot be kept, and no more than there is room for', async () => {
    const finding = `a\0${'x'.repeat(100_000)}`;
    const { results, rules } = await readScan({
      results: [result('r', 'fail', { finding, title: `t${'y'.repeat(600)}` })],
    });
    expect(results[0]!.finding).toMatch(/^ax+ … \[34465 characters more\]$/);
    expect(rules[0]!.title.length).toBeLessThan(560);
  });

  it('of an image is scored by its vulnerabilities', async () => {
    const found = await readScan({
      profile_name: 'Docker Image CVE Scan: nginx:1.29',
      profile_type: 'oscap-docker',
      results: [result('CVE-1', 'fail', { severity: 'critical' }), result('CVE-2', 'fail', { severity: 'medium' })],
    });
    expect(found).toMatchObject({ targetName: 'nginx:1.29', score: 88 });
    const clean = await readScan({ profile_type: 'oscap-docker', results: [result('no-cves', 'pass')] });
    expect(clean.score).toBe(100);
  });
});

it('bytes that are no UTF-8 become U+FFFD', async () => {
  const bytes = Buffer.concat([
    Buffer.from('{"profile_name":"p","results":[{"rule_ref":"r","status":"fail","finding":"caf'),
    Buffer.from([0xe9]),
    Buffer.from('"}]}'),
  ]);
  const { scans } = await readBenchmark('patchmon', opened(bytes, 7));
  expect((await everything(scans[0]!)).results[0]!.finding).toBe('caf\ufffd');
});

it.each([
  ['{"scans":', 'documents.truncated'],
  ['{"scans":[}', 'documents.syntax'],
  ['', 'documents.empty'],
  [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'documents.too-deep'],
])('%j is no JSON of ours', async (text, code) => {
  await expect(read(text)).rejects.toMatchObject({ code });
});
