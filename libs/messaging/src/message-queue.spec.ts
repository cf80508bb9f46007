import { describe, expect, it } from 'vitest';
import { MessageQueue } from './message-queue.js';

describe('a message queue', () => {
  it('makes the reader wait while it is full', async () => {
    const queue = new MessageQueue<number>();
    await queue.put(1, 2);
    let added = false;
    const second = queue.put(2, 2).then(() => (added = true));
    await Promise.resolve();
    expect(added).toBe(false);
    expect(await queue.take()).toBe(1);
    await second;
    expect(added).toBe(true);
  });

  it('lets every reader go on that has waited', async () => {
    const queue = new MessageQueue<number>();
    const readers = [queue.put(1, 1), queue.put(2, 1), queue.put(3, 1)];
    expect([await queue.take(), ...queue.takeWhile(() => true, 2)]).toEqual([1, 2, 3]);
    await Promise.all(readers);
  });

  it('gives a batch from its head, as long as the items are wanted', async () => {
    const queue = new MessageQueue<string>();
    for (const item of ['a1', 'a2', 'b1', 'a3']) await queue.put(item, 10);
    const first = await queue.take();
    expect([first, ...queue.takeWhile((item) => item.startsWith('a'), 5)]).toEqual(['a1', 'a2']);
  });

  it('ends its takers when it is closed, and gives back what nobody took', async () => {
    const queue = new MessageQueue<number>();
    const taker = queue.take();
    await queue.put(1, 10);
    expect(await taker).toBe(1);
    const idle = queue.take();
    expect(queue.close()).toEqual([]);
    expect(await idle).toBeNull();
    await queue.put(9, 10);
    expect(queue.close()).toEqual([9]);
  });

  it('tells when enough have come, before the time is over', async () => {
    const queue = new MessageQueue<number>();
    await queue.put(1, 10);
    let isFilled = false;
    const filled = queue.filled(2, 60_000).then(() => (isFilled = true));
    expect(isFilled).toBe(false);
    await queue.put(2, 10);
    await filled;
    expect(queue.takeWhile(() => true, 5)).toEqual([1, 2]);
  });

  it('does not wait for more than the time, nor at all once it is closed', async () => {
    const queue = new MessageQueue<number>();
    await queue.filled(1, 1);
    const waiting = queue.filled(1, 60_000);
    expect(queue.close()).toEqual([]);
    await waiting;
    await queue.filled(1, 60_000);
  });
});
