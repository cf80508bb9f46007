import { type BenchmarkProfileType, type RuleCounts } from '@assay/contracts';
import type { Claim, RuleResult, RuleText, ScanHead } from '../benchmark.js';
import { instantOf } from '../instant.js';
import { isObject, type JsonObject, member } from '../json-object.js';
import { Notes } from '../notes.js';
import { RuleCollector } from '../rule-collector.js';
import { severityOf, statusOf } from '../rule-status.js';
import { noRules, patchMonScore, scoreOf } from '../score.js';
import { lineOf, ruleRefOf, textOf } from '../text.js';
import type { WholeScan } from '../whole-document.js';
import { type ClaimedCounts, claimedCountsOf, claimedScoreOf, differenceTo } from './claims.js';

const profileTypes: readonly BenchmarkProfileType[] = ['openscap', 'docker-bench', 'oscap-docker'];

/** One scan with its results (`wire/patchmon.md` §3.2). Whatever is odd about it is noted; nothing makes it unreadable. */
export function readScan(scan: JsonObject): WholeScan & { readonly head: ScanHead } {
  const notes = new Notes();
  const profileType = profileTypeOf(member(scan, 'profile_type'), notes);
  const status = isWord(member(scan, 'status'), 'failed') ? 'failed' : 'completed';
  const collected = collect(member(scan, 'results'), notes);
  const claims = claimedCountsOf(scan, notes);
  const proven = collected.results.length > 0 || status === 'failed';
  const counts = proven ? collected.counts() : unproven(claims, notes);
  const score = proven ? scoreOf(profileType, counts, collected.failedBySeverity()) : patchMonScore(counts);
  const head: ScanHead = {
    profileName: lineOf(member(scan, 'profile_name'))!,
    profileTitle: null,
    profileType,
    status,
    startedAt: timeOf(scan, 'started_at', notes),
    completedAt: timeOf(scan, 'completed_at', notes),
    error: textOf(member(scan, 'error')),
    targetName: profileType === 'oscap-docker' ? imageOf(member(scan, 'profile_name')) : null,
    counts,
    resultCount: collected.results.length,
    score,
    xccdfScore: null,
    claimed: differenceOf(scan, claims, { counts, score, isFailed: status === 'failed' }, notes),
    notes: notes.list(),
  };
  return { head, rules: collected.rules, results: collected.results };
}

function differenceOf(
  scan: JsonObject,
  counts: ClaimedCounts,
  own: { readonly counts: RuleCounts; readonly score: number | null; readonly isFailed: boolean },
  notes: Notes,
): Claim | null {
  // An agent that evaluated nothing says 0, which is no claim (`wire/patchmon.md` §7.1).
  const score = claimedScoreOf(scan, notes);
  const said = own.score === null && score === 0 ? null : score;
  return differenceTo(own, { counts, score: said });
}

/** What a scan without any results says of itself is all there is. */
function unproven(claims: ClaimedCounts, notes: Notes): RuleCounts {
  const { passed = 0, failed = 0, warnings = 0, skipped = 0, notApplicable = 0 } = claims;
  const sum = passed + failed + warnings + skipped + notApplicable;
  if (sum > 0) notes.add('The scan came without results: its counts are only claimed.');
  return { ...noRules(), passed, failed, warnings, skipped, notApplicable, total: sum };
}

function collect(results: unknown, notes: Notes): RuleCollector {
  const collected = new RuleCollector();
  if (results === undefined || results === null) return collected;
  if (!Array.isArray(results)) {
    notes.add('results is no list.');
    return collected;
  }
  let dropped = 0;
  for (const result of results as readonly unknown[]) {
    const ref = isObject(result) ? refOf(result) : null;
    if (ref === null) dropped++;
    else collected.add(...readResult(result as JsonObject, ref, notes));
  }
  if (dropped > 0) notes.add(`${dropped} results without a rule were left out.`);
  const twice = results.length - dropped - collected.results.length;
  if (twice > 0) notes.add(`${twice} results were of rules that had one already; the one that counts most was kept.`);
  return collected;
}

function refOf(result: JsonObject): string | null {
  return (
    ruleRefOf(member(result, 'rule_ref')) ?? ruleRefOf(member(result, 'rule_id')) ?? ruleRefOf(member(result, 'id'))
  );
}

function readResult(result: JsonObject, ruleRef: string, notes: Notes): [RuleText, RuleResult] {
  const word = member(result, 'status');
  const status = statusOf(word, 'agent');
  if (status === undefined) notes.add(`The status ${shown(word)} is none; it was taken as error.`);
  const severity = severityOf(member(result, 'severity'));
  const remediation = textOf(member(result, 'remediation'));
  return [
    {
      ruleRef,
      title: lineOf(member(result, 'title')) ?? ruleRef,
      severity,
      section: lineOf(member(result, 'section')),
      description: textOf(member(result, 'description')),
      rationale: null,
      remediation,
      references: [],
    },
    {
      ruleRef,
      status: status ?? 'error',
      severity,
      finding: textOf(member(result, 'finding')) ?? textOf(member(result, 'message')),
      actual: textOf(member(result, 'actual')),
      expected: textOf(member(result, 'expected')),
      remediation,
    },
  ];
}

function profileTypeOf(word: unknown, notes: Notes): BenchmarkProfileType {
  if (word === undefined || word === null || word === '') return 'openscap';
  const type = profileTypes.find((known) => isWord(word, known));
  if (type === undefined) notes.add(`The profile type ${shown(word)} is none; it was taken as openscap.`);
  return type ?? 'openscap';
}

function timeOf(scan: JsonObject, name: string, notes: Notes): string | null {
  const sent = member(scan, name);
  if (sent === undefined || sent === null || sent === '') return null;
  const instant = instantOf(sent);
  if (instant === null) notes.add(`${name} is no time: ${shown(sent)}.`);
  else if (!instant.hasOffset) notes.add(`${name} has no offset; it was taken as UTC.`);
  return instant?.at ?? null;
}

/** The image or container of a scan's name (`wire/patchmon.md` §7.3). */
function imageOf(profileName: unknown): string | null {
  const name = /^Docker (?:Image|Container) CVE Scan: (.+)$/.exec(lineOf(profileName) ?? '');
  return name?.[1] ?? null;
}

function isWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === word;
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 40) ?? 'that is missing';
}
