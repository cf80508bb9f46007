import { domainOwners } from '@assay/contracts';
import { natsUsers } from '@assay/embedded';
import { describe, expect, it } from 'vitest';
import { allServices, variablePrefix } from './services.js';

describe('the services', () => {
  it('are seven, the gateway first', () => {
    expect(allServices[0]).toBe('ingest-gateway');
    expect(new Set(allServices)).toEqual(new Set(Object.values(domainOwners)));
    expect(allServices).toHaveLength(7);
  });

  it('have each a user of the embedded nats-server', () => {
    expect(new Set(natsUsers)).toEqual(new Set(['assay', ...allServices]));
  });

  it('are spelt in the environment with underscores', () => {
    expect(variablePrefix('case-engine')).toBe('CASE_ENGINE');
  });
});
