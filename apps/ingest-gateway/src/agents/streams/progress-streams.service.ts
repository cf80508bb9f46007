import type { ServerResponse } from 'node:http';
import type { AgentProgress } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { unavailable } from '../../ingest-gateway.errors.js';
import { limits } from '../../limits.js';
import { type AgentHost, maySeeHost } from '../hosts/agent-host.js';
import { AgentHostsStore } from '../hosts/agent-hosts.store.js';
import { HostCredentialsStore } from '../hosts/host-credentials.store.js';

/** Somebody who watches a host's agent. */
interface ProgressStream {
  readonly hostId: Uuid;
  readonly caller: Principal;
  readonly response: Pick<ServerResponse, 'write' | 'end' | 'destroy' | 'writableLength'>;
  nextCommentAtMs: number;
}

/**
 * The event streams that this gateway feeds, whichever gateway holds the agents. Each is looked at again with every
 * comment line: who may no longer see the host, or whose credential has ended, watches no longer.
 */
@Injectable()
export class ProgressStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly streams = new Set<ProgressStream>();
  private ticking: NodeJS.Timeout | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: AgentHostsStore,
    private readonly credentials: HostCredentialsStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.ticking = setInterval(() => void this.tick(Date.now()), limits.agentSweepMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.ticking);
    for (const { response } of this.streams) response.end();
  }

  /** @throws AssayError `agents.too-many-streams` where the credential, or the gateway, feeds as many as it may */
  admit({ actor }: Principal): void {
    const own = [...this.streams].filter(({ caller }) => caller.actor === actor).length;
    if (own < limits.streamsPerCredential && this.streams.size < limits.streamsPerGateway) return;
    throw unavailable('agents.too-many-streams', 'Too many streams are open; close some of them.', 1);
  }

  /** Feeds the response from now on. Gives what ends it. */
  add(hostId: Uuid, caller: Principal, response: ProgressStream['response']): () => void {
    const stream = { hostId, caller, response, nextCommentAtMs: Date.now() + limits.streamCommentMs };
    this.streams.add(stream);
    const timestamp = new Date().toISOString();
    this.write(stream, eventOf({ phase: 'connected', message: 'Watching', timestamp }));
    return () => this.streams.delete(stream);
  }

  /** Hands on what an agent said. */
  tell(tenant: string, { hostId, phase, profileName, message, progress, error, at }: AgentProgress): void {
    let event: string | undefined;
    for (const stream of this.streams) {
      if (stream.hostId !== hostId || stream.caller.tenant !== tenant) continue;
      event ??= eventOf({ phase, profile_name: profileName, message, progress, error, timestamp: at });
      this.write(stream, event);
    }
  }

  /** Ends what shows a host to those to whom it is shown no longer. */
  hostChanged(host: AgentHost): void {
    for (const { hostId, caller, response } of this.streams) {
      if (hostId === host.hostId && (host.removed || !maySeeHost(caller, host))) response.end();
    }
  }

  /** Ends what was opened with a credential. */
  endOf(credentialId: Uuid): void {
    for (const { caller, response } of this.streams) if (caller.credentialId === credentialId) response.end();
  }

  private async tick(nowMs: number): Promise<void> {
    const due = [...this.streams].filter(({ nextCommentAtMs }) => nextCommentAtMs <= nowMs);
    if (due.length === 0) return;
    for (const stream of due) {
      stream.nextCommentAtMs = nowMs + limits.streamCommentMs;
      this.write(stream, ': still there\n\n');
    }
    try {
      const ended = await this.endedOf(due);
      for (const { response } of ended) response.end();
    } catch (error) {
      this.log.debug({ err: error }, 'streams of progress could not be checked');
    }
  }

  private async endedOf(streams: readonly ProgressStream[]): Promise<ProgressStream[]> {
    return this.transactions.runAcrossTenants(async (tx) => {
      const hosts = await this.hosts.findAll(tx, [...new Set(streams.map(({ hostId }) => hostId))]);
      const credentialIds = streams.flatMap(({ caller }) => caller.credentialId ?? []);
      const good = new Set(await this.credentials.good(tx, [...new Set(credentialIds)]));
      return streams.filter(({ hostId, caller }) => {
        const host = hosts.find((each) => each.hostId === hostId && each.tenant === caller.tenant);
        const isGood = caller.credentialId === null || good.has(caller.credentialId);
        return !isGood || host === undefined || !maySeeHost(caller, host);
      });
    });
  }

  /** Who does not read is dropped: what is written to them would be kept here. */
  private write({ response }: ProgressStream, text: string): void {
    if (response.writableLength > limits.streamUnreadBytes) response.destroy();
    else response.write(text);
  }
}

/** One server-sent event (WHATWG HTML §9.2): JSON has no line breaks of its own. */
function eventOf(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
