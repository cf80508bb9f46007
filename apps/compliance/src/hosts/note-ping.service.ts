import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { Ping } from './agent-answers.js';
import { AgentNotesStore } from './agent-notes.store.js';
import { HeartbeatsStore } from './heartbeats.store.js';
import type { Host } from './host.js';
import { NoteLife } from './note-life.service.js';

/** What a ping of PatchMon's agent means: it lives, has this version, and will be heard of again when its interval is over. */
@Injectable()
export class NotePing {
  constructor(
    private readonly heartbeats: HeartbeatsStore,
    private readonly noteLife: NoteLife,
    private readonly notes: AgentNotesStore,
  ) {}

  /** True if the agent is to run and send a scan now. */
  async execute(tx: Transaction, host: Host, ping: Ping, intervalMinutes: number): Promise<boolean> {
    const receivedAt = tx.now.toISOString();
    if (host.apiId !== null) {
      const beat = { dialect: 'patchmon', id: host.apiId, timestamp: receivedAt, receivedAt, bound: true } as const;
      const said = { version: ping.agentVersion, osVersion: null, uptimeSeconds: null, connected: false };
      await this.heartbeats.keep(tx, [{ ...beat, ...said }]);
    }
    // An agent without a socket is heard of once in an interval: it may miss one before it is missed itself.
    const quietUntil = new Date(tx.now.getTime() + 2 * intervalMinutes * 60_000 + limits.pingLateMs);
    await this.noteLife.execute(tx, [{ hostId: host.id, at: receivedAt, proven: true, quietUntil }], true);
    if (ping.agentVersion !== null) await this.notes.version(tx, host.id, ping.agentVersion);
    return ping.complianceHash !== null && this.notes.askForScan(tx, host.id, ping.complianceHash);
  }

  async version(tx: Transaction, host: Host, version: string): Promise<void> {
    await this.notes.version(tx, host.id, version);
  }
}
