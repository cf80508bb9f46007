import { TextSeal } from '@assay/identity';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { HeartbeatsModule } from '../heartbeats/heartbeats.module.js';
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
import { AgentAdmission, AgentDoor } from './sockets/agent-door.service.js';
import { AgentNews } from './sockets/agent-news.service.js';
import { AgentRegistry } from './sockets/agent-registry.js';
import { AgentSocketsStore } from './sockets/agent-sockets.store.js';
import { AgentsSubscriber } from './sockets/agents.subscriber.js';
import { ForgetFrames } from './sockets/forget-frames.job.js';
import { SendCommand } from './sockets/send-command.service.js';
import { ServeAgent, SocketRecords } from './sockets/serve-agent.service.js';
import { SweepAgents } from './sockets/sweep-agents.service.js';
import { TellHeartbeat } from './sockets/tell-heartbeat.service.js';
import { ProgressStreamController } from './streams/progress-stream.controller.js';
import { ProgressStreamSubscriber } from './streams/progress-stream.subscriber.js';
import { ProgressStreams } from './streams/progress-streams.service.js';

/** Hosts and the agents on them: who they are, what they hold open, who watches them. */
@Module({})
export class AgentsModule {
  /** @param imports the modules of credentials and ingest, as the gateway has configured them */
  static with(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: AgentsModule,
      imports: [HeartbeatsModule, ...imports],
      controllers: [
        HostsController,
        KeepHostsSubscriber,
        AgentsSubscriber,
        ProgressStreamController,
        ProgressStreamSubscriber,
      ],
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
        AgentRegistry,
        AgentSocketsStore,
        AgentNews,
        SocketRecords,
        TellHeartbeat,
        ServeAgent,
        SendCommand,
        SweepAgents,
        ForgetFrames,
        AgentAdmission,
        AgentDoor,
        ProgressStreams,
      ],
      exports: [AgentHostsStore],
    };
  }
}
