import type { Principal } from '@assay/identity';
import { describe, expect, it } from 'vitest';
import { agentHostOf, maySeeHost } from './agent-host.js';

const host = {
  hostId: '019a7c8c-e5c0-7001-8e56-ef446302ca01',
  hostname: 'web-01',
  externalIds: [{ dialect: 'patchmon' as const, id: 'patchmon_0f3a2b7c9d1e4f56' }],
  groups: ['web'],
  tenantUsers: [] as string[],
};

function caller(role: Principal['role'], hosts: string[] | null = null, name = 'Kim') {
  return { role, scope: { repositories: null, hosts }, actor: 'key:k1' as const, name };
}

describe('a host', () => {
  it.each([
    [null, true],
    [[], false],
    [['web-02'], false],
    [['web-01'], true],
    [[host.hostId], true],
    [['patchmon_0f3a2b7c9d1e4f56'], true],
    [['group:web'], true],
    [['web'], false],
  ])('is within the scope %j: %s', (hosts, expected) =>
    expect(maySeeHost(caller('viewer', hosts), host)).toBe(expected),
  );

  it('is shown to the users that it names, by actor or name, and to admins', () => {
    const shown = (tenantUsers: string[], role: Principal['role'] = 'viewer') =>
      maySeeHost(caller(role), { ...host, tenantUsers });
    expect([shown([]), shown(['key:k1']), shown(['Kim']), shown(['Lee']), shown(['Lee'], 'admin')]).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('has the API id that compliance named last', () => {
    const externalIds = [...host.externalIds, { dialect: 'santamon' as const, id: 'm' }];
    const settings = {
      joined: [],
      complianceMode: 'enabled' as const,
      openscap: true,
      dockerBench: false,
      docker: false,
    };
    const ref = { ...host, friendlyName: 'Web', externalIds };
    const said = { host: ref, ...settings, tenantUsers: [], removed: false };
    expect(agentHostOf('default', 3, said)).toMatchObject({ apiId: 'patchmon_0f3a2b7c9d1e4f56', version: 3 });
  });
});
