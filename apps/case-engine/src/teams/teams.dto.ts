import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { ArrayMaxSize, IsOptional, IsString, IsUUID, Length, Matches } from 'class-validator';
import { limits } from '../limits.js';
import type { Team } from './team.js';

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export class CreateTeamDto {
  @ApiProperty({ maxLength: limits.nameChars, example: 'Payments' })
  @IsString()
  @Length(1, limits.nameChars)
  readonly name!: string;

  @ApiPropertyOptional({ pattern: slugPattern.source, description: 'Made from the name where it is left out' })
  @IsOptional()
  @Matches(slugPattern, { message: 'slug has lower-case letters, digits and hyphens, 63 at most' })
  readonly slug?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Patterns of `org/repo`: `acme/payments`, `acme/*`, `acme/**`; the most exact one of all teams wins',
  })
  @IsOptional()
  @ArrayMaxSize(limits.teamEntries)
  @IsString({ each: true })
  @Length(1, limits.textChars, { each: true })
  readonly repositories?: string[];

  @ApiPropertyOptional({ type: [String], format: 'uuid', description: 'Channels of alerting' })
  @IsOptional()
  @ArrayMaxSize(limits.teamEntries)
  @IsUUID(undefined, { each: true })
  readonly channels?: string[];
}

export class UpdateTeamDto extends PartialType(CreateTeamDto) {}

export class ListTeamsDto extends PageQueryDto {}

export class TeamDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly slug!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ type: [String] }) readonly repositories!: readonly string[];
  @ApiProperty({ type: [String] }) readonly channels!: readonly string[];
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt!: string;
}

export class TeamPageDto {
  @ApiProperty({ type: [TeamDto] }) readonly items!: readonly TeamDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export function toTeamDto(team: Team): TeamDto {
  return { ...team, createdAt: team.createdAt.toISOString(), updatedAt: team.updatedAt.toISOString() };
}
