import { Module } from '@nestjs/common';
import { EditTeams } from './edit-teams.service.js';
import { TeamsController } from './teams.controller.js';
import { TeamsStore } from './teams.store.js';

@Module({ controllers: [TeamsController], providers: [TeamsStore, EditTeams], exports: [TeamsStore] })
export class TeamsModule {}
