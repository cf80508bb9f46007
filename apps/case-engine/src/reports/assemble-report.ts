import type { EngineRun, Finding, RunContext } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import { type Exception, placeOfRun } from '../exceptions/exception.js';
import { judge } from '../findings/judgement.js';
import type { WholeRun } from '../runs/read-runs.store.js';
import type { DocumentHead } from './document-heads.service.js';
import type { PackagesRead } from './packages-of-run.service.js';
import { countsOf } from './report-counts.js';
import { inReportOrder, toReportedFinding } from './reported-finding.js';
import type { Rescan } from './rescan.js';
import { type ReportDates, type ReportedDocument, reportSchema, type RunReport } from './run-report.js';

/** What a caller may say of the report. */
export interface ReportOptions {
  /** The report date; null leaves it out. */
  readonly reportedAt: Date | null;
  /** Whose exceptions count: those in force at this time; null for now. The run's own ones always do. */
  readonly asOf: Date | null;
  readonly privateComments: boolean;
}

/** Everything that is known of a run. */
export interface KnownOfRun {
  readonly run: WholeRun;
  readonly context: RunContext | null;
  /** One for each of the run's documents, in their order. */
  readonly heads: readonly DocumentHead[];
  readonly findings: readonly Finding[];
  /** Those that count for this report, the run's own ones included. */
  readonly exceptions: readonly Exception[];
  readonly packages: PackagesRead;
  readonly rescan: Rescan;
}

/** The report that follows from what is known. `at` is the time at which exceptions are held against the findings. */
export function assembleReport(known: KnownOfRun, options: Omit<ReportOptions, 'asOf'>, at: Date): RunReport {
  const { run, context, heads, packages, rescan } = known;
  const exceptions = new Map<Uuid, Exception>(known.exceptions.map((each) => [each.id, each]));
  const findings = judge(known.findings, known.exceptions, placeOfRun(run.subject, run.origin), at)
    .map((each) => toReportedFinding(each, exceptions, options.privateComments))
    .toSorted(inReportOrder);
  const beside = {
    packages: packages.packages.length + packages.omitted,
    newFindings: rescan.newFindings.length,
    newKevFindings: rescan.newKevFindings.length,
  };
  return {
    schema: reportSchema,
    run: identityOf(run, context),
    dates: datesOf(run, rescan, options.reportedAt),
    verdict: run.verdict,
    policy: run.policy,
    counts: countsOf(findings, beside),
    toolVersions: context?.toolVersions ?? {},
    engines: enginesOf(heads),
    rulesets: context?.rulesets ?? {},
    skipped: context?.skipped ?? [],
    scanRoot: context?.scanRoot ?? null,
    failOn: context?.failOn ?? null,
    documents: run.documents.map((document, index) => toReportedDocument(document, heads[index]!)),
    newFindings: rescan.newFindings,
    newKevFindings: rescan.newKevFindings,
    packages: packages.packages,
    packagesOmitted: packages.omitted,
    unavailable: packages.unavailable,
    findings,
  };
}

function identityOf(run: WholeRun, context: RunContext | null): RunReport['run'] {
  const { origin } = run;
  return {
    id: run.id,
    name: context?.name ?? null,
    caseId: run.case_id,
    subject: run.subject,
    origin,
    commitSha: origin.commitSha,
    commitAuthor: origin.commitAuthor ?? null,
    runUrl: origin.runUrl,
    late: run.late,
  };
}

function datesOf(run: WholeRun, rescan: Rescan, reportedAt: Date | null): ReportDates {
  return {
    started: run.run_started_at?.toISOString() ?? null,
    scanned: run.accepted_at.toISOString(),
    recorded: run.recorded_at.toISOString(),
    reported: reportedAt?.toISOString() ?? null,
    rescanned: rescan.at?.toISOString() ?? null,
  };
}

/** Each engine once, by name and version; how long it took says nothing of the run. */
function enginesOf(heads: readonly DocumentHead[]): RunReport['engines'] {
  const engines = heads.flatMap((head) => head.engines).map(({ durationMs: _, ...engine }: EngineRun) => engine);
  const byText = new Map(engines.map((engine) => [JSON.stringify([engine.name, engine.version, engine.data]), engine]));
  return [...byText.keys()].toSorted().map((key) => byText.get(key)!);
}

function toReportedDocument(document: WholeRun['documents'][number], head: DocumentHead): ReportedDocument {
  const { tool, target, scanId, receiptId, documentDigest, findingsDigest, components } = document;
  return {
    tool,
    target,
    scanId,
    receiptId,
    acceptedAt: new Date(document.acceptedAt).toISOString(),
    digest: documentDigest,
    size: head.size,
    findingsDigest,
    components,
    warnings: head.warnings,
  };
}
