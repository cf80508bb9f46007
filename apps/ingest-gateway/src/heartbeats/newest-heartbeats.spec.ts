import type { Heartbeat } from '@assay/contracts';
import { expect, it } from 'vitest';
import { chunked } from './chunk-heartbeats.js';
import { NewestHeartbeats } from './newest-heartbeats.js';

function heartbeat(id: string, timestamp: string): Heartbeat {
  const receivedAt = '2031-01-01T00:00:00.000Z';
  const unknown = { version: null, osVersion: null, uptimeSeconds: null };
  return { dialect: 'santamon', id, timestamp, receivedAt, connected: false, ...unknown };
}

const timesOf = (newest: NewestHeartbeats): string[] =>
  [...newest.takeAll().values()].flat().map(({ id, timestamp }) => `${id} ${timestamp}`);

it('the newest of each agent is told, once', () => {
  const newest = new NewestHeartbeats(10);
  for (const time of ['1', '2', '3']) newest.add('acme', heartbeat('a', time));
  newest.add('acme', heartbeat('b', '1'));
  expect(timesOf(newest)).toEqual(['a 3', 'b 1']);
  expect(timesOf(newest)).toEqual([]);
});

it('what could not be told gives way to what came since', () => {
  const newest = new NewestHeartbeats(10);
  newest.add('acme', heartbeat('a', '2'));
  newest.putBack('acme', heartbeat('a', '1'));
  newest.putBack('acme', heartbeat('b', '1'));
  expect(timesOf(newest)).toEqual(['a 2', 'b 1']);
});

it('callers who invent agents take no more memory than so many', () => {
  const newest = new NewestHeartbeats(2);
  for (const id of ['a', 'b', 'c']) newest.add('acme', heartbeat(id, '1'));
  expect(timesOf(newest)).toEqual(['b 1', 'c 1']);
});

it('messages are full, and none is too large', () => {
  const many = Array.from({ length: 1_000 }, (_, n) => heartbeat(`mac-${n}`, '2031-01-01T00:00:00Z'));
  const chunks = chunked(many, 10_000);
  expect(chunks.flat()).toEqual(many);
  expect(Math.max(...chunks.map((chunk) => JSON.stringify(chunk).length))).toBeLessThanOrEqual(10_001);
  expect(chunks.length).toBeLessThan(25);
});
