/** What a run of a scanner gives an agent of PatchMon: the scan objects of `wire/patchmon.md` §3.2, as released agents write them. */

/** One rule's result (`wire/patchmon.md` §3.3); agents leave out what is empty. */
export interface SentResult {
  readonly rule_ref: string;
  readonly title: string;
  readonly status: 'pass' | 'fail' | 'warn' | 'skip' | 'notapplicable' | 'error';
  readonly severity?: string;
  readonly section?: string;
  readonly description?: string;
  readonly finding?: string;
  readonly remediation?: string;
}

export interface SentScan {
  readonly profile_name: string;
  readonly profile_type: 'openscap' | 'docker-bench' | 'oscap-docker';
  readonly status: 'completed' | 'failed';
  readonly score: number;
  readonly total_rules: number;
  readonly passed: number;
  readonly failed: number;
  readonly warnings: number;
  readonly skipped: number;
  readonly not_applicable: number;
  readonly started_at: string;
  readonly completed_at?: string;
  readonly results: readonly SentResult[] | null;
  readonly error?: string;
}

/** Results of a small benchmark; `rules` says how many of each status there are. */
export function results(
  rules: Partial<Record<SentResult['status'], number>>,
  prefix = 'xccdf_org.ssgproject.content_rule_demo',
): SentResult[] {
  return Object.entries(rules).flatMap(([status, count]) =>
    Array.from({ length: count }, (_, n) => ({
      rule_ref: `${prefix}_${status}_${n}`,
      title: `Demo rule ${status} ${n}`,
      status: status as SentResult['status'],
      severity: ['low', 'medium', 'high'][n % 3]!,
      ...(status === 'fail' && { finding: `found ${n}`, remediation: `repair ${n}` }),
    })),
  );
}

/** An OpenSCAP run. Its score is not rounded, and the name is the one that was asked for (`wire/patchmon.md` §7.1). */
export function openScapScan(profileName: string, sent: readonly SentResult[], startedAt: Date = new Date()): SentScan {
  const counts = countsOf(sent);
  const divisor = counts.total_rules - counts.not_applicable - counts.skipped;
  const score = divisor === 0 ? 0 : (counts.passed / divisor) * 100;
  return { ...scanOf(profileName, 'openscap', startedAt, sent), ...counts, score };
}

/** A Docker Bench run, without severities (`wire/patchmon.md` §7.2). */
export function dockerBenchScan(sent: readonly SentResult[], startedAt: Date = new Date()): SentScan {
  const counts = countsOf(sent);
  const divisor = counts.passed + counts.failed + counts.warnings;
  const score = divisor === 0 ? 0 : (counts.passed / divisor) * 100;
  const plain = sent.map(({ severity: _, ...rest }) => rest);
  return { ...scanOf('Docker Bench for Security', 'docker-bench', startedAt, plain), ...counts, score };
}

/** What a failed OpenSCAP run sends: whatever was asked for, the name is `level1_server`, and there is no end (§7.1). */
export function failedScan(error: string, startedAt: Date = new Date()): SentScan {
  const { completed_at: _, ...scan } = scanOf('level1_server', 'openscap', startedAt, null);
  return { ...scan, ...countsOf([]), score: 0, status: 'failed', error };
}

function scanOf(
  profileName: string,
  profileType: SentScan['profile_type'],
  startedAt: Date,
  sent: readonly SentResult[] | null,
) {
  return {
    profile_name: profileName,
    profile_type: profileType,
    status: 'completed' as const,
    started_at: goTime(startedAt),
    completed_at: goTime(new Date()),
    results: sent,
  };
}

function countsOf(sent: readonly SentResult[]) {
  const count = (status: SentResult['status']): number => sent.filter((result) => result.status === status).length;
  return {
    total_rules: sent.length,
    passed: count('pass'),
    failed: count('fail'),
    warnings: count('warn'),
    skipped: count('skip'),
    not_applicable: count('notapplicable'),
  };
}

/** RFC 3339 with nanoseconds and an offset, as Go writes a local time. */
function goTime(at: Date): string {
  const local = new Date(at.getTime() + 7_200_000).toISOString();
  return local.replace(/\.(\d{3})Z$/, '.$1000123+02:00');
}
