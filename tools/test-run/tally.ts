/** What came of one part of the test run. Names are full: file, groups and test. */
export interface Tally {
  readonly passed: number;
  /** What failed: tests, groups whose set-up failed, files that did not load, errors nobody caught. */
  readonly failures: readonly string[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Several tallies as one. */
export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failures: tallies.flatMap(({ failures }) => failures),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  };
}

/**
 * The tally of a part whose runner ended with `exitCode` and left `report` behind. A runner that died, was stopped, or
 * found nothing to run has failed even if no test has: silence is not success.
 */
export function tallyOf(part: string, report: Tally | undefined, exitCode: number | null): Tally {
  if (!report) return failed(`${part}: the runner ended (exit code ${exitCode ?? 'none'}) without a report`);
  if (report.failures.length > 0) return report;
  if (exitCode !== 0) return sum([report, failed(`${part}: the runner ended with exit code ${exitCode ?? 'none'}`)]);
  if (report.passed === 0) return sum([report, failed(`${part}: no test ran`)]);
  return report;
}

/** A tally of one failure. */
export function failed(name: string): Tally {
  return { passed: 0, failures: [name], skipped: [] };
}

/** The last line of the run: `12 passed, 0 failed`, and `, 2 skipped` if any were. */
export function lastLine({ passed, failures, skipped }: Tally): string {
  const line = `${passed} passed, ${failures.length} failed`;
  return skipped.length === 0 ? line : `${line}, ${skipped.length} skipped`;
}
