import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent, domainOf, domainOwners, domains, lanes, subjectOf } from './define-event.js';

const data = z.object({ id: z.uuid() });

describe('a contract', () => {
  it('takes domain and name from its type, and is neither audited nor the end of a stage unless it says so', () => {
    expect(defineEvent('scanning.scan.completed.v12', data)).toEqual({
      type: 'scanning.scan.completed.v12',
      domain: 'scanning',
      name: 'scan.completed.v12',
      schema: data,
      audited: false,
      stage: null,
    });
    expect(defineEvent('cases.gate.decided.v1', data, { audited: true, stage: 'judge' })).toMatchObject({
      audited: true,
      stage: 'judge',
    });
  });

  it.each([
    ['no version', 'cases.gate.decided'],
    ['a version 0', 'cases.gate.decided.v0'],
    ['a version that is no number', 'cases.gate.decided.v1beta'],
    ['a minor version', 'cases.gate.decided.v1.2'],
    ['no name', 'cases.v1'],
    ['an unknown domain', 'billing.invoice.sent.v1'],
    ['a domain that only objects have', 'constructor.gate.decided.v1'],
    ['upper case', 'cases.Gate.decided.v1'],
    ['an empty token', 'cases..decided.v1'],
    ['a wildcard', 'cases.*.decided.v1'],
    ['a wildcard for the rest', 'cases.gate.>.v1'],
    ['white space', 'cases.gate decided.v1'],
    ['a line feed at the end', 'cases.gate.decided.v1\n'],
    ['nothing', ''],
  ])('is refused for a type with %s', (_what, type) => {
    expect(() => defineEvent(type, data)).toThrow(TypeError);
  });
});

describe('a domain', () => {
  it('has one owner, and a service one domain', () => {
    expect(domains.map((domain) => domainOf(domainOwners[domain]))).toEqual(domains);
  });
});

describe('a bus subject', () => {
  const own = defineEvent('scanning.scan.completed.v1', data);
  const shared = defineEvent('shared.receipt.progressed.v1', data);

  it('begins with the domain of the contract and ends with lane and tenant', () => {
    expect(subjectOf(own, 'scanner', 'bulk', 'acme')).toBe('scanning.scan.completed.v1.bulk.acme');
  });

  it('of a shared event begins with the domain of its publisher, the only one it may publish into', () => {
    expect(subjectOf(shared, 'signer', 'interactive', 'acme')).toBe('signing.receipt.progressed.v1.interactive.acme');
  });

  it('gives back domain, name, lane and tenant, read from both ends', () => {
    const slug = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.constantFrom(...domains), fc.constantFrom(...lanes), slug, (domain, lane, tenant) => {
        const tokens = subjectOf(shared, domainOwners[domain], lane, tenant).split('.');
        expect([tokens[0], tokens.slice(1, -2).join('.'), ...tokens.slice(-2)]).toEqual([
          domain,
          shared.name,
          lane,
          tenant,
        ]);
      }),
    );
  });
});
