import { severities, type Severity } from '@assay/kernel';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { limits } from '../limits.js';
import { nameableEvents, type NameableEvent } from './alert-rule.js';
import type { StoredRule } from './rules.store.js';

/** When a rule matches. One of the three measures is enough; all the others must hold. */
export class RuleConditionsDto {
  @ApiPropertyOptional({ enum: severities, description: 'A finding of this severity or worse is bad enough' })
  @IsOptional()
  @IsIn(severities)
  readonly severityAtLeast?: Severity;

  @ApiPropertyOptional({ description: 'True: a finding in CISA’s list of exploited ones is bad enough' })
  @IsOptional()
  @IsBoolean()
  readonly kev?: boolean;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 1,
    description: 'A finding exploited with this probability is bad enough',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  readonly epssMin?: number;

  @ApiPropertyOptional({ example: 'acme/*', description: 'Pattern of org/repo, or of the name alone without a slash' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly repo?: string;

  @ApiPropertyOptional({
    example: 'registry.example/acme/**',
    description: 'Pattern of an image’s name without its tag',
  })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly image?: string;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: 100,
    description: 'Points that a benchmark’s effective score must have lost',
  })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100)
  readonly scoreDrop?: number;

  @ApiPropertyOptional({ description: 'Pattern of a host’s name, or of any id that it is known by' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly host?: string;

  @ApiPropertyOptional({ description: 'Leaves out findings that count again because an exception ended' })
  @IsOptional()
  @IsBoolean()
  readonly newOnly?: boolean;
}

/** A rule to be made. */
export class CreateRuleDto {
  @ApiProperty({ example: 'Exploited findings to the security team' })
  @IsString()
  @Length(1, limits.nameLength)
  readonly name!: string;

  @ApiProperty({ enum: nameableEvents, isArray: true, example: ['findings.judged'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(nameableEvents, { each: true })
  readonly on!: NameableEvent[];

  @ApiProperty({ type: RuleConditionsDto, required: false })
  @IsObject()
  @ValidateNested()
  @Type(() => RuleConditionsDto)
  readonly where: RuleConditionsDto = new RuleConditionsDto();

  @ApiProperty({ type: [String], required: false, description: 'Ids of channels; none means every channel' })
  @IsArray()
  @ArrayMaxSize(limits.ruleChannels)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  readonly channels: string[] = [];

  @ApiProperty({ required: false, default: true })
  @IsBoolean()
  readonly enabled: boolean = true;
}

/** The fields of a rule that change; `where` is replaced as a whole. */
export class UpdateRuleDto extends PartialType(CreateRuleDto, { skipNullProperties: false }) {}

/** A rule. */
export class RuleDto extends CreateRuleDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt!: string;
}

/** A page of rules. */
export class RulePageDto {
  @ApiProperty({ type: [RuleDto] }) readonly items!: readonly RuleDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toRuleDto({ on, where, channels, createdAt, updatedAt, ...rule }: StoredRule): RuleDto {
  return {
    ...rule,
    on: [...on],
    where: { ...where } as RuleConditionsDto,
    channels: [...channels],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
