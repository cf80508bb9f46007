import { describe, expect, it } from 'vitest';
import { groupIdOf } from '../vulnerabilities/vulnerability.js';
import { assignGroups, type KnownGroup } from './assign-groups.js';

const known = (displayId: string, day: number, ...aliases: string[]): KnownGroup => ({
  id: groupIdOf(displayId),
  displayId,
  ids: [displayId, ...aliases],
  firstSeenAt: new Date(Date.UTC(2026, 0, day)),
});

describe('records that arrive', () => {
  it('make a group whose id follows from the id that people see', () => {
    const [group] = assignGroups([{ id: 'GHSA-1', aliases: ['CVE-2026-0001'] }], []);
    expect(group).toEqual({
      id: groupIdOf('CVE-2026-0001'),
      displayId: 'CVE-2026-0001',
      ids: ['CVE-2026-0001', 'GHSA-1'],
      absorbed: [],
      newIds: ['CVE-2026-0001', 'GHSA-1'],
    });
  });

  it('enter the group that knows one of their ids, which keeps its own id and may get a better name', () => {
    const group = known('GHSA-1', 1);
    expect(assignGroups([{ id: 'GHSA-1', aliases: ['CVE-2026-0001'] }], [group])).toEqual([
      expect.objectContaining({ id: group.id, displayId: 'CVE-2026-0001', absorbed: [], newIds: ['CVE-2026-0001'] }),
    ]);
  });

  it('join groups, of which the oldest stays', () => {
    const [young, old] = [known('CVE-2026-0001', 9), known('PYSEC-1', 2)];
    expect(assignGroups([{ id: 'GHSA-1', aliases: ['CVE-2026-0001', 'PYSEC-1'] }], [young, old])).toEqual([
      expect.objectContaining({ id: old.id, displayId: 'CVE-2026-0001', absorbed: [young.id], newIds: ['GHSA-1'] }),
    ]);
  });

  it('leave alone what they do not name', () => {
    const other = known('CVE-2026-0002', 1);
    const groups = assignGroups([{ id: 'CVE-2026-0001', aliases: [] }], [other]);
    expect(groups.map(({ id, newIds }) => [id, newIds])).toEqual([
      [groupIdOf('CVE-2026-0001'), ['CVE-2026-0001']],
      [other.id, []],
    ]);
  });
});
