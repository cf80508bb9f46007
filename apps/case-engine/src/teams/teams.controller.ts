import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { EditTeams } from './edit-teams.service.js';
import { CreateTeamDto, ListTeamsDto, TeamDto, TeamPageDto, toTeamDto, UpdateTeamDto } from './teams.dto.js';
import { TeamsStore } from './teams.store.js';

@ApiTags('teams')
@Controller('api/v1/teams')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class TeamsController {
  constructor(
    private readonly editTeams: EditTeams,
    private readonly teams: TeamsStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Teams and the repositories that they own, by slug' })
  @ApiOkResponse({ type: TeamPageDto })
  async list(@Query() { limit, cursor }: ListTeamsDto, @Caller() caller: Principal): Promise<TeamPageDto> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, z.string());
    const rows = await this.transactions.run(caller.tenant, (tx) => this.teams.list(tx, limit + 1, after));
    const page = pageOf(rows, limit, ({ slug }) => slug);
    return { items: page.items.map(toTeamDto), nextCursor: page.nextCursor };
  }

  @Post()
  @ApiOperation({ summary: 'Makes a team with the repositories that it owns' })
  @Allow('admin', 'analyst')
  @ApiCreatedResponse({ type: TeamDto })
  async create(@Body() body: CreateTeamDto, @Caller() caller: Principal): Promise<TeamDto> {
    return toTeamDto(await this.editTeams.create(caller, body));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a team; lists are replaced as a whole' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: TeamDto })
  async update(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateTeamDto,
    @Caller() caller: Principal,
  ): Promise<TeamDto> {
    return toTeamDto(await this.editTeams.update(caller, id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a team; its repositories belong to none, or to the next that fits' })
  @HttpCode(204)
  @Allow('admin', 'analyst')
  @ApiNoContentResponse()
  async remove(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<void> {
    await this.editTeams.remove(caller, id);
  }
}
