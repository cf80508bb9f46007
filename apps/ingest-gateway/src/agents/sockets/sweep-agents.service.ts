import { Transactions } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';
import { AgentRegistry } from './agent-registry.js';
import { type AgentSocket, closeCodes } from './agent-socket.js';
import { AgentSocketsStore } from './agent-sockets.store.js';
import { TellHeartbeat } from './tell-heartbeat.service.js';

/** What every socket needs from time to time: a ping, a word that it is alive, a look at whether it may stay. */
@Injectable()
export class SweepAgents {
  private checkedAtMs = 0;

  constructor(
    private readonly transactions: Transactions,
    private readonly registry: AgentRegistry,
    private readonly store: AgentSocketsStore,
    private readonly tellHeartbeat: TellHeartbeat,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async execute(nowMs: number): Promise<void> {
    for (const socket of this.registry.all()) {
      if (socket.isSilent(nowMs)) socket.cut('silent');
      else if (socket.pingIfDue(nowMs) && socket.connectionId !== null) this.tellHeartbeat.execute(socket.agent);
    }
    if (nowMs - this.checkedAtMs < limits.agentRecheckMs) return;
    this.checkedAtMs = nowMs;
    try {
      await this.check([...this.registry.all()]);
    } catch (error) {
      this.log.debug({ err: error }, 'sockets of agents could not be checked');
    }
  }

  /** Closes those of these sockets that may be held no longer: all in one question to the database. */
  async check(sockets: readonly AgentSocket[]): Promise<void> {
    const held = new Map(sockets.flatMap((socket) => (socket.connectionId ? [[socket.connectionId, socket]] : [])));
    if (held.size === 0) return;
    const asked = [...held].map(([connectionId, { agent }]) => ({ connectionId, ...agent }));
    const ended = await this.transactions.runAcrossTenants((tx) => this.store.ended(tx, asked));
    for (const { connectionId, because } of ended) {
      const socket = held.get(connectionId);
      if (because === 'revoked') endRevoked(socket);
      else if (because === 'replaced') socket?.close('replaced', closeCodes.replaced, 'replaced by a newer connection');
      else socket?.close('closed', closeCodes.serviceRestart, 'come back under another name');
    }
  }
}

/** Its credential opens nothing any more; what it would try next is told by the answer to its next handshake. */
export function endRevoked(socket: AgentSocket | undefined): void {
  socket?.close('revoked', closeCodes.policyViolation, 'credentials revoked');
}
