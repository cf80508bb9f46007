import { Injectable } from '@nestjs/common';
import { Heartbeats } from '../../heartbeats/heartbeats.service.js';
import type { ConnectingAgent } from './agent-socket.js';

/** Says that an agent's socket is held here at this moment. */
@Injectable()
export class TellHeartbeat {
  constructor(private readonly heartbeats: Heartbeats) {}

  execute({ tenant, apiId }: ConnectingAgent): void {
    const now = new Date().toISOString();
    const unsaid = { version: null, osVersion: null, uptimeSeconds: null };
    const sign = { dialect: 'patchmon', id: apiId, timestamp: now, receivedAt: now, connected: true } as const;
    this.heartbeats.add(tenant, { ...sign, ...unsaid });
  }
}
