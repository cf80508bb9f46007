import fc from 'fast-check';
import { AssayError } from '@assay/kernel';
import { expect, it } from 'vitest';
import { everything, opened } from '../test/bytes.js';
import type { ReadBenchmark } from './benchmark.js';
import { readBenchmark } from './read-benchmark.js';

const runs = { numRuns: 300 };

/** What is wrong with a document that was taken: each rule comes once, counts and score are of what it has. */
async function oddities({ scans }: ReadBenchmark): Promise<string[]> {
  const odd: string[] = [];
  for (const scan of scans) {
    const { total, ...byStatus } = scan.counts;
    const { rules, results } = await everything(scan);
    if (Object.values(byStatus).reduce((sum, each) => sum + each, 0) !== total) odd.push('counts');
    if (results.length !== scan.resultCount) odd.push('results');
    if (new Set(results.map(({ ruleRef }) => ruleRef)).size !== results.length) odd.push('a result twice');
    if (new Set(rules.map(({ ruleRef }) => ruleRef)).size !== rules.length) odd.push('a rule twice');
    if (scan.score !== null && !(scan.score >= 0 && scan.score <= 100)) odd.push('score');
  }
  return odd;
}

/** The same, or nothing for a document that is refused as the sender's mistake. */
async function oddIn(form: Parameters<typeof readBenchmark>[0], text: string): Promise<string[]> {
  try {
    return await oddities(await readBenchmark(form, opened(text, 11)));
  } catch (error) {
    return error instanceof AssayError && error.kind === 'invalid' ? [] : [String(error)];
  }
}

const word = fc.oneof(
  fc.constantFrom('pass', 'FAIL', 'na', 'fixed', 'error', '__proto__', ''),
  fc.string(),
  fc.jsonValue(),
);
const ref = fc.oneof(fc.constantFrom('a', 'b', 'c', 'toString'), fc.string());
const number = fc.oneof(fc.nat(5), fc.double(), fc.jsonValue());
const results = fc.array(
  fc.record({ rule_ref: ref, status: word, severity: word, finding: word }, { requiredKeys: [] }),
);
const scan = fc.record(
  {
    profile_name: fc.oneof(fc.constant('p'), fc.jsonValue()),
    profile_type: fc.oneof(fc.constantFrom('openscap', 'docker-bench', 'oscap-docker'), word),
    status: word,
    score: number,
    total_rules: number,
    passed: number,
    started_at: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      word,
    ),
    results: fc.oneof(results, fc.jsonValue()),
  },
  { requiredKeys: ['profile_name'] },
);

it('whatever an agent sends is read or refused, and adds up', async () => {
  const payload = fc.oneof(fc.record({ scans: fc.array(scan, { maxLength: 3 }) }), scan, fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(payload, async (sent) => {
      expect(await oddIn('patchmon', JSON.stringify(sent))).toEqual([]);
    }),
    runs,
  );
});

it('whatever docker-bench writes is read or refused, and adds up', async () => {
  const result = fc.record({ id: ref, result: word, desc: word, details: word }, { requiredKeys: [] });
  const report = fc.record({ tests: fc.oneof(fc.array(fc.record({ results: fc.array(result) })), fc.jsonValue()) });
  await fc.assert(
    fc.asyncProperty(report, async (sent) => {
      expect(await oddIn('docker-bench-json', JSON.stringify(sent))).toEqual([]);
    }),
    runs,
  );
  const line = fc.oneof(
    fc.constantFrom('[WARN] 1.1 - x', '[PASS] 1.1 - y', '[INFO] 1 - s', '     * d', '* Remediation: r', 'more', ''),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), async (lines) => {
      expect(await oddIn('docker-bench-text', lines.join('\n'))).toEqual([]);
    }),
    runs,
  );
});

it('whatever is done to results of XCCDF, they are read or refused, and add up', async () => {
  const rules = ['a', 'b', 'a'].map((id) => `<Rule id="${id}"><title>T</title><fix>f</fix></Rule>`).join('');
  const lines = ['pass', 'fail', 'x'].map(
    (word, n) => `<rule-result idref="${'aba'[n]}"><result>${word}</result></rule-result>`,
  );
  const document = `<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2">${rules}<TestResult><target>t</target>${lines.join('')}<score>7</score></TestResult></Benchmark>`;
  const edit = fc.record({
    at: fc.nat(document.length),
    cut: fc.nat(12),
    put: fc.oneof(fc.constantFrom('', '<', '>', '&', '</Rule>', '<a>'), fc.string()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 2 }), async (edits) => {
      const text = edits.reduce((now, { at, cut, put }) => now.slice(0, at) + put + now.slice(at + cut), document);
      expect(await oddIn('xccdf', text)).toEqual([]);
    }),
    runs,
  );
});
