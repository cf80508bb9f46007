import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { limits } from '../limits.js';
import { type RescanThreshold, rescanThresholds } from './rescan-threshold.js';

/** Which repository; the tenant's own setting without one. */
export class RescanThresholdsQueryDto {
  @ApiPropertyOptional({ example: 'acme/payments' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly repo?: string;
}

/** From when on a rescan alerts. */
export class SetRescanThresholdsDto {
  @ApiProperty({ enum: rescanThresholds })
  @IsIn(rescanThresholds)
  readonly vulnerabilities!: RescanThreshold;

  @ApiProperty({ enum: rescanThresholds, description: 'For what is known to be exploited' })
  @IsIn(rescanThresholds)
  readonly kev!: RescanThreshold;
}

/** The setting that counts for a repository, and whose it is. */
export class RescanThresholdsDto extends SetRescanThresholdsDto {
  @ApiProperty({ type: String, nullable: true }) readonly repo!: string | null;
  @ApiProperty({ enum: ['repository', 'tenant', 'default'] }) readonly from!: 'repository' | 'tenant' | 'default';
}
