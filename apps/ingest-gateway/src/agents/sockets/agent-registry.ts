import type { Uuid } from '@assay/kernel';
import { type AgentSocket, closeCodes } from './agent-socket.js';

/** The sockets that this gateway holds. Which of a host's is the newest anywhere, the database knows. */
export class AgentRegistry {
  private readonly sockets = new Set<AgentSocket>();
  private readonly newest = new Map<Uuid, AgentSocket>();

  get size(): number {
    return this.sockets.size;
  }

  all(): Iterable<AgentSocket> {
    return this.sockets;
  }

  /** From the handshake on, before anybody is told: it is closed with the others when the gateway ends. */
  add(socket: AgentSocket): void {
    this.sockets.add(socket);
  }

  /** It is recorded and can be written to. An older one of its host here is closed, or this one if it is the older. */
  admit(socket: AgentSocket): void {
    const { hostId } = socket.agent;
    const other = this.newest.get(hostId);
    if (other !== undefined && idOf(other) > idOf(socket)) {
      replace(socket);
      return;
    }
    this.newest.set(hostId, socket);
    if (other !== undefined) replace(other);
  }

  remove(socket: AgentSocket): void {
    this.sockets.delete(socket);
    if (this.newest.get(socket.agent.hostId) === socket) this.newest.delete(socket.agent.hostId);
  }

  /** The socket to write a host's commands to, if it is here. */
  of(hostId: Uuid): AgentSocket | undefined {
    return this.newest.get(hostId);
  }

  /** A host's agent is connected, here or at another gateway: what is older here is closed. */
  connected(hostId: Uuid, connectionId: Uuid): void {
    const socket = this.newest.get(hostId);
    if (socket !== undefined && idOf(socket) < connectionId) replace(socket);
  }

  withCredential(credentialId: Uuid): AgentSocket[] {
    return [...this.sockets].filter(({ agent }) => agent.credentialId === credentialId);
  }
}

/** Ids of one host's connections are made in the order in which they are recorded. */
function idOf({ connectionId }: AgentSocket): Uuid {
  return connectionId ?? '';
}

function replace(socket: AgentSocket): void {
  socket.close('replaced', closeCodes.replaced, 'replaced by a newer connection');
}
