import type { HostDialect } from '@assay/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinOf, type LinkCandidate, linkOf } from './link-hosts.js';

const host = (hostId: string, bound: boolean, ...dialects: HostDialect[]): LinkCandidate => ({
  hostId,
  bound,
  dialects,
});
const none = { byMachineId: [], byName: [] };

describe('a new id', () => {
  it('belongs to the one host with its machine id, else its name', () => {
    const machine = host('m', true, 'patchmon');
    const named = host('n', true, 'patchmon');
    expect(linkOf('santamon', { byMachineId: [machine], byName: [named] })).toEqual({ hostId: 'm', by: 'machine-id' });
    expect(linkOf('santamon', { byMachineId: [], byName: [named] })).toEqual({ hostId: 'n', by: 'hostname' });
    expect(linkOf('santamon', none)).toBeNull();
  });

  it('is never a second agent of a host', () => {
    expect(linkOf('santamon', { byMachineId: [], byName: [host('n', false, 'santamon')] })).toBeNull();
    expect(linkOf('santamon', { byMachineId: [host('m', true, 'santamon')], byName: [host('n', false)] })).toBeNull();
  });

  it('belongs to neither of two', () => {
    const twins = [host('1', false), host('2', false)];
    expect(linkOf('santamon', { byMachineId: [], byName: twins })).toBeNull();
    expect(linkOf('santamon', { byMachineId: twins, byName: [host('3', false)] })).toBeNull();
  });
});

describe('two hosts', () => {
  const claimant = host('me', true, 'patchmon');

  it('are one where an unbound one turns out to be a bound one', () => {
    const other = host('it', false, 'santamon');
    expect(joinOf(claimant, { byMachineId: [], byName: [claimant, other] })).toEqual({ hostId: 'it', by: 'hostname' });
    expect(joinOf(claimant, { byMachineId: [other], byName: [] })).toEqual({ hostId: 'it', by: 'machine-id' });
  });

  it('are not one by a claim where both are bound, whatever else is known', () => {
    const dialect = fc.constantFrom<HostDialect>('native', 'santamon', 'patchmon');
    const candidate = fc.record({ hostId: fc.uuid(), bound: fc.constant(true), dialects: fc.array(dialect) });
    const candidates = fc.record({ byMachineId: fc.array(candidate), byName: fc.array(candidate) });
    fc.assert(
      fc.property(candidate, candidates, (one, others) => {
        expect(joinOf(one, others)).toBeNull();
      }),
    );
  });

  it('are not one where both have an agent of one dialect, or the claimant has no key', () => {
    expect(joinOf(claimant, { byMachineId: [], byName: [host('it', false, 'patchmon')] })).toBeNull();
    expect(
      joinOf(host('me', false, 'native'), { byMachineId: [], byName: [host('it', false, 'santamon')] }),
    ).toBeNull();
  });
});
