import { type Severity, severities } from '@assay/kernel';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsISO8601, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { maxPurlLength, maxTitleLength } from '../limits.js';
import {
  type FindingFilter,
  type FindingStatus,
  findingStatuses,
  type ListedFinding,
} from './list-findings.read-model.js';

const listOf = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.split(',') : value);
const flagOf = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;
const numberOf = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? Number(value) : value);

export class FindingsQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: severities, isArray: true, description: 'One or several, separated by commas' })
  @IsOptional()
  @Transform(listOf)
  @IsIn(severities, { each: true })
  severity?: Severity[];

  @ApiPropertyOptional({ type: Boolean, description: 'Known to be exploited, or not' })
  @IsOptional()
  @Transform(flagOf)
  @IsBoolean()
  kev?: boolean;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @Transform(numberOf)
  @IsNumber()
  @Min(0)
  @Max(1)
  epssMin?: number;

  @ApiPropertyOptional({ enum: findingStatuses, description: 'Without it: open and excluded' })
  @IsOptional()
  @IsIn(findingStatuses)
  status?: FindingStatus;

  @ApiPropertyOptional({ description: '`repo`, or `org/repo`; splits at the last slash', example: 'acme/payments' })
  @IsOptional()
  @IsString()
  @MaxLength(maxTitleLength)
  repo?: string;

  @ApiPropertyOptional({ description: 'Name of an image, without its tag' })
  @IsOptional()
  @IsString()
  @MaxLength(maxTitleLength)
  image?: string;

  @ApiPropertyOptional({ description: 'With a version, or without for all of them', example: 'pkg:npm/lodash' })
  @IsOptional()
  @IsString()
  @MaxLength(maxPurlLength)
  purl?: string;

  @ApiPropertyOptional({ description: 'Any id of a vulnerability, or a rule', example: 'CVE-2021-44228' })
  @IsOptional()
  @IsString()
  @MaxLength(maxTitleLength)
  id?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'What was known at that moment' })
  @IsOptional()
  @IsISO8601({ strict: true })
  asOf?: string;
}

class KevDto {
  @ApiProperty({ format: 'date' }) readonly dateAdded!: string;
  @ApiProperty({ format: 'date', nullable: true, type: String }) readonly dueDate!: string | null;
  @ApiProperty() readonly requiredAction!: string;
  @ApiPropertyOptional() readonly cveID?: string | undefined;
  @ApiPropertyOptional() readonly vendorProject?: string | undefined;
  @ApiPropertyOptional() readonly product?: string | undefined;
  @ApiPropertyOptional() readonly vulnerabilityName?: string | undefined;
  @ApiPropertyOptional() readonly shortDescription?: string | undefined;
  @ApiPropertyOptional() readonly knownRansomwareCampaignUse?: string | undefined;
  @ApiPropertyOptional() readonly notes?: string | undefined;
}

class EpssDto {
  @ApiProperty() readonly score!: number;
  @ApiProperty() readonly percentile!: number;
  @ApiProperty({ format: 'date' }) readonly date!: string;
}

class FindingComponentDto {
  @ApiProperty({ nullable: true, type: String }) readonly purl!: string | null;
  @ApiProperty() readonly name!: string;
  @ApiProperty() readonly version!: string;
  @ApiProperty({ nullable: true, type: String }) readonly fixedVersion!: string | null;
}

export class SubjectDto {
  @ApiProperty({ enum: ['pr', 'branch', 'image', 'host', 'document'] }) readonly kind!: string;
  @ApiProperty({ nullable: true, type: String }) readonly provider!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly org!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly repo!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly branch!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly prId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly imageName!: string | null;
}

/** One vulnerability, misconfiguration, secret or licence at one place of one subject. */
export class FindingDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: ['vulnerability', 'misconfiguration', 'secret', 'license', 'sast'] }) readonly kind!: string;
  @ApiProperty() readonly vulnerabilityId!: string;
  @ApiProperty({ type: [String] }) readonly aliases!: string[];
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: severities }) readonly severity!: string;
  @ApiProperty({ nullable: true, type: Number }) readonly score!: number | null;
  @ApiProperty({ nullable: true, type: String }) readonly vector!: string | null;
  @ApiProperty({ nullable: true, type: KevDto }) readonly kev!: KevDto | null;
  @ApiProperty({ nullable: true, type: EpssDto }) readonly epss!: EpssDto | null;
  @ApiProperty({ nullable: true, type: FindingComponentDto }) readonly component!: FindingComponentDto | null;
  @ApiProperty() readonly target!: string;
  @ApiProperty({ type: [String] }) readonly engines!: string[];
  @ApiProperty({ enum: findingStatuses }) readonly status!: string;
  @ApiProperty({ type: SubjectDto }) readonly subject!: SubjectDto;
  @ApiProperty({ format: 'date-time' }) readonly firstSeenAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly lastSeenAt!: string;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly resolvedAt!: string | null;
}

export class FindingPageDto {
  @ApiProperty({ type: [FindingDto] }) readonly items!: FindingDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer', description: 'Where `count=true` asked for it' }) readonly total?: number;
}

/** The filter that a query asks for; `id` is resolved by whoever knows alias groups. */
export function toFilter(query: FindingsQueryDto): Omit<FindingFilter, 'visible' | 'group' | 'vulnerabilityId'> {
  const { severity, kev, epssMin, status, repo, image, purl, asOf } = query;
  const slash = repo?.lastIndexOf('/') ?? -1;
  const repository =
    repo === undefined ? undefined : { org: slash === -1 ? null : repo.slice(0, slash), repo: repo.slice(slash + 1) };
  const at = asOf === undefined ? new Date() : new Date(asOf);
  return { severities: severity, kev, epssMin, status, repository, image, purl, asOf: at };
}

export function toFindingDto(listed: ListedFinding): FindingDto {
  const { finding, epss, firstSeenAt, lastSeenAt, resolvedAt, subject, engines, status, id } = listed;
  const { kind, vulnerabilityId, aliases, title, severity, score, vector, kev, component, target } = finding;
  return {
    id,
    kind,
    vulnerabilityId,
    aliases,
    title,
    severity,
    score,
    vector,
    kev,
    epss,
    component,
    target,
    engines,
    status,
    subject,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  };
}
