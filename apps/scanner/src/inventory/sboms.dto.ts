import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { maxPurlLength } from '../limits.js';
import type { ListedSbom } from './list-sboms.read-model.js';

export class SbomsQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Only the SBOM with these bytes' })
  @IsOptional()
  @Matches(/^sha256:[0-9a-f]{64}$/, { message: 'digest must be sha256: and 64 hexadecimal digits' })
  digest?: string;
}

export class SbomComponentsQueryDto extends PageQueryDto {}

export class ComponentsQueryDto extends PageQueryDto {
  @ApiProperty({ description: 'With a version, or without for all of them', example: 'pkg:npm/lodash' })
  @IsString()
  @MinLength(5)
  @MaxLength(maxPurlLength)
  purl!: string;
}

class SbomSubjectDto {
  @ApiProperty() readonly name!: string;
  @ApiProperty() readonly version!: string;
  @ApiProperty({ nullable: true, type: String }) readonly purl!: string | null;
}

/** An SBOM; the same bytes are one, however often they were sent. */
export class SbomDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly digest!: string;
  @ApiProperty({ type: 'integer', description: 'In bytes' }) readonly size!: number;
  @ApiProperty() readonly mediaType!: string;
  @ApiProperty({ enum: ['cyclonedx', 'spdx'] }) readonly format!: string;
  @ApiProperty() readonly specVersion!: string;
  @ApiProperty({ nullable: true, type: String }) readonly serial!: string | null;
  @ApiProperty({ nullable: true, type: SbomSubjectDto }) readonly describes!: SbomSubjectDto | null;
  @ApiProperty({ type: 'integer' }) readonly components!: number;
  @ApiProperty({ type: [String] }) readonly warnings!: string[];
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

export class SbomPageDto {
  @ApiProperty({ type: [SbomDto] }) readonly items!: SbomDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer', description: 'Where `count=true` asked for it' }) readonly total?: number;
}

export class ComponentDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ nullable: true, type: String }) readonly purl!: string | null;
  @ApiProperty() readonly name!: string;
  @ApiProperty() readonly version!: string;
  @ApiProperty() readonly type!: string;
  @ApiProperty({ type: [String] }) readonly licenses!: string[];
}

export class ComponentPageDto {
  @ApiProperty({ type: [ComponentDto] }) readonly items!: ComponentDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer', description: 'Where `count=true` asked for it' }) readonly total?: number;
}

export function toSbomDto(sbom: ListedSbom): SbomDto {
  const { id, digest, size, mediaType, format, specVersion, serial, subjectName, warnings, createdAt } = sbom;
  const describes =
    subjectName === null ? null : { name: subjectName, version: sbom.subjectVersion ?? '', purl: sbom.subjectPurl };
  return {
    id,
    digest,
    size: Number(size),
    mediaType,
    format,
    specVersion,
    serial,
    describes,
    warnings,
    components: sbom.componentCount,
    createdAt: createdAt.toISOString(),
  };
}
