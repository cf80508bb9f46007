import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { limits } from '../limits.js';

/** What the address of results of a benchmark may say: how long to wait, and which host they are about. */
export class BenchmarkQueryDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: limits.maxWaitSeconds,
    description: 'Seconds to wait until the scans are recorded; the answer is 202 when they are not by then',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(limits.maxWaitSeconds)
  readonly wait?: number;

  @ApiPropertyOptional({ description: 'Any id that the host is known by; else what the document says' })
  @IsOptional()
  @IsString()
  readonly hostId?: string;

  @ApiPropertyOptional({ example: 'web-01', description: 'Its name, in place of an id' })
  @IsOptional()
  @IsString()
  readonly hostname?: string;
}
