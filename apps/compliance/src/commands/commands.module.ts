import { type DynamicModule, Module } from '@nestjs/common';
import type { ComplianceEnv } from '../compliance.env.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { COMMAND_SETTINGS, type CommandSettings } from './command-settings.js';

/** Telling agents what to do, and knowing what became of it. */
@Module({ imports: [HostsModule] })
export class CommandsModule {
  static forEnv({ REMEDIATION_APPROVAL, SCAN_TRIGGER_INTERVAL }: ComplianceEnv): DynamicModule {
    const settings: CommandSettings = {
      remediationNeedsApproval: REMEDIATION_APPROVAL,
      triggerIntervalMs: SCAN_TRIGGER_INTERVAL * 1_000,
    };
    return { module: CommandsModule, providers: [{ provide: COMMAND_SETTINGS, useValue: settings }] };
  }
}
