import type { RuleStatus } from '@assay/contracts';
import type { RuleResult, RuleText, ScanHead } from '../benchmark.js';
import type { ClaimedCounts } from '../patchmon/claims.js';
import { differenceTo } from '../patchmon/claims.js';
import type { RuleCollector } from '../rule-collector.js';
import { dockerBenchScore } from '../score.js';
import { lineOf, textOf } from '../text.js';
import type { WholeDocument } from '../whole-document.js';

/** What PatchMon's agent calls the profile, so that its scans and raw ones are one history. */
const profileName = 'Docker Bench for Security';

/** Sections by the first number of a check (`wire/patchmon.md` §7.2). */
const sections: Readonly<Record<string, string>> = {
  1: 'Host Configuration',
  2: 'Docker Daemon Configuration',
  3: 'Docker Daemon Configuration Files',
  4: 'Container Images and Build File',
  5: 'Container Runtime',
  6: 'Docker Security Operations',
  7: 'Docker Swarm Configuration',
};

/** One check as docker-bench wrote it. */
export interface DockerBenchCheck {
  readonly id: string;
  readonly title: unknown;
  readonly status: RuleStatus;
  readonly section: unknown;
  readonly finding: unknown;
  readonly remediation: unknown;
}

/** The check as a rule and its result. docker-bench knows no severities. */
export function ruleOf(check: DockerBenchCheck): [RuleText, RuleResult] {
  const { id: ruleRef, status } = check;
  const remediation = textOf(check.remediation);
  const severity = 'unknown';
  const rule: RuleText = {
    ruleRef,
    title: lineOf(check.title) ?? ruleRef,
    severity,
    section: sections[ruleRef.split('.')[0]!] ?? lineOf(check.section),
    description: null,
    rationale: null,
    remediation,
    references: [],
  };
  const finding = textOf(check.finding);
  return [rule, { ruleRef, status, severity, finding, actual: null, expected: null, remediation }];
}

export interface DockerBenchRun {
  readonly form: 'docker-bench-json' | 'docker-bench-text';
  readonly version: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** What the document says of itself. */
  readonly claimed: ClaimedCounts;
  readonly notes: readonly string[];
}

/** The document of one run. docker-bench's own score, passes less warnings, is no percentage and is left. */
export function dockerBenchDocument(run: DockerBenchRun, collected: RuleCollector): WholeDocument {
  const counts = collected.counts();
  const score = dockerBenchScore(counts);
  const scan: ScanHead = {
    profileName,
    profileTitle: run.version === null ? null : `${profileName} ${run.version}`,
    profileType: 'docker-bench',
    status: 'completed',
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    error: null,
    targetName: null,
    counts,
    resultCount: counts.total,
    score,
    xccdfScore: null,
    claimed: differenceTo({ counts, score }, { counts: run.claimed, score: null }),
    notes: run.notes,
  };
  return {
    head: {
      form: run.form,
      host: { hostname: null, machineId: null, agentVersion: null, addresses: [] },
      osInfo: null,
      scannerInfo: null,
      scanType: null,
      complianceHash: null,
      scans: [scan],
      notes: [],
    },
    contents: [{ rules: collected.rules, results: collected.results }],
  };
}
