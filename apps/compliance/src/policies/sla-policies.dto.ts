import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsObject, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { limits } from '../limits.js';
import type { SlaPolicy } from './sla-policies.store.js';
import { defaultDays, type SlaDays } from './sla-policy.js';

/** One severity's days: a whole number, or null for no date. */
function Days(): PropertyDecorator {
  return (target, key) => {
    ApiProperty({ type: 'integer', nullable: true, minimum: 0, maximum: limits.policyMaxDays, required: false })(
      target,
      key,
    );
    ValidateIf((_, value) => value !== null)(target, key);
    IsInt()(target, key);
    Min(0)(target, key);
    Max(limits.policyMaxDays)(target, key);
  };
}

/** Days to fix a finding, by severity. What is left out is the default: 7, 30, 90, 180 and none. */
export class SlaDaysDto implements SlaDays {
  @Days() readonly critical: number | null = defaultDays.critical;
  @Days() readonly high: number | null = defaultDays.high;
  @Days() readonly medium: number | null = defaultDays.medium;
  @Days() readonly low: number | null = defaultDays.low;
  @Days() readonly unknown: number | null = defaultDays.unknown;
}

/** The policy to be set, as a whole. */
export class PutSlaPolicyDto {
  @ApiProperty({ type: SlaDaysDto })
  @IsObject()
  @ValidateNested()
  @Type(() => SlaDaysDto)
  readonly days!: SlaDaysDto;
}

/** A tenant's policy. */
export class SlaPolicyDto {
  @ApiProperty({ type: SlaDaysDto }) readonly days!: SlaDays;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly updatedAt!: string | null;
  @ApiProperty({ type: String, nullable: true }) readonly updatedBy!: string | null;
}

export function toSlaPolicyDto({ days, updatedAt, updatedBy }: SlaPolicy): SlaPolicyDto {
  return { days, updatedAt: updatedAt?.toISOString() ?? null, updatedBy };
}
