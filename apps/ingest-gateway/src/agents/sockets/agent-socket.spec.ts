import { describe, expect, it } from 'vitest';
import { limits } from '../../limits.js';
import { AgentRegistry } from './agent-registry.js';
import { AgentSocket, type OpenSocket } from './agent-socket.js';

/** Notes what is done to it. */
class NotedSocket implements OpenSocket {
  readyState: OpenSocket['readyState'] = 1;
  bufferedAmount = 0;
  readonly done: string[] = [];

  ping = (): void => void this.done.push('ping');
  send = (text: unknown): void => void this.done.push(String(text));
  close = (code?: number): void => void this.done.push(`close ${code}`);
  terminate = (): void => void this.done.push('terminate');
}

const agent = { tenant: 'default', hostId: 'h1', apiId: 'patchmon_1', credentialId: 'c1' };

function held(connectionId: string | null = null): { readonly noted: NotedSocket; readonly socket: AgentSocket } {
  const noted = new NotedSocket();
  const socket = new AgentSocket(agent, noted, 0);
  socket.connectionId = connectionId;
  return { noted, socket };
}

describe('a socket of an agent', () => {
  it('is asked for a sign of life every 30 s, and gone after 90 s of silence', () => {
    const { noted, socket } = held();
    expect([29_999, 30_000, 30_001, 60_000].map((nowMs) => socket.pingIfDue(nowMs))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(noted.done).toEqual(['ping', 'ping']);
    expect([socket.isSilent(90_000), socket.isSilent(90_001)]).toEqual([false, true]);
    socket.seen(60_000);
    expect([socket.isSilent(150_000), socket.isSilent(150_001)]).toEqual([false, true]);
  });

  it('that does not read is hung up on, rather than written to without end', () => {
    const { noted, socket } = held();
    expect(socket.send('a')).toBe(true);
    noted.bufferedAmount = limits.agentUnreadBytes + 1;
    expect(socket.send('b')).toBe(false);
    expect(noted.done).toEqual(['a', 'terminate']);
    expect(socket.endedBecause).toBe('silent');
  });

  it('that is closing is written nothing', () => {
    const { noted, socket } = held();
    noted.readyState = 2;
    expect([socket.send('a'), socket.pingIfDue(30_000)]).toEqual([false, false]);
    expect(noted.done).toEqual([]);
  });

  it('keeps the first reason of its end', () => {
    const { socket } = held();
    socket.close('replaced', 4409, 'newer');
    socket.cut('shutdown');
    expect(socket.endedBecause).toBe('replaced');
  });
});

describe('of two sockets of one host', () => {
  const [older, newer] = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002'];

  it.each([
    ['older', 'newer', older, newer],
    ['newer', 'older', newer, older],
  ])('the newer stays, if the %s is admitted before the %s', (_, __, first, second) => {
    const registry = new AgentRegistry();
    const sockets = [held(first), held(second)];
    for (const { socket } of sockets) {
      registry.add(socket);
      registry.admit(socket);
    }
    const [stays, goes] = first === newer ? sockets : sockets.toReversed();
    expect(registry.of('h1')).toBe(stays?.socket);
    expect([stays?.noted.done, goes?.noted.done]).toEqual([[], ['close 4409']]);
    registry.remove(goes!.socket);
    expect(registry.of('h1')).toBe(stays?.socket);
  });

  it('the one here is closed when a newer is connected elsewhere, and not when an older is', () => {
    const registry = new AgentRegistry();
    const { noted, socket } = held(newer);
    registry.admit(socket);
    registry.connected('h1', older!);
    registry.connected('h2', 'f');
    expect(noted.done).toEqual([]);
    registry.connected('h1', '019a0000-0000-7000-8000-000000000003');
    expect(noted.done).toEqual(['close 4409']);
  });
});
