import { type SignalSeverity, signalSeverities, type SignalStatus, signalStatuses } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { limits } from '../limits.js';
import { IsTime } from './time.dto.js';

/** By what signals are chosen. */
export class SignalFilterDto {
  @ApiPropertyOptional({ enum: signalSeverities }) @IsOptional() @IsIn(signalSeverities) severity?: SignalSeverity;
  @ApiPropertyOptional({ enum: signalStatuses }) @IsOptional() @IsIn(signalStatuses) status?: SignalStatus;
  @ApiPropertyOptional({ description: 'The id that the host sends' })
  @IsOptional()
  @IsString()
  @Length(1, limits.textChars)
  host?: string;

  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.textChars) rule?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.textChars) tag?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.nameChars) assignee?: string;

  @ApiPropertyOptional({ description: 'Part of the title or the rule, in whatever case; every character means itself' })
  @IsOptional()
  @IsString()
  @Length(1, limits.textChars)
  search?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what happened after it' })
  @IsOptional()
  @IsTime()
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what happened before it' })
  @IsOptional()
  @IsTime()
  until?: string;
}

export class ListSignalsDto extends IntersectionType(PageQueryDto, SignalFilterDto) {}

const reasonText = 'Why it is over; demanded where `status` is resolved';

/** What somebody does to a signal. */
export class ChangeSignalDto {
  @ApiPropertyOptional({ enum: signalStatuses }) @IsOptional() @IsIn(signalStatuses) status?: SignalStatus;

  @ApiPropertyOptional({ nullable: true, type: String, description: 'Who looks after it; null takes it away' })
  @IsOptional()
  @IsString()
  @Length(1, limits.nameChars)
  assignee?: string | null;

  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.reasonChars) comment?: string;

  @ApiPropertyOptional({ description: reasonText })
  @ValidateIf(({ status, reason }: ChangeSignalDto) => status === 'resolved' || reason !== undefined)
  @IsString({ message: 'reason says why the signal is resolved' })
  @Length(1, limits.reasonChars)
  reason?: string;
}

/** The same for many: those that are named, or those that a list shows. */
export class ChangeSignalsDto extends ChangeSignalDto {
  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: limits.changedAtOnce })
  @ValidateIf(({ filter }: ChangeSignalsDto) => filter == null)
  @IsArray({ message: 'either ids or a filter says which signals are meant' })
  @ArrayMinSize(1)
  @ArrayMaxSize(limits.changedAtOnce)
  @IsUUID(undefined, { each: true })
  ids?: string[];

  @ApiPropertyOptional({
    type: SignalFilterDto,
    description: `Changes the newest ${limits.changedAtOnce} that fit; \`more\` says that there are others`,
  })
  @IsOptional()
  @ValidateNested()
  @Type(() => SignalFilterDto)
  filter?: SignalFilterDto;
}

export class ChangedSignalsDto {
  @ApiProperty() readonly changed!: number;
  @ApiProperty({ description: 'Those that were so already' }) readonly unchanged!: number;
  @ApiProperty({ type: [String], format: 'uuid' }) readonly missing!: readonly string[];
  @ApiProperty({ description: 'True if the filter fits more than were changed' }) readonly more!: boolean;
}

/** A signal in a list, without its context. */
export class SignalDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ description: 'The sender’s id of it' }) readonly signalId!: string;
  @ApiProperty() readonly hostId!: string;
  @ApiProperty() readonly ruleId!: string;
  @ApiProperty({ nullable: true, type: String }) readonly ruleDescription!: string | null;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: signalSeverities }) readonly severity!: SignalSeverity;
  @ApiProperty({ enum: signalStatuses }) readonly status!: SignalStatus;
  @ApiProperty({ nullable: true, type: String }) readonly assignee!: string | null;
  @ApiProperty({ type: [String] }) readonly tags!: readonly string[];
  @ApiProperty({ description: 'When it happened, as the sender wrote it' }) readonly ts!: string;
  @ApiProperty({ format: 'date-time', description: 'The same in UTC, to the nanosecond' }) readonly at!: string;
  @ApiProperty({ format: 'date-time' }) readonly receivedAt!: string;
  @ApiProperty({ type: [String], description: 'Fields that could not be kept as they came' })
  readonly mended!: readonly string[];
}

export class SignalPageDto {
  @ApiProperty({ type: [SignalDto] }) readonly items!: readonly SignalDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional() readonly total?: number;
}

/** What somebody did to a signal. */
export class SignalChangeDto {
  @ApiProperty({ format: 'date-time' }) readonly at!: string;
  @ApiProperty({ example: 'user:0198…' }) readonly actor!: string;
  @ApiProperty({ enum: signalStatuses }) readonly from!: SignalStatus;
  @ApiProperty({ enum: signalStatuses }) readonly to!: SignalStatus;
  @ApiProperty({ nullable: true, type: String, description: 'Who looked after it from then on' })
  readonly assignee!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly comment!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly reason!: string | null;
}

export class WholeSignalDto extends SignalDto {
  @ApiProperty({ nullable: true, type: String, description: 'SHA-256 of the signal as it was received' })
  readonly digest!: string | null;
  @ApiProperty({ type: [SignalChangeDto], description: 'Oldest first' }) readonly history!: readonly SignalChangeDto[];
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Whatever the rule collected, in full' })
  readonly context!: object;
}

export class RuleCountDto {
  @ApiProperty() readonly ruleId!: string;
  @ApiProperty() readonly count!: number;
}

const countsByKey = { type: 'object', additionalProperties: { type: 'integer' } } as const;

export class SignalStatsDto {
  @ApiProperty() readonly total!: number;
  @ApiProperty({ description: 'Signals that happened in the last 24 hours' }) readonly last24h!: number;
  @ApiProperty(countsByKey) readonly byStatus!: Readonly<Record<string, number>>;
  @ApiProperty(countsByKey) readonly bySeverity!: Readonly<Record<string, number>>;
  @ApiProperty(countsByKey) readonly byHost!: Readonly<Record<string, number>>;
  @ApiProperty({ type: [RuleCountDto], description: 'The ten with the most' })
  readonly topRules!: readonly RuleCountDto[];
}

export class ListSignalGroupsDto extends PageQueryDto {
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.textChars) host?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.textChars) rule?: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Only those with signals that nobody has resolved',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  unresolved: boolean = false;
}

/** A rule on a host. */
export class SignalGroupDto {
  @ApiProperty() readonly hostId!: string;
  @ApiProperty() readonly ruleId!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: signalSeverities, description: 'The worst since nothing was unresolved' })
  readonly severity!: SignalSeverity;
  @ApiProperty() readonly open!: number;
  @ApiProperty() readonly acknowledged!: number;
  @ApiProperty() readonly resolved!: number;
  @ApiProperty({ format: 'date-time' }) readonly firstAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly lastAt!: string;
  @ApiProperty({ format: 'uuid' }) readonly newestId!: string;
}

export class SignalGroupPageDto {
  @ApiProperty({ type: [SignalGroupDto] }) readonly items!: readonly SignalGroupDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}
