import { ApiProperty } from '@nestjs/swagger';
import type { HostCase } from './read-host-case.service.js';

const anObject = { type: 'object', additionalProperties: true } as const;

/** The case of a host. */
export class HostCaseDto {
  @ApiProperty({ ...anObject, description: 'Our id, its names, and every id that others have for it' })
  readonly host!: object;
  @ApiProperty({ ...anObject, nullable: true, description: 'Null where nothing was ever open on it' })
  readonly case!: object | null;
  @ApiProperty({ ...anObject, description: 'Rules that matched and are not resolved, the worst first' })
  readonly signals!: object;
  @ApiProperty({ ...anObject, description: 'Rules of benchmarks that fail, by profile' })
  readonly failingRules!: object;
  @ApiProperty({ ...anObject, description: 'What documents about the host found and nobody has accepted' })
  readonly software!: object;
  @ApiProperty({ ...anObject, description: 'Where each list goes on' })
  readonly links!: object;
}

export function toHostCaseDto({ host, case: kase, signals, failingRules, software }: HostCase): HostCaseDto {
  const { hostId, ids, ...names } = host;
  return {
    host: { id: hostId, externalIds: ids, ...names },
    case: kase && { ...kase, updatedAt: kase.updatedAt.toISOString() },
    signals,
    failingRules: {
      count: failingRules.count,
      profiles: failingRules.profiles.map((profile) => ({
        ...profile,
        completedAt: profile.completedAt.toISOString(),
      })),
    },
    software: {
      counts: software.counts,
      findings: software.findings.map((finding) => ({ ...finding, firstSeenAt: finding.firstSeenAt.toISOString() })),
    },
    links: {
      host: `/api/v1/hosts/${hostId}`,
      signals: ids.map((id) => `/api/v1/signals?host=${encodeURIComponent(id)}`),
      benchmarks: `/api/v1/benchmarks/scans?host=${hostId}`,
      findings: [...new Set(software.findings.map(({ caseId }) => caseId))].map((id) => `/api/v1/cases/${id}/findings`),
      ...(kase && { case: `/api/v1/cases/${kase.id}` }),
    },
  };
}
