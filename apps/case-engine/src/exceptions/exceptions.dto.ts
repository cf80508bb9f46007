import { exceptionOrigins, exceptionTargetKinds, justifications } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsISO8601, IsNotEmpty, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { limits } from '../limits.js';
import { exceptionStatuses, type ExceptionStatus } from './exceptions.store.js';

const scopeKinds = ['tenant', 'repository', 'image', 'component', 'host', 'host-group'] as const;
const text = { nullable: true, type: String } as const;

export class ExceptionTargetDto {
  @ApiProperty({
    enum: exceptionTargetKinds,
    description: '`any` is whatever goes by that id; `semgrep` knows the three forms of PatchHound',
  })
  @IsIn(exceptionTargetKinds)
  kind!: (typeof exceptionTargetKinds)[number];

  @ApiProperty({
    description: 'Any id or alias of the vulnerability, or the id of the rule',
    example: 'CVE-2021-23337',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(limits.textChars)
  id!: string;
}

export class ExceptionScopeDto {
  @ApiProperty({ enum: scopeKinds }) @IsIn(scopeKinds) kind!: (typeof scopeKinds)[number];
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.providerChars) provider?: string | null;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.nameChars) org?: string | null;
  @ApiPropertyOptional({ description: 'Also narrows an image or a component to one repository' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameChars)
  repo?: string | null;
  @ApiPropertyOptional({ description: 'Without tag and digest: it holds for new versions too' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  image?: string | null;
  @ApiPropertyOptional({ description: 'Without a version: every version', example: 'pkg:npm/lodash' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  purl?: string | null;
  @ApiPropertyOptional({ description: 'Any id that the host is known by: a waiver of a benchmark rule there' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameChars)
  host?: string | null;
  @ApiPropertyOptional({ description: 'The group of hosts that a benchmark rule is waived on' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameChars)
  hostGroup?: string | null;
}

export class GrantExceptionDto {
  @ApiProperty({ type: ExceptionTargetDto })
  @ValidateNested()
  @Type(() => ExceptionTargetDto)
  what!: ExceptionTargetDto;
  @ApiProperty({ type: ExceptionScopeDto }) @ValidateNested() @Type(() => ExceptionScopeDto) where!: ExceptionScopeDto;
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(limits.reasonChars) reason!: string;
  @ApiPropertyOptional({ ...text, format: 'date-time', description: 'Exclusive; without it, for ever' })
  @IsOptional()
  @IsISO8601({ strict: true, strictSeparator: true })
  expiresAt?: string | null;
  @ApiPropertyOptional({ ...text, description: 'May stand in reports and in VEX' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.reasonChars)
  publicComment?: string | null;
  @ApiPropertyOptional({ ...text, description: 'For admins and analysts only' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.reasonChars)
  privateComment?: string | null;
  @ApiPropertyOptional({ ...text, description: 'Free text on where it holds; it narrows nothing' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.reasonChars)
  scopeNote?: string | null;
  @ApiPropertyOptional({ ...text, description: 'Who answers for it' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameChars)
  owner?: string | null;
  @ApiPropertyOptional({
    enum: justifications,
    nullable: true,
    description: "Why it is not affected, in OpenVEX's words",
  })
  @IsOptional()
  @IsIn(justifications)
  justification?: (typeof justifications)[number] | null;
}

/** What is not given stays; null takes it away. */
export class ChangeExceptionDto extends PartialType(
  PickType(GrantExceptionDto, [
    'reason',
    'expiresAt',
    'publicComment',
    'privateComment',
    'scopeNote',
    'owner',
  ] as const),
) {}

export class ExceptionDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: exceptionStatuses }) readonly status!: ExceptionStatus;
  @ApiProperty({ type: ExceptionTargetDto }) readonly what!: ExceptionTargetDto & { readonly group: string | null };
  @ApiProperty({ type: ExceptionScopeDto }) readonly where!: ExceptionScopeDto;
  @ApiProperty() readonly reason!: string;
  @ApiProperty({ enum: exceptionOrigins }) readonly origin!: (typeof exceptionOrigins)[number];
  @ApiProperty(text) readonly publicComment!: string | null;
  @ApiPropertyOptional({ ...text, description: 'For admins and analysts only' }) readonly privateComment?:
    string | null;
  @ApiProperty(text) readonly scopeNote!: string | null;
  @ApiProperty(text) readonly owner!: string | null;
  @ApiProperty({ enum: justifications, nullable: true }) readonly justification!: string | null;
  @ApiProperty({ ...text, format: 'date-time' }) readonly expiresAt!: string | null;
  @ApiProperty() readonly grantedBy!: string;
  @ApiProperty({ format: 'date-time' }) readonly grantedAt!: string;
  @ApiProperty(text) readonly approvedBy!: string | null;
  @ApiProperty({ ...text, format: 'date-time' }) readonly endedAt!: string | null;
  @ApiProperty({ enum: ['withdrawn', 'expired', 'replaced'], nullable: true }) readonly endedBecause!: string | null;
}

export class ExceptionPageDto {
  @ApiProperty({ type: [ExceptionDto] }) readonly items!: readonly ExceptionDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional() readonly total?: number;
}

export class ListExceptionsDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: exceptionStatuses }) @IsOptional() @IsIn(exceptionStatuses) status?: ExceptionStatus;
  @ApiPropertyOptional({ example: 'acme/billing-api' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  repo?: string;
  @ApiPropertyOptional({ description: 'The id that the exception names', example: 'CVE-2021-23337' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  id?: string;
  @ApiPropertyOptional({ enum: exceptionOrigins })
  @IsOptional()
  @IsIn(exceptionOrigins)
  origin?: (typeof exceptionOrigins)[number];
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.nameChars) owner?: string;
}
