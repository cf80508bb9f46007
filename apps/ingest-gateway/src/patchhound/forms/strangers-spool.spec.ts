import { describe, expect, it } from 'vitest';
import { StrangersSpool } from './strangers-spool.js';

const full = expect.objectContaining({ code: 'patchhound.spool-full', retryAfterSeconds: 10 });

describe('what strangers spool', () => {
  it('is bounded for each address', () => {
    const spool = new StrangersSpool(1_000, 100);
    const one = spool.open('192.0.2.1');
    one.add(60);
    expect(() => spool.open('192.0.2.1').add(41)).toThrow(full);
    spool.open('192.0.2.2').add(100);
    one.release();
    spool.open('192.0.2.1').add(100);
    expect(() => spool.open('192.0.2.1').add(1)).toThrow(full);
  });

  it('is bounded for all together', () => {
    const spool = new StrangersSpool(150, 100);
    const one = spool.open('192.0.2.1');
    one.add(100);
    expect(() => spool.open('192.0.2.2').add(51)).toThrow(full);
    one.release();
    one.release();
    spool.open('192.0.2.2').add(100);
    expect(() => spool.open('192.0.2.3').add(51)).toThrow(full);
  });

  it('counts no more once the sender is known', () => {
    const spool = new StrangersSpool(100, 100);
    const known = spool.open('192.0.2.1');
    known.release();
    known.add(1_000_000);
    spool.open('192.0.2.1').add(100);
    expect(() => spool.open('192.0.2.1').add(1)).toThrow(full);
  });
});
