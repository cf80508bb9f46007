import { TextSeal } from '@assay/identity';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Module } from '@nestjs/common';
import { AdministerChangeHooks } from './administer-change-hooks.service.js';
import { ChangeHooksController } from './change-hooks.controller.js';
import { ChangeHooksStore } from './change-hooks.store.js';
import { CHANGE_HOOK_SEAL } from './change-hooks.tokens.js';
import { ForgetChangeDeliveries } from './forget-change-deliveries.job.js';
import { ReceiveChangeNews } from './receive-change-news.service.js';

@Module({
  controllers: [ChangeHooksController],
  providers: [
    {
      provide: CHANGE_HOOK_SEAL,
      inject: [HOST_ENV],
      useFactory: (env: HostEnv) => new TextSeal(env.ASSAY_MASTER_KEY, 'change-hook-secrets'),
    },
    ChangeHooksStore,
    AdministerChangeHooks,
    ReceiveChangeNews,
    ForgetChangeDeliveries,
  ],
})
export class ChangeHooksModule {}
