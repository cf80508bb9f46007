import type { ArtifactRef, EngineRun } from '@assay/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsUUID, ValidateNested } from 'class-validator';
import { maxRematchedScans } from '../limits.js';
import { type ReadingProblem } from './read-again.service.js';

class ScanToRematchDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  scanId!: string;
}

export class RematchDto {
  @ApiProperty({ type: [ScanToRematchDto], minItems: 1, maxItems: maxRematchedScans })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(maxRematchedScans)
  @ValidateNested({ each: true })
  @Type(() => ScanToRematchDto)
  scans!: ScanToRematchDto[];
}

/** What a scan finds with the advisories of now, or why nobody can say. */
export class RematchedScanDto {
  @ApiProperty({ format: 'uuid' }) readonly scanId!: string;
  @ApiPropertyOptional({ enum: ['damaged', 'missing'], description: 'Then the other fields are not there' })
  readonly problem?: ReadingProblem;
  @ApiPropertyOptional({ description: '`sbom`, or the tool of a report' }) readonly tool?: string;
  @ApiPropertyOptional() readonly target?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'Digest, size and media type' })
  readonly findings?: ArtifactRef;
  @ApiPropertyOptional({ description: 'Digest of the findings alone' }) readonly findingsContent?: string;
  @ApiPropertyOptional({ type: 'array', items: { type: 'object', additionalProperties: true } })
  readonly engines?: EngineRun[];
  @ApiPropertyOptional({ type: 'integer' }) readonly components?: number;
  @ApiPropertyOptional({ description: 'True if it finds something else than when the document was sent' })
  readonly changed?: boolean;
}

export class RematchedDto {
  @ApiProperty({ type: [RematchedScanDto], description: 'In the order of the request' })
  readonly scans!: RematchedScanDto[];
}
