import { severities } from '@assay/kernel';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { SubjectDto } from '../findings/findings.dto.js';
import type { AdvisorySummary } from '../vulnerabilities/vulnerabilities.store.js';
import type { Vulnerability } from '../vulnerabilities/vulnerability.js';

export class AffectedQueryDto extends PageQueryDto {}

class AdvisoryDto {
  @ApiProperty() readonly id!: string;
  @ApiProperty() readonly summary!: string;
  @ApiProperty({ enum: severities }) readonly severity!: string;
  @ApiProperty({ nullable: true, type: Number }) readonly score!: number | null;
  @ApiProperty({ nullable: true, type: String }) readonly vector!: string | null;
  @ApiProperty() readonly withdrawn!: boolean;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly published!: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly modified!: string | null;
  @ApiProperty({ type: [String], description: 'Worth reading, never the same flaw' }) readonly related!: string[];
}

/** A flaw, whatever databases call it. */
export class VulnerabilityDto {
  @ApiProperty({ description: 'CVE before GHSA before all others' }) readonly id!: string;
  @ApiProperty({ format: 'uuid' }) readonly group!: string;
  @ApiProperty({ type: [String] }) readonly aliases!: string[];
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: severities }) readonly severity!: string;
  @ApiProperty({ nullable: true, type: Number }) readonly score!: number | null;
  @ApiProperty({ nullable: true, type: String }) readonly vector!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly kev!: object | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly epss!: object | null;
  @ApiProperty({ type: [AdvisoryDto] }) readonly advisories!: AdvisoryDto[];
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } }) readonly links!: Record<string, string>;
}

export class AffectedSubjectDto extends SubjectDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ type: 'integer', description: 'Open findings of it there' }) readonly findings!: number;
}

export class AffectedPageDto {
  @ApiProperty({ type: [AffectedSubjectDto] }) readonly items!: AffectedSubjectDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer', description: 'Where `count=true` asked for it' }) readonly total?: number;
}

export function toVulnerabilityDto(
  vulnerability: Vulnerability,
  advisories: readonly AdvisorySummary[],
): VulnerabilityDto {
  const { displayId: id, ids, group, title, severity, score, vector, kev, epss } = vulnerability;
  const here = `/api/v1/vulnerabilities/${encodeURIComponent(id)}`;
  const links = { affected: `${here}/affected`, findings: `/api/v1/findings?id=${encodeURIComponent(id)}` };
  const aliases = ids.filter((each) => each !== id);
  return { id, group, aliases, title, severity, score, vector, kev, epss, advisories: [...advisories], links };
}
