import { type SignalStatus, signalStatuses } from '@assay/contracts';
import { IgnoresUnknownFields, maxCursorLength } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { limits } from '../limits.js';
import { IsTime } from './time.dto.js';

/** Where nobody says how many, and the most that Santamon's clients may ask for (`wire/santamon.md` §3.1). */
const pages = { usual: 100, most: 1_000 } as const;

/** Santamon's pages send empty values for what they do not ask. */
const EmptyIsAbsent = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' && value.trim() === '' ? undefined : value));

/** The query of Santamon's list (`wire/santamon.md` §3.1): exact, an unknown severity finds nothing. */
@IgnoresUnknownFields()
export class SantamonListDto {
  @ApiPropertyOptional() @EmptyIsAbsent() @IsOptional() @IsString() @MaxLength(limits.textChars) severity?: string;

  @ApiPropertyOptional({ enum: [...signalStatuses, 'all'], default: 'open', description: 'Empty means all' })
  @IsOptional()
  @IsString()
  status: string = 'open';

  @ApiPropertyOptional() @EmptyIsAbsent() @IsOptional() @IsString() @MaxLength(limits.textChars) host_id?: string;

  @ApiPropertyOptional({ description: 'Part of title or rule id, in whatever case' })
  @EmptyIsAbsent()
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  search?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Only what happened after it, compared as times' })
  @EmptyIsAbsent()
  @IsOptional()
  @IsTime()
  since?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: pages.most, default: pages.usual })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(pages.most)
  limit: number = pages.usual;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @EmptyIsAbsent()
  @IsOptional()
  @IsString()
  @MaxLength(maxCursorLength)
  cursor?: string;
}

/** Santamon's change, and what ours takes beside the status. */
@IgnoresUnknownFields()
export class SantamonStatusDto {
  @ApiProperty({ enum: signalStatuses }) @IsIn(signalStatuses) status!: SignalStatus;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.reasonChars) comment?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.reasonChars) reason?: string;
}

@IgnoresUnknownFields()
export class SantamonHostDto {
  @ApiPropertyOptional({ description: 'Whose signal is meant, where two hosts have one of this id' })
  @EmptyIsAbsent()
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  host_id?: string;
}

export class SantamonStatusReplyDto {
  @ApiProperty() readonly signal_id!: string;
  @ApiProperty({ enum: signalStatuses }) readonly status!: SignalStatus;
}

const countsByKey = { type: 'object', additionalProperties: { type: 'integer' } } as const;

/** `wire/santamon.md` §5. */
export class SantamonStatsDto {
  @ApiProperty() readonly total_signals!: number;
  @ApiProperty() readonly last_24h!: number;
  @ApiProperty(countsByKey) readonly by_severity!: Readonly<Record<string, number>>;
  @ApiProperty(countsByKey) readonly by_host!: Readonly<Record<string, number>>;
  @ApiProperty({ type: 'array', items: { type: 'object' } })
  readonly top_rules!: readonly { readonly rule_id: string; readonly count: number }[];
}
