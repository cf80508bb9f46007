import { ApiProperty } from '@nestjs/swagger';
import type { Team } from './team.js';

/** A team, where something else is shown that it owns. */
export class TeamRefDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly slug!: string;
  @ApiProperty() readonly name!: string;
}

export function toTeamRef(team: Team | null): TeamRefDto | null {
  return team && { id: team.id, slug: team.slug, name: team.name };
}
