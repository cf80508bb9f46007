import type { BenchmarkProfileType } from '@assay/contracts';

/** A profile that every tenant has from the start. */
export interface PreloadedProfile {
  readonly name: string;
  readonly type: BenchmarkProfileType;
  readonly osFamily: string | null;
  readonly version: string | null;
  readonly description: string;
}

function server(name: string, osFamily: string, level: 1 | 2): PreloadedProfile {
  return { name, type: 'openscap', osFamily, version: null, description: `Level ${level} server profile` };
}

/** Those that PatchMon's documents promise (`wire/patchmon.md` §7.5). */
export const preloadedProfiles: readonly PreloadedProfile[] = [
  server('CIS Ubuntu 22.04 L1', 'ubuntu', 1),
  server('CIS Ubuntu 22.04 L2', 'ubuntu', 2),
  server('CIS Ubuntu 20.04 L1', 'ubuntu', 1),
  server('CIS RHEL 8 L1', 'rhel', 1),
  server('CIS RHEL 8 L2', 'rhel', 2),
  server('CIS Debian 11 L1', 'debian', 1),
  {
    name: 'CIS Docker v1.5.0',
    type: 'docker-bench',
    osFamily: null,
    version: '1.5.0',
    description: 'CIS Docker Benchmark v1.5.0',
  },
];
