import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { limits } from '../limits.js';

/** What a document's address may say: how long to wait, and where the document came from. */
export class IngestQueryDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: limits.maxWaitSeconds,
    description: 'Seconds to wait for the verdict; the answer is 202 when it is not in by then',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(limits.maxWaitSeconds)
  readonly wait?: number;

  @ApiPropertyOptional({ example: 'github' }) @IsOptional() @IsString() readonly provider?: string;
  @ApiPropertyOptional({ example: 'acme' }) @IsOptional() @IsString() readonly org?: string;
  @ApiPropertyOptional({ example: 'billing-api', description: 'Or `org/repo`' })
  @IsOptional()
  @IsString()
  readonly repo?: string;
  @ApiPropertyOptional({ example: 'feature/tax' }) @IsOptional() @IsString() readonly branch?: string;
  @ApiPropertyOptional({ example: '41' }) @IsOptional() @IsString() readonly prId?: string;
  @ApiPropertyOptional({ example: 'main' }) @IsOptional() @IsString() readonly targetBranch?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() readonly commitSha?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() readonly commitAuthor?: string;
  @ApiPropertyOptional({ description: 'The commit that a PR is compared with' })
  @IsOptional()
  @IsString()
  readonly baseSha?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() readonly runId?: string;
  @ApiPropertyOptional({ format: 'uri' }) @IsOptional() @IsString() readonly runUrl?: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Orders the runs of a subject' })
  @IsOptional()
  @IsString()
  readonly runStartedAt?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() readonly imageName?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() readonly imageTag?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() readonly imageDigest?: string;
}
