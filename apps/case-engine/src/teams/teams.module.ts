import { Module } from '@nestjs/common';
import { EditTeams } from './edit-teams.service.js';
import { TeamFilter } from './team-filter.service.js';
import { TeamsController } from './teams.controller.js';
import { TeamsStore } from './teams.store.js';

@Module({ controllers: [TeamsController], providers: [TeamsStore, TeamFilter, EditTeams], exports: [TeamFilter] })
export class TeamsModule {}
