import { subjectOfKey } from '@assay/contracts';
import { severities, type Severity } from '@assay/kernel';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { groupOfClockKey } from './clock-key.js';
import { clockStatuses } from './clock.js';
import { type ClockFilter, clockFilters, type ClockView, type ViolationView } from './list-clocks.read-model.js';

/** Which violations. */
export class ViolationQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ enum: severities })
  @IsOptional()
  @IsIn(severities)
  readonly severity?: Severity;
}

/** Which clocks. */
export class ClockQueryDto extends ViolationQueryDto {
  @ApiPropertyOptional({ enum: clockFilters, description: '`breached`: ran out and still runs' })
  @IsOptional()
  @IsIn(clockFilters)
  readonly status?: ClockFilter;
}

/** The time to fix one vulnerability in one subject. */
export class ClockDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly subject!: object;
  @ApiProperty({ type: String, nullable: true, format: 'uuid' }) readonly group!: string | null;
  @ApiProperty() readonly vulnerabilityId!: string;
  @ApiProperty({ enum: severities }) readonly severity!: Severity;
  @ApiProperty({ enum: clockStatuses }) readonly status!: string;
  @ApiProperty({ format: 'date-time' }) readonly startedAt!: string;
  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'Null while paused, or without a date',
  })
  readonly dueAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly pausedAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly stoppedAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly breachedAt!: string | null;
}

/** A page of clocks. */
export class ClockPageDto {
  @ApiProperty({ type: [ClockDto] }) readonly items!: readonly ClockDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

/** A clock that ran out. */
export class ViolationDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ format: 'uuid' }) readonly clockId!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly subject!: object;
  @ApiProperty({ type: String, nullable: true, format: 'uuid' }) readonly group!: string | null;
  @ApiProperty() readonly vulnerabilityId!: string;
  @ApiProperty({ enum: severities }) readonly severity!: Severity;
  @ApiProperty({ format: 'date-time' }) readonly startedAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly dueAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly breachedAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'When it was resolved after all' })
  readonly endedAt!: string | null;
}

/** A page of violations. */
export class ViolationPageDto {
  @ApiProperty({ type: [ViolationDto] }) readonly items!: readonly ViolationDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toClockDto({ subjectKey, clockKey, ...clock }: ClockView): ClockDto {
  return {
    ...clock,
    subject: subjectOfKey(subjectKey),
    group: groupOfClockKey(clockKey),
    startedAt: clock.startedAt.toISOString(),
    dueAt: clock.dueAt?.toISOString() ?? null,
    pausedAt: clock.pausedAt?.toISOString() ?? null,
    stoppedAt: clock.stoppedAt?.toISOString() ?? null,
    breachedAt: clock.breachedAt?.toISOString() ?? null,
  };
}

export function toViolationDto({ subjectKey, clockKey, ...violation }: ViolationView): ViolationDto {
  return {
    ...violation,
    subject: subjectOfKey(subjectKey),
    group: groupOfClockKey(clockKey),
    startedAt: violation.startedAt.toISOString(),
    dueAt: violation.dueAt.toISOString(),
    breachedAt: violation.breachedAt.toISOString(),
    endedAt: violation.endedAt?.toISOString() ?? null,
  };
}
