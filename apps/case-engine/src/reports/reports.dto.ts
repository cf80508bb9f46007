import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsISO8601, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { limits } from '../limits.js';
import type { ReportOptions } from './assemble-report.js';

const instant = { format: 'date-time', type: String } as const;

export class ReportQueryDto {
  @ApiPropertyOptional({ ...instant, description: 'The report date; the same one gives the same bytes' })
  @IsOptional()
  @IsISO8601({ strict: true })
  reportedAt?: string;

  @ApiPropertyOptional({ ...instant, description: 'Judged with the exceptions in force at this time instead of now' })
  @IsOptional()
  @IsISO8601({ strict: true })
  asOf?: string;
}

export class JsonReportQueryDto extends ReportQueryDto {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'With private comments, for admins and analysts' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  privateComments: boolean = false;
}

export class RepositoryReportQueryDto {
  @ApiPropertyOptional({ description: 'Without it the repository of that name on any' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  provider?: string;

  @ApiPropertyOptional({ description: 'May hold slashes, and be empty' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  org: string = '';

  @ApiProperty({ description: 'Or `org/repo`, where no `org` is given' })
  @IsString()
  @MinLength(1)
  @MaxLength(limits.textChars)
  repo!: string;

  @ApiPropertyOptional({ ...instant, description: 'The report date; the same one gives the same bytes' })
  @IsOptional()
  @IsISO8601({ strict: true })
  reportedAt?: string;
}

/** What a query says of the report, private comments left out. */
export function optionsOf({ reportedAt, asOf }: ReportQueryDto): ReportOptions {
  return { reportedAt: dateOf(reportedAt), asOf: dateOf(asOf), privateComments: false };
}

export function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
