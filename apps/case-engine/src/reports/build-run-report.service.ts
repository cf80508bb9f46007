import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { placeOfRun } from '../exceptions/exception.js';
import { ReadRuns } from '../runs/read-runs.service.js';
import { assembleReport, type ReportOptions } from './assemble-report.js';
import { DocumentHeads } from './document-heads.service.js';
import { PackagesOfRun } from './packages-of-run.service.js';
import { ReportsStore } from './reports.store.js';
import type { RunReport } from './run-report.js';

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
    const { tenant } = caller;
    const { run, findings } = await this.runs.report(caller, id);
    const heads = await Promise.all(run.documents.map((document) => this.heads.execute(tenant, document)));
    const packages = await this.packagesOfRun.execute(tenant, run.documents);
    return this.transactions.run(tenant, async (tx) => {
      const at = options.asOf ?? tx.now;
      const exceptions = await this.store.exceptionsAt(tx, placeOfRun(run.subject, run.origin), at);
      const { context, exclusions } = await this.store.broughtBy(tx, id);
      const known = {
        run,
        context,
        heads,
        findings,
        exceptions: [...exceptions, ...exclusions],
        packages,
        rescan: await this.store.rescanOf(tx, id),
      };
      return assembleReport(known, options, at);
    });
  }
}
