import { describe, expect, it } from 'vitest';
import { everything, fixture, opened } from '../../test/bytes.js';
import { readBenchmark } from '../read-benchmark.js';

const namespace = 'http://checklists.nist.gov/xccdf/1.2';

const rules = `<Group id="g1"><title>System</title><Group id="g2"><title>Files</title>
  <Value id="v_umask"><title>Umask</title><value selector="strict">077</value><value>027</value></Value>
  <Rule id="r_umask" severity="high" selected="false">
    <title xml:lang="en">Set the umask</title><title xml:lang="fr">Autre</title>
    <description>Set <html:code xmlns:html="http://www.w3.org/1999/xhtml">umask</html:code> to
       <sub idref="v_umask" use="legacy"/>.<html:br xmlns:html="http://www.w3.org/1999/xhtml"/>Then <![CDATA[<log in>]]> again &amp; look.
       <html:pre xmlns:html="http://www.w3.org/1999/xhtml">$ umask
  027</html:pre></description>
    <rationale>Others read &lt;files&gt;.</rationale>
    <reference href="https://cis.example">5.4.5</reference><reference/>
    <ident system="https://ncp.nist.gov/cce">CCE-1234-5</ident>
    <fixtext>Do it by hand.</fixtext>
    <fix system="urn:xccdf:fix:script:ansible">- umask</fix>
    <fix system="urn:xccdf:fix:script:sh">
umask <sub idref="v_umask"/>
  # indented
</fix>
  </Rule>
</Group></Group>
<Group id="g3"><title>Other</title><Rule id="r_text"><title>By hand</title><fixtext>Only <html:b xmlns:html="x">this</html:b></fixtext></Rule></Group>
<Rule id="r_unused"><title>Nobody looked</title></Rule>`;

const profile = '<Profile id="p1"><title>Level 1</title></Profile>';

function testResult(results: string, attributes = 'start-time="2026-11-21T21:23:57+01:00"'): string {
  return `<TestResult id="t" ${attributes}><benchmark id="b1"/><profile idref="p1"/><target>web-01</target>
    <target-address>10.0.0.1</target-address>
    <target-facts><fact name="urn:xccdf:fact:scanner:version">1.3.7</fact></target-facts>
    <platform idref="#x"/><platform idref="cpe:/o:canonical:ubuntu_linux:22.04"/>
    <set-value idref="v_umask">022</set-value>${results}
    <score system="urn:xccdf:scoring:flat" maximum="4">1</score>
    <score system="urn:xccdf:scoring:default" maximum="50">16.5</score></TestResult>`;
}

const ruleResult = (rule: string, result: string, more = '') =>
  `<rule-result idref="${rule}" severity="medium"><result>${result}</result>${more}</rule-result>`;

const umask = ruleResult('r_umask', 'fail', '<message severity="info">umask is 000</message>');

function benchmark(...parts: string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?><!-- c --><Benchmark xmlns="${namespace}" id="b1">${parts.join('')}</Benchmark>`;
}

async function read(text: string, pieceBytes?: number) {
  const document = await readBenchmark('xccdf', opened(text, pieceBytes));
  return { document, scan: document.scans[0]!, ...(await everything(document.scans[0]!)) };
}

describe('a document of XCCDF', () => {
  it('says whose results it holds, of which profile, when, and with which score of its own', async () => {
    const { document, scan } = await read(benchmark(profile, rules, testResult(umask)));
    expect(document).toMatchObject({
      form: 'xccdf',
      host: { hostname: 'web-01', addresses: ['10.0.0.1'] },
      osInfo: { family: 'ubuntu', name: 'ubuntu linux', version: '22.04' },
      scannerInfo: { openscapVersion: '1.3.7' },
    });
    expect(scan).toMatchObject({
      profileName: 'p1',
      profileTitle: 'Level 1',
      startedAt: '2026-11-21T20:23:57.000Z',
      completedAt: null,
      xccdfScore: 33,
      score: 0,
      targetName: 'web-01',
    });
  });

  it('gives the texts of rules that have a result, and none of others', async () => {
    const { rules: texts } = await read(benchmark(profile, rules, testResult(umask + ruleResult('r_text', 'pass'))));
    expect(texts).toEqual([
      {
        ruleRef: 'r_umask',
        title: 'Set the umask',
        severity: 'high',
        section: 'System / Files',
        description: 'Set umask to 022.\nThen <log in> again & look.\n$ umask\n027',
        rationale: 'Others read <files>.',
        remediation: 'umask 022\n  # indented',
        references: [
          { kind: 'reference', system: 'https://cis.example', text: '5.4.5' },
          { kind: 'ident', system: 'https://ncp.nist.gov/cce', text: 'CCE-1234-5' },
        ],
      },
      {
        ruleRef: 'r_text',
        title: 'By hand',
        severity: 'unknown',
        section: 'Other',
        description: null,
        rationale: null,
        remediation: 'Only this',
        references: [],
      },
    ]);
  });

  it.each([
    ['after its rules', benchmark(profile, rules, testResult(umask))],
    ['before its rules', benchmark(testResult(umask), rules, profile)],
  ])('may have results %s', async (_, text) => {
    for (const pieceBytes of [1, 7, 100_000]) {
      const { scan, rules: texts, results } = await read(text, pieceBytes);
      expect(scan).toMatchObject({ profileTitle: 'Level 1', counts: { total: 1, failed: 1 } });
      expect(texts).toMatchObject([{ ruleRef: 'r_umask', remediation: 'umask 022\n  # indented' }]);
      expect(results).toMatchObject([{ ruleRef: 'r_umask', status: 'fail', finding: 'umask is 000' }]);
    }
  });

  it('may be results alone, and of version 1.1', async () => {
    const old = testResult(umask).replace(
      '<TestResult',
      '<c:TestResult xmlns:c="http://checklists.nist.gov/xccdf/1.1"',
    );
    const prefixed = old.replace(/<(\/?)(?!c:|\?|!)/g, '<$1c:');
    const { scan, rules: texts, results } = await read(prefixed);
    expect([scan.profileName, scan.profileTitle, texts.length, results.length]).toEqual(['p1', null, 0, 1]);
  });

  it('has each rule once, whatever it was checked for', async () => {
    const results = [
      ruleResult('r_umask', 'pass', '<instance>root</instance>'),
      ruleResult('r_umask', 'fail', '<instance>www</instance><message>too wide</message>'),
      ruleResult('r_umask', 'fail', '<instance>mail</instance>'),
    ];
    const { scan, results: read1 } = await read(benchmark(rules, testResult(results.join(''))));
    expect(scan.counts).toMatchObject({ total: 1, failed: 1, passed: 0 });
    expect(read1).toMatchObject([{ status: 'fail', finding: 'www: too wide' }]);
  });

  it('has what the check wrote where there is no message, and the fix that was made', async () => {
    const check =
      '<check system="http://open-scap.org/page/SCE"><check-import import-name="stdout">5 found</check-import></check>';
    const fix = '<fix system="urn:xccdf:fix:script:sh">umask 022</fix>';
    const { results } = await read(benchmark(testResult(ruleResult('r', 'fixed', check + fix))));
    expect(results).toMatchObject([{ status: 'skip', finding: '5 found', remediation: 'umask 022' }]);
  });

  it('with words that are none is taken with a note', async () => {
    const { scan, results } = await read(benchmark(testResult(ruleResult('r', 'perhaps'), 'start-time="yesterday"')));
    expect(results).toMatchObject([{ status: 'error' }]);
    expect(scan.notes).toEqual(['start-time is no time.', 'The result "perhaps" is none; it was taken as error.']);
  });

  it('without an offset is taken as UTC, as older scanners write it', async () => {
    const { scan } = await read(benchmark(testResult(umask, 'start-time="2019-03-04T08:43:35"')));
    expect(scan).toMatchObject({
      startedAt: '2019-03-04T08:43:35.000Z',
      notes: ['start-time has no offset; it was taken as UTC.'],
    });
  });

  it('in which nothing was evaluated has no score, whatever it says itself', async () => {
    const { scan } = await read(
      benchmark(testResult(ruleResult('r', 'notapplicable') + ruleResult('s', 'notselected'))),
    );
    expect(scan).toMatchObject({
      score: null,
      xccdfScore: 33,
      notes: [expect.stringMatching(/^No rule was evaluated/)],
    });
  });

  it('has several scans, each with its own results', async () => {
    const other = testResult(ruleResult('r_umask', 'pass')).replace('idref="p1"', 'idref="p2"');
    const { document } = await read(benchmark(rules, testResult(umask), other));
    const all = await Promise.all(document.scans.map(async (scan) => [scan.profileName, await everything(scan)]));
    expect(all).toMatchObject([
      ['p1', { rules: [{}], results: [{ status: 'fail' }] }],
      ['p2', { rules: [{}], results: [{ status: 'pass' }] }],
    ]);
  });

  it('of several hosts is refused', async () => {
    const other = testResult(umask).replace('web-01', 'web-02');
    await expect(read(benchmark(testResult(umask), other))).rejects.toMatchObject({ code: 'benchmarks.several-hosts' });
  });

  it('without results is the content of a benchmark', async () => {
    await expect(read(benchmark(profile, rules))).rejects.toMatchObject({ code: 'benchmarks.no-scan' });
  });
});

it('the host of results without a target is what the facts call it', async () => {
  const facts = '<target-facts><fact name="urn:xccdf:fact:asset:identifier:fqdn">db.example</fact></target-facts>';
  const text = `<TestResult xmlns="${namespace}">${facts}${umask}</TestResult>`;
  const { document, scan } = await read(text);
  expect([document.host.hostname, scan.profileName]).toEqual(['db.example', 'default']);
});

it('a real result without its benchmark has refs and no texts', async () => {
  const bytes = fixture('from-repos/defectdojo__no_vuln_rhsa.xml');
  const document = await readBenchmark('xccdf', opened(bytes));
  expect(document.scans).toMatchObject([{ counts: { total: 8, passed: 8 }, score: 100, xccdfScore: 98.94 }]);
  expect((await everything(document.scans[0]!)).results).toHaveLength(8);
});
