import { TenantsAndCredentials } from './1763800000000-tenants-and-credentials.migration.js';
import { Receipts } from './1763800000001-receipts.migration.js';
import { VexOutcomes } from './1763900000001-vex-outcomes.migration.js';
import { ChangeHooks } from './1763900100001-change-hooks.migration.js';
import { PatchHound } from './1763900500000-patchhound.migration.js';
import { SignalIds } from './1764000000000-signal-ids.migration.js';
import { Agents } from './1764000100000-agents.migration.js';
import { BenchmarkOutcomes } from './1764000200000-benchmark-outcomes.migration.js';

/** The gateway's migrations, oldest first. */
export const migrations = [
  TenantsAndCredentials,
  Receipts,
  VexOutcomes,
  ChangeHooks,
  PatchHound,
  SignalIds,
  Agents,
  BenchmarkOutcomes,
];
