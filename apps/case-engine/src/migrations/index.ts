import { Cases } from './1763800000000-cases.migration.js';
import { ExceptionDetails } from './1763900000000-exception-details.migration.js';
import { History } from './1763900100000-history.migration.js';
import { JudgingInBatches } from './1763900200000-judging-in-batches.migration.js';
import { ReportIndexes } from './1763900300000-report-indexes.migration.js';
import { RescanRefreshes } from './1763901100000-rescan-refreshes.migration.js';
import { Rescans } from './1763900400000-rescans.migration.js';
import { HostCases } from './1764000100000-host-cases.migration.js';
import { Signals } from './1764000000000-signals.migration.js';

/** Oldest first. */
export const caseEngineMigrations = [
  Cases,
  ExceptionDetails,
  History,
  JudgingInBatches,
  ReportIndexes,
  Rescans,
  RescanRefreshes,
  Signals,
  HostCases,
];
