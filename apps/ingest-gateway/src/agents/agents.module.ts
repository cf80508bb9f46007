import { TextSeal } from '@assay/identity';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { AgentHostsStore } from './hosts/agent-hosts.store.js';
import { AnswerOnce } from './hosts/answer-once.service.js';
import { EndHostCredentials } from './hosts/end-host-credentials.service.js';
import { EnrolHost } from './hosts/enrol-host.service.js';
import { HostCredentialsStore } from './hosts/host-credentials.store.js';
import { HostsController } from './hosts/hosts.controller.js';
import { ANSWER_SEAL } from './hosts/hosts.tokens.js';
import { IssueHostCredential } from './hosts/issue-host-credential.service.js';
import { KeepHostsSubscriber } from './hosts/keep-hosts.subscriber.js';
import { RemoveHost } from './hosts/remove-host.service.js';
import { RotateHostCredential } from './hosts/rotate-host-credential.service.js';

/** Hosts and the agents on them: who they are, what they hold open, who watches them. */
@Module({})
export class AgentsModule {
  /** @param imports the modules of credentials and ingest, as the gateway has configured them */
  static with(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: AgentsModule,
      imports,
      controllers: [HostsController, KeepHostsSubscriber],
      providers: [
        {
          provide: ANSWER_SEAL,
          inject: [HOST_ENV],
          useFactory: (env: HostEnv) => new TextSeal(env.ASSAY_MASTER_KEY, 'repeated-answers'),
        },
        AgentHostsStore,
        HostCredentialsStore,
        AnswerOnce,
        IssueHostCredential,
        EndHostCredentials,
        EnrolHost,
        RotateHostCredential,
        RemoveHost,
      ],
      exports: [AgentHostsStore],
    };
  }
}
