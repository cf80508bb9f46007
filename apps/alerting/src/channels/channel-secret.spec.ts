import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { ChannelSecrets } from './channel-secret.service.js';

const secrets = new ChannelSecrets('a-master-key-of-the-test');
const channel = newId();

describe('the secret of a channel', () => {
  it('opens where it was sealed, and lies there unreadable', () => {
    const sealed = secrets.seal('whsec_secret', 'acme', channel);
    expect(sealed.includes('whsec')).toBe(false);
    expect(secrets.open(sealed, 'acme', channel)).toBe('whsec_secret');
  });

  it('does not open for another tenant, another channel, another master key, or with a byte changed', () => {
    const sealed = secrets.seal('whsec_secret', 'acme', channel);
    const altered = Buffer.from(sealed);
    altered[20]! ^= 1;
    const message = 'does not open';
    expect(() => secrets.open(sealed, 'other', channel)).toThrow(message);
    expect(() => secrets.open(sealed, 'acme', newId())).toThrow(message);
    expect(() => new ChannelSecrets('another-master-key').open(sealed, 'acme', channel)).toThrow(message);
    expect(() => secrets.open(altered, 'acme', channel)).toThrow(message);
  });
});
