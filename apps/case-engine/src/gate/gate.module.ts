import { Module } from '@nestjs/common';
import { GatePoliciesController } from './gate-policies.controller.js';
import { GatePoliciesStore } from './gate-policies.store.js';
import { ReadGatePolicy } from './read-gate-policy.service.js';
import { SetGatePolicy } from './set-gate-policy.service.js';

@Module({
  controllers: [GatePoliciesController],
  providers: [GatePoliciesStore, ReadGatePolicy, SetGatePolicy],
})
export class GateModule {}
