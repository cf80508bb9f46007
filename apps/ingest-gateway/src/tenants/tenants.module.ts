import { Module } from '@nestjs/common';
import { CredentialsStore } from '../credentials/credentials.store.js';
import { AdministerTenants } from './administer-tenants.service.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsStore } from './tenants.store.js';

@Module({
  controllers: [TenantsController],
  providers: [TenantsStore, CredentialsStore, AdministerTenants],
  exports: [TenantsStore],
})
export class TenantsModule {}
