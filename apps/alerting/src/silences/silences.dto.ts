import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate, IsObject, IsOptional, IsString, IsUUID, Length, ValidateNested } from 'class-validator';
import { limits } from '../limits.js';
import type { StoredSilence } from './silences.store.js';

/** What a silence covers; all that is given must hold. With nothing given it covers everything. */
export class SilenceScopeDto {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  readonly rule?: string;

  @ApiPropertyOptional({ description: 'Id of a vulnerability or of a tool’s rule' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly vulnerability?: string;

  @ApiPropertyOptional({ example: 'acme/*', description: 'Pattern of org/repo, or of the name alone without a slash' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly repo?: string;

  @ApiPropertyOptional({ description: 'Pattern of an image’s name without its tag' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly image?: string;

  @ApiPropertyOptional({ description: 'Pattern of a host’s id' })
  @IsOptional()
  @IsString()
  @Length(1, limits.patternLength)
  readonly host?: string;
}

/** A silence to be made. */
export class CreateSilenceDto {
  @ApiProperty({ example: 'Migration of the payments cluster' })
  @IsString()
  @Length(1, limits.nameLength)
  readonly name!: string;

  @ApiProperty({ type: SilenceScopeDto, required: false })
  @IsObject()
  @ValidateNested()
  @Type(() => SilenceScopeDto)
  readonly where: SilenceScopeDto = new SilenceScopeDto();

  @ApiPropertyOptional({ format: 'date-time', type: String, description: 'Now if left out' })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  readonly startsAt?: Date;

  @ApiProperty({ format: 'date-time', type: String })
  @Type(() => Date)
  @IsDate()
  readonly endsAt!: Date;
}

/** The fields of a silence that change; `where` is replaced as a whole. */
export class UpdateSilenceDto {
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @Length(1, limits.nameLength)
  readonly name?: string;

  @ApiPropertyOptional({ type: SilenceScopeDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => SilenceScopeDto)
  readonly where?: SilenceScopeDto;

  @ApiPropertyOptional({ format: 'date-time', type: String })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  readonly startsAt?: Date;

  @ApiPropertyOptional({ format: 'date-time', type: String })
  @IsOptional()
  @Type(() => Date)
  @IsDate()
  readonly endsAt?: Date;
}

/** A silence. */
export class SilenceDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ type: SilenceScopeDto }) readonly where!: SilenceScopeDto;
  @ApiProperty({ format: 'date-time' }) readonly startsAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly endsAt!: string;
  @ApiProperty({ example: 'user:0198c6d0-59c0-78c6-976e-5b5410415bde' }) readonly createdBy!: string;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

/** A page of silences. */
export class SilencePageDto {
  @ApiProperty({ type: [SilenceDto] }) readonly items!: readonly SilenceDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toSilenceDto(silence: StoredSilence): SilenceDto {
  const { id, name, scope, startsAt, endsAt, createdBy, createdAt } = silence;
  return {
    id,
    name,
    where: { ...scope } as SilenceScopeDto,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    createdBy,
    createdAt: createdAt.toISOString(),
  };
}
