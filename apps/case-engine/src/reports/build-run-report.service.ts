import type { EngineRun, RunContext } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception, Place } from '../exceptions/exception.js';
import { judge } from '../findings/judgement.js';
import { ReadRuns } from '../runs/read-runs.service.js';
import type { WholeRun } from '../runs/read-runs.store.js';
import { type DocumentHead, DocumentHeads } from './document-heads.service.js';
import { PackagesOfRun } from './packages-of-run.service.js';
import { countsOf } from './report-counts.js';
import { inReportOrder, toReportedFinding } from './reported-finding.js';
import { ReportsStore } from './reports.store.js';
import { type ReportDates, type ReportedDocument, reportSchema, type RunReport } from './run-report.js';

/** What a caller may say of the report. */
export interface ReportOptions {
  /** The report date; null leaves it out. */
  readonly reportedAt: Date | null;
  /** Whose exceptions count: those in force at this time; null for now. The run's own ones always do. */
  readonly asOf: Date | null;
  readonly privateComments: boolean;
}

/** Puts together everything that is known of one run, for people to hand over. */
@Injectable()
export class BuildRunReport {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: ReportsStore,
    private readonly runs: ReadRuns,
    private readonly heads: DocumentHeads,
    private readonly packagesOfRun: PackagesOfRun,
  ) {}

  /** @throws AssayError `cases.no-such-run`, for another tenant's too, and what reading its documents throws */
  async execute(caller: Principal, id: Uuid, options: ReportOptions): Promise<RunReport> {
    const { run, findings } = await this.runs.report(caller, id);
    const { tenant } = caller;
    const heads = await Promise.all(
      run.documents.map(({ findingsDigest }) => this.heads.execute(tenant, findingsDigest)),
    );
    const { packages, omitted, unavailable } = await this.packagesOfRun.execute(tenant, run.documents);
    const place: Place = { subject: run.subject, imageName: run.origin.imageName };
    const { context, exceptions, at } = await this.transactions.run(tenant, async (tx) => {
      const at = options.asOf ?? tx.now;
      return {
        at,
        context: await this.store.contextOf(tx, id),
        exceptions: await this.store.exceptionsAt(tx, place, at),
      };
    });
    const byId = new Map<Uuid, Exception>(exceptions.map((each) => [each.id, each]));
    const judged = judge(findings, exceptions, place, at);
    const reported = judged
      .map((each) => toReportedFinding(each, byId, options.privateComments))
      .toSorted(inReportOrder);
    return {
      schema: reportSchema,
      run: identityOf(run, context),
      dates: datesOf(run, options),
      verdict: run.verdict,
      policy: run.policy,
      counts: countsOf(reported, { packages: packages.length + omitted, newFindings: 0, newKevFindings: 0 }),
      ...saidOf(context),
      engines: enginesOf(heads),
      documents: run.documents.map((document, index) => toReportedDocument(document, heads[index]!)),
      newFindings: [],
      newKevFindings: [],
      packages,
      packagesOmitted: omitted,
      unavailable,
      findings: reported,
    };
  }
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

function datesOf(run: WholeRun, { reportedAt }: ReportOptions): ReportDates {
  return {
    started: run.run_started_at?.toISOString() ?? null,
    scanned: run.accepted_at.toISOString(),
    recorded: run.recorded_at.toISOString(),
    reported: reportedAt?.toISOString() ?? null,
    rescanned: null,
  };
}

function saidOf(
  context: RunContext | null,
): Pick<RunReport, 'toolVersions' | 'rulesets' | 'skipped' | 'scanRoot' | 'failOn'> {
  return {
    toolVersions: context?.toolVersions ?? {},
    rulesets: context?.rulesets ?? {},
    skipped: context?.skipped ?? [],
    scanRoot: context?.scanRoot ?? null,
    failOn: context?.failOn ?? null,
  };
}

/** Each engine once, by name and version; how long it took says nothing of the run. */
function enginesOf(heads: readonly DocumentHead[]): RunReport['engines'] {
  const engines = heads.flatMap((head) => head.engines).map(({ durationMs: _, ...engine }: EngineRun) => engine);
  const byText = new Map(engines.map((engine) => [JSON.stringify([engine.name, engine.version, engine.data]), engine]));
  return [...byText.keys()].toSorted().map((key) => byText.get(key)!);
}

function toReportedDocument(
  document: WholeRun['documents'][number],
  { document: read, warnings }: DocumentHead,
): ReportedDocument {
  const { tool, target, scanId, receiptId, documentDigest, findingsDigest, components } = document;
  return {
    tool,
    target,
    scanId,
    receiptId,
    acceptedAt: new Date(document.acceptedAt).toISOString(),
    digest: documentDigest,
    size: read?.size ?? null,
    mediaType: read?.mediaType ?? null,
    findingsDigest,
    components,
    warnings,
  };
}
