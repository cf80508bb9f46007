import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { Tally } from './tally.ts';

/** Where the report goes: set by the test run for each part. */
const target = process.env['ASSAY_TEST_REPORT'];

/** Writes the tally of a Vitest run. Vitest's own JSON keeps neither the reason of a skip nor a failed `beforeAll`. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    if (target === undefined) return;
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const holders = modules.flatMap((module): (TestModule | TestSuite)[] => [module, ...module.children.allSuites()]);
    const states = Map.groupBy(tests, (test) => test.result().state);
    const tally: Tally = {
      passed: states.get('passed')?.length ?? 0,
      failures: [
        // A test that is still pending was cut off: it did not pass.
        ...[...(states.get('failed') ?? []), ...(states.get('pending') ?? [])].map(nameOf),
        ...holders.filter((holder) => holder.errors().length > 0).map(nameOf),
        ...unhandled.map(({ message }) => `an error nobody caught: ${message}`),
      ],
      skipped: (states.get('skipped') ?? []).map((test) => ({ name: nameOf(test), reason: reasonOf(test) })),
    };
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, JSON.stringify(tally, null, 2));
  }
}

function nameOf(item: TestCase | TestSuite | TestModule): string {
  if (item.type === 'module') return relative(process.cwd(), item.moduleId);
  return `${relative(process.cwd(), item.module.moduleId)} > ${item.fullName}`;
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || 'no reason given';
}
