import type { RepositoryReport } from '../repository/repository-report.js';
import type { RunReport } from '../run-report.js';

/** What a thread is asked to make of a report. */
export interface RenderingTask {
  readonly format: 'pdf' | 'xlsx';
  readonly report: RunReport | RepositoryReport;
  readonly reportedAt: Date;
}

/** What comes back. */
export type Rendered =
  | { readonly type: 'file'; readonly bytes: Uint8Array }
  | { readonly type: 'failed'; readonly message: string; readonly stack: string | undefined };
