import { describe, expect, it } from 'vitest';
import { tellingMachineId, tellingName } from './names.js';

describe('a host name', () => {
  it('is compared without case, blanks and the final dot', () => {
    expect(tellingName(' Web-1.Example.ORG. ')).toBe('web-1.example.org');
  });

  it.each(['', ' ', 'localhost', 'LocalHost.localdomain', 'unknown', '(none)', '127.0.0.1', '::1', null, undefined])(
    'that every machine has says nothing: %s',
    (name) => expect(tellingName(name)).toBeNull(),
  );
});

describe('a machine id', () => {
  it('is compared without case', () => {
    expect(tellingMachineId('C0FFEE00C0FFEE00C0FFEE00C0FFEE00')).toBe('c0ffee00c0ffee00c0ffee00c0ffee00');
  });

  it.each(['', 'short', 'uninitialized', '0'.repeat(32), '00000000-0000-0000-0000-000000000000', 'FFFFFFFF', null])(
    'that an image was made with says nothing: %s',
    (id) => expect(tellingMachineId(id)).toBeNull(),
  );
});
