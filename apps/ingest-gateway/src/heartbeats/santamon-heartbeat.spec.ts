import { describe, expect, it } from 'vitest';
import { readSantamonHeartbeat } from './santamon-heartbeat.js';

const now = new Date('2031-05-06T07:08:09Z');
const beat = { agent_id: 'mac-1', timestamp: '2031-05-06T07:08:08.1Z', version: '0.1.1', os_version: '15.2' };

describe('a heartbeat', () => {
  it('is read as agents send it', () => {
    expect(readSantamonHeartbeat({ ...beat, uptime_seconds: 3.5, more: 1 }, now)).toEqual({
      dialect: 'santamon',
      id: 'mac-1',
      timestamp: '2031-05-06T07:08:08.1Z',
      receivedAt: '2031-05-06T07:08:09.000Z',
      version: '0.1.1',
      osVersion: '15.2',
      uptimeSeconds: 3.5,
      connected: false,
    });
    expect(readSantamonHeartbeat(beat, now).uptimeSeconds).toBeNull();
  });

  it('of a system with a long name is one', () => {
    expect(readSantamonHeartbeat({ ...beat, os_version: 'x'.repeat(100) }, now).osVersion).toBe('x'.repeat(32));
  });

  it.each([
    [{ ...beat, agent_id: undefined }, 'agent_id'],
    [{ ...beat, agent_id: '' }, 'agent_id'],
    [{ ...beat, agent_id: 'x'.repeat(256) }, 'agent_id'],
    [{ ...beat, timestamp: 5 }, 'timestamp'],
    [{ ...beat, version: null }, 'version'],
    [{ ...beat, uptime_seconds: 'long' }, 'uptime_seconds'],
    [[], 'agent_id'],
    [null, 'agent_id'],
  ])('that lacks something says what (%#)', (body, field) => {
    expect(() => readSantamonHeartbeat(body, now)).toThrow(
      expect.objectContaining({
        code: 'heartbeats.malformed',
        fields: expect.arrayContaining([expect.objectContaining({ field })]),
      }),
    );
  });
});
