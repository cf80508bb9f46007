import { defineService } from '@assay/service-host';
import { complianceEnv } from './compliance.env.js';
import { ComplianceModule } from './compliance.module.js';
import { complianceProblems } from './compliance.problems.js';
import { SlaTables1763802000000 } from './migrations/1763802000000-sla-tables.migration.js';
import { HostTables1764000000000 } from './migrations/1764000000000-host-tables.migration.js';
import { Benchmarks1764000100000 } from './migrations/1764000100000-benchmarks.migration.js';
import { AgentCommands1764000300000 } from './migrations/1764000300000-agent-commands.migration.js';
import { GroupScans1764000300100 } from './migrations/1764000300100-group-scans.migration.js';

/** Holds what is found against what was promised: how long a finding may stay, and since when it has. */
export const complianceService = defineService({
  name: 'compliance',
  module: (env) => ComplianceModule.forEnv(env),
  env: complianceEnv,
  migrations: [
    SlaTables1763802000000,
    HostTables1764000000000,
    Benchmarks1764000100000,
    AgentCommands1764000300000,
    GroupScans1764000300100,
  ],
  problems: complianceProblems,
});
