import { refuse } from '../benchmarks.errors.js';
import { instantOfSeconds } from '../instant.js';
import { isObject, type JsonObject, member } from '../json-object.js';
import { maxResultsPerScan } from '../limits.js';
import { Notes } from '../notes.js';
import { RuleCollector } from '../rule-collector.js';
import { statusOf } from '../rule-status.js';
import { lineOf, ruleRefOf } from '../text.js';
import { parseJson, readWhole, type WholeDocument } from '../whole-document.js';
import { dockerBenchDocument, ruleOf } from './docker-bench.js';

/**
 * `docker-bench-security.log.json`: `tests`, each with `results` of `id`, `desc`, `result`, and, as the version has it,
 * `details`, `items`, `remediation`. @throws AssayError `documents.*`, `benchmarks.unknown-form`
 */
export async function readDockerBenchJson(source: AsyncIterable<Uint8Array>): Promise<WholeDocument> {
  const report = parseJson(await readWhole(source));
  const tests = isObject(report) ? member(report, 'tests') : undefined;
  if (!isObject(report) || !Array.isArray(tests)) {
    throw refuse('benchmarks.unknown-form', 'The document has no list of tests, as docker-bench writes it.');
  }
  const notes = new Notes();
  const collected = new RuleCollector();
  for (const test of (tests as readonly unknown[]).filter(isObject)) {
    const results = member(test, 'results');
    if (!Array.isArray(results)) continue;
    for (const result of (results as readonly unknown[]).filter(isObject)) addCheck(collected, test, result, notes);
  }
  const checks = member(report, 'checks');
  const run = {
    form: 'docker-bench-json',
    version: lineOf(member(report, 'dockerbenchsecurity')),
    startedAt: instantOfSeconds(member(report, 'start')),
    completedAt: instantOfSeconds(member(report, 'end')),
    claimed: typeof checks === 'number' && checks > 0 && checks <= maxResultsPerScan ? { total: checks } : {},
    notes: notes.list(),
  } as const;
  return dockerBenchDocument(run, collected);
}

function addCheck(collected: RuleCollector, test: JsonObject, result: JsonObject, notes: Notes): void {
  const id = ruleRefOf(member(result, 'id'));
  if (id === null) return notes.add('Results without an id were left out.');
  const word = member(result, 'result');
  const status = statusOf(word, 'docker-bench');
  if (status === undefined)
    notes.add(`The result ${JSON.stringify(word)?.slice(0, 40)} is none; it was taken as error.`);
  collected.add(
    ...ruleOf({
      id,
      title: member(result, 'desc'),
      status: status ?? 'error',
      section: member(test, 'desc'),
      finding: member(result, 'details'),
      remediation: member(result, 'remediation'),
    }),
  );
}
