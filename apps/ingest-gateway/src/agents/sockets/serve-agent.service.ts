import { agentConnectedV1, agentDisconnectedV1, agentProgressedV1 } from '@assay/contracts';
import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import type { RawData, WebSocket } from 'ws';
import { RateLimit } from '../../ingest/rate-limit.js';
import { limits } from '../../limits.js';
import { readProgressFrame } from './agent-frame.js';
import { AgentNews } from './agent-news.service.js';
import { AgentRegistry } from './agent-registry.js';
import { AgentSocket, closeCodes, type ConnectingAgent } from './agent-socket.js';
import { AgentSocketsStore } from './agent-sockets.store.js';
import { TellHeartbeat } from './tell-heartbeat.service.js';

/** What is kept of sockets, here and for the other gateways. */
@Injectable()
export class SocketRecords {
  constructor(
    readonly registry: AgentRegistry,
    readonly store: AgentSocketsStore,
    readonly news: AgentNews,
  ) {}
}

/** One agent's connection from its handshake to its end: recorded, listened to, told of. */
@Injectable()
export class ServeAgent {
  private readonly frames = new RateLimit(limits.agentFramesPerSecond, limits.credentialCacheEntries);

  constructor(
    private readonly transactions: Transactions,
    private readonly records: SocketRecords,
    private readonly tellHeartbeat: TellHeartbeat,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Takes over an open socket. Never throws: whatever goes wrong with a socket ends that socket. */
  execute(webSocket: WebSocket, agent: ConnectingAgent): void {
    const socket = new AgentSocket(agent, webSocket, Date.now());
    this.records.registry.add(socket);
    const opened = this.open(socket);
    webSocket.on('message', (data, isBinary) => this.hear(socket, data, isBinary));
    webSocket.on('ping', () => socket.seen(Date.now()));
    webSocket.on('pong', () => socket.seen(Date.now()));
    // What is wrong with a frame, too large or malformed, ends the socket with its close code; 'close' follows.
    webSocket.on('error', (error) =>
      this.log.debug({ err: error, hostId: agent.hostId }, 'a socket of an agent failed'),
    );
    webSocket.once('close', () => {
      this.records.registry.remove(socket);
      void opened.then(() => this.tellGone(socket));
    });
  }

  private async open(socket: AgentSocket): Promise<void> {
    const { agent } = socket;
    const { tenant, hostId, apiId } = agent;
    try {
      const context = { tenant, actor: `key:${agent.credentialId}` };
      socket.connectionId = await this.transactions.run(context, async (tx) => {
        const connectionId = await this.records.store.open(tx, agent);
        tx.publish(agentConnectedV1, { hostId, apiId, connectionId, at: tx.now.toISOString() }, { subject: hostId });
        return connectionId;
      });
    } catch (error) {
      this.log.warn({ err: error, hostId }, 'an agent could not be let in');
      socket.close('closed', closeCodes.tryAgainLater, 'try again later');
      return;
    }
    if (!socket.isOpen) return;
    this.records.registry.admit(socket);
    socket.send('{"type":"connected"}');
    this.tellHeartbeat.execute(agent);
  }

  private hear(socket: AgentSocket, data: RawData, isBinary: boolean): void {
    const nowMs = Date.now();
    socket.seen(nowMs);
    const { agent, connectionId } = socket;
    // Counted before it is parsed: what is too much must cost nothing.
    if (isBinary || this.frames.secondsToWait(connectionId ?? agent.credentialId, nowMs) > 0) return;
    const progress = readProgressFrame(String(data));
    if (progress === null) return;
    const { hostId, apiId } = agent;
    const at = new Date(nowMs).toISOString();
    this.records.news.tell(agentProgressedV1, { hostId, apiId, ...progress, at }, agent);
  }

  private tellGone({ agent, connectionId, endedBecause }: AgentSocket): void {
    if (connectionId === null) return;
    const { hostId, apiId } = agent;
    const gone = {
      hostId,
      apiId,
      connectionId,
      at: new Date().toISOString(),
      because: endedBecause ?? 'closed',
    } as const;
    this.records.news.tell(agentDisconnectedV1, gone, agent);
  }
}
