import { describe, expect, it } from 'vitest';
import { isUsableVersion, natsServerVersion } from './nats-server-version.js';

describe('the version of a nats-server', () => {
  it.each(['2.10.0', '2.15.1', '2.11.0-RC.1', '3.0.0'])('%s is usable', (version) =>
    expect(isUsableVersion(version)).toBe(true),
  );
  it.each(['2.9.10', '1.99.0', '', 'x'])('"%s" is not', (version) => expect(isUsableVersion(version)).toBe(false));

  it('is nothing for another program, and for none', async () => {
    expect(await natsServerVersion('/bin/true')).toBeUndefined();
    expect(await natsServerVersion('/nowhere/nats-server')).toBeUndefined();
  });
});
