import { platformTenant } from '@assay/kernel';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { limits } from '../limits.js';
import { Heartbeats } from './heartbeats.service.js';

/**
 * The gateway's own sign of life, for the platform's tenant, on the way that those of hosts take: who hears it knows that the
 * way was open and what was said before. Without it nobody could tell a silent host from a gateway that is away.
 */
@Injectable()
export class GatewayBeat implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly heartbeats: Heartbeats) {}

  onApplicationBootstrap(): void {
    this.beat();
    this.timer = setInterval(() => this.beat(), limits.gatewayBeatEveryMs);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const at = new Date().toISOString();
    const unknown = { version: null, osVersion: null, uptimeSeconds: null };
    const own = { dialect: 'native', id: 'gateway', timestamp: at, receivedAt: at, connected: false } as const;
    this.heartbeats.add(platformTenant, { ...own, ...unknown });
  }
}
