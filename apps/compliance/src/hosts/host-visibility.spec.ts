import type { Principal } from '@assay/identity';
import { describe, expect, it } from 'vitest';
import type { Host } from './host.js';
import { isVisible, visibilityOf } from './host-visibility.js';

const caller = (changes: Partial<Principal> = {}): Principal => ({
  tenant: 'acme',
  actor: 'key:1',
  role: 'viewer',
  platformAdmin: false,
  scope: { repositories: null, hosts: null },
  publisher: null,
  customers: [],
  credentialId: '01900000-0000-7000-8000-000000000001',
  ...changes,
});
const limitedTo = (...hosts: string[]): Principal => caller({ scope: { repositories: null, hosts } });

const host = (changes: Partial<Host> = {}): Host => ({
  id: '01900000-0000-7000-8000-000000000002',
  hostname: 'Web-1',
  friendlyName: 'Web',
  machineId: null,
  apiId: null,
  complianceMode: 'on-demand',
  openscap: true,
  dockerBench: false,
  docker: false,
  groups: ['macs'],
  tenantUsers: [],
  agentVersion: null,
  complianceHash: null,
  osInfo: null,
  firstSeenAt: null,
  lastSeenAt: null,
  silentSince: null,
  version: 1,
  createdAt: new Date(0),
  removedAt: null,
  externalIds: [{ dialect: 'santamon', id: 'Mac-9' }],
  ...changes,
});
const sees = (principal: Principal, changes: Partial<Host> = {}): boolean =>
  isVisible(host(changes), visibilityOf(principal));

describe('a host is visible', () => {
  it('to everybody of its tenant, unless something says otherwise', () => {
    expect(sees(caller())).toBe(true);
  });

  it.each(['01900000-0000-7000-8000-000000000002', 'Mac-9', 'WEB-1', 'web-1', 'group:macs'])(
    'to a credential that is limited to %s',
    (id) => expect(sees(limitedTo(id))).toBe(true),
  );

  it.each([[], ['mac'], ['group:mac'], ['macs'], ['web-2']])('to none that is limited to others (%#)', (...ids) => {
    expect(sees(limitedTo(...ids.flat()))).toBe(false);
  });

  it('where it says by whom, to these and to admins', () => {
    for (const user of ['key:1', '1', '01900000-0000-7000-8000-000000000001', 'ann']) {
      expect(sees(caller({ name: 'ann' }), { tenantUsers: [user] })).toBe(true);
    }
    expect(sees(caller({ name: 'ann' }), { tenantUsers: ['bob'] })).toBe(false);
    expect(sees(caller({ role: 'admin' }), { tenantUsers: ['bob'] })).toBe(true);
    expect(sees({ ...limitedTo('web-1'), role: 'admin' }, { tenantUsers: ['bob'] })).toBe(true);
    expect(sees({ ...limitedTo('web-2'), role: 'admin' })).toBe(false);
  });
});
