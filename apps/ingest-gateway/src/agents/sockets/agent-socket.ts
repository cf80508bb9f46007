import type { DataOf, agentDisconnectedV1 } from '@assay/contracts';
import type { TenantSlug, Uuid } from '@assay/kernel';
import { WebSocket } from 'ws';
import { limits } from '../../limits.js';

/** Why a socket is gone. */
export type Because = DataOf<typeof agentDisconnectedV1>['because'];

/** Who is at the other end, by the credential that opened the socket. */
export interface ConnectingAgent {
  readonly tenant: TenantSlug;
  readonly hostId: Uuid;
  readonly apiId: string;
  readonly credentialId: Uuid;
}

/** Close codes of RFC 6455 §7.4, and one of the range for applications. The agent comes back after each of them. */
export const closeCodes = { policyViolation: 1008, serviceRestart: 1012, tryAgainLater: 1013, replaced: 4409 } as const;

/** As much of a websocket as is needed to hold one. */
export type OpenSocket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'ping' | 'send' | 'close' | 'terminate'>;

/** One agent's connection, as this gateway holds it. It has no timer of its own: the sweep looks after all of them. */
export class AgentSocket {
  /** Set once the connection is recorded; the newest of a host counts. */
  connectionId: Uuid | null = null;
  /** Set by whoever ended it; null if the agent did. */
  endedBecause: Because | null = null;
  private seenAtMs: number;
  private nextPingAtMs: number;

  constructor(
    readonly agent: ConnectingAgent,
    private readonly socket: OpenSocket,
    nowMs: number,
  ) {
    this.seenAtMs = nowMs;
    this.nextPingAtMs = nowMs + limits.agentPingMs;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Something came from the agent. */
  seen(nowMs: number): void {
    this.seenAtMs = nowMs;
  }

  isSilent(nowMs: number): boolean {
    return nowMs - this.seenAtMs > limits.agentSilenceMs;
  }

  /** Asks for a sign of life if it is time to. True if it did. */
  pingIfDue(nowMs: number): boolean {
    if (nowMs < this.nextPingAtMs || !this.isOpen) return false;
    this.nextPingAtMs = nowMs + limits.agentPingMs;
    this.socket.ping();
    return true;
  }

  /** Writes a frame. False if it can't be: the socket is closing, or the agent has stopped reading. */
  send(text: string): boolean {
    if (!this.isOpen) return false;
    if (this.socket.bufferedAmount > limits.agentUnreadBytes) {
      this.cut('silent');
      return false;
    }
    this.socket.send(text);
    return true;
  }

  /** Says goodbye, and lets the agent answer. */
  close(because: Because, code: number, reason: string): void {
    this.endedBecause ??= because;
    this.socket.close(code, reason);
  }

  /** Hangs up. */
  cut(because: Because): void {
    this.endedBecause ??= because;
    this.socket.terminate();
  }
}
