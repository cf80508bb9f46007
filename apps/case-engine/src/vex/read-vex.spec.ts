import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { limits } from '../limits.js';
import { readVex } from './read-vex.js';

const folder = new URL('../../test/fixtures/vex/', import.meta.url);
const file = (name: string): Buffer => {
  const bytes = readFileSync(new URL(name, folder));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};
const json = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));
const openVex = (statement: object, known: object = {}): Buffer =>
  json({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'urn:one',
    author: 'Acme',
    version: 1,
    timestamp: '2026-01-01T00:00:00Z',
    statements: [statement],
    ...known,
  });

describe('an OpenVEX document', () => {
  it('says of each component of each product how it stands', () => {
    const read = readVex(file('grype__vex-docs__openvex-demo2.json'));
    expect(read).toMatchObject({ format: 'openvex', version: '1', warnings: [] });
    expect(read.statements).toHaveLength(10);
    expect(read.statements[6]).toMatchObject({
      vulnerability: 'CVE-2023-3446',
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      impact: 'affected functions were removed before packaging',
      component: 'pkg:apk/alpine/libssl3@3.0.8-r3',
    });
  });

  it('of the form before it is read too, and what cannot be used is said', () => {
    const earlier = { vulnerability: 'CVE-1', status: 'fixed', products: ['pkg:npm/a@1', 'cpe:2.3:a:b'] };
    const read = readVex(openVex(earlier));
    expect(read.statements).toMatchObject([{ vulnerability: 'CVE-1', product: 'pkg:npm/a@1', component: null }]);
    expect(read.warnings).toEqual(['CVE-1: the product cpe:2.3:a:b has no package URL']);
    const wrong = readVex(openVex({ vulnerability: { name: 'CVE-1' }, status: 'fine', products: ['pkg:npm/a'] }));
    expect(wrong.warnings).toEqual(['/statements/0: CVE-1: the status "fine" is none of OpenVEX']);
  });
});

describe('a CSAF document', () => {
  it('of the profile VEX is resolved from its product tree to packages', () => {
    const { statements, warnings, author } = readVex(file('trustify-ds3__cve-2023-20861.json.gz'));
    expect(author).toBe('Red Hat Product Security');
    const unaffected = statements.filter(({ status }) => status === 'not_affected');
    expect(unaffected).toHaveLength(73);
    expect(new Set(unaffected.map(({ justification }) => justification))).toEqual(
      new Set(['vulnerable_code_not_present']),
    );
    expect(statements.every(({ product }) => product.startsWith('pkg:rpm/redhat/'))).toBe(true);
    expect(warnings[0]).toBe('CVE-2023-20861: the product AMQ Broker 7.10.3 has no package URL');
    expect(readVex(file('trustify__rhsa-2024_3666.json')).statements).toHaveLength(18);
  });

  it('whose products have no package URL states nothing, product by product', () => {
    const { statements, warnings } = readVex(file('oasis-example__2022-evd-uc-03-ms-001.json'));
    expect(statements).toEqual([]);
    expect(warnings).toHaveLength(19);
  });

  it('takes an image that a package is part of as its place', () => {
    const product = (id: string, purl: string): object => ({
      name: id,
      product_id: id,
      product_identification_helper: { purl },
    });
    const document = {
      document: {
        category: 'csaf_vex',
        csaf_version: '2.0',
        publisher: { name: 'Acme' },
        tracking: { id: 'A-1', version: '1.2.0', current_release_date: '2026-01-01T00:00:00Z' },
      },
      product_tree: {
        full_product_names: [product('web', 'pkg:oci/web'), product('lodash', 'pkg:npm/lodash@4')],
        relationships: [
          {
            category: 'default_component_of',
            product_reference: 'lodash',
            relates_to_product_reference: 'web',
            full_product_name: { name: 'lodash in web', product_id: 'both' },
          },
        ],
        product_groups: [{ group_id: 'all', product_ids: ['both'] }],
      },
      vulnerabilities: [
        {
          cve: 'CVE-1',
          flags: [{ label: 'vulnerable_code_not_in_execute_path', group_ids: ['all'] }],
          product_status: { known_not_affected: ['both'] },
        },
      ],
    };
    expect(readVex(json(document))).toMatchObject({
      version: '1.2.0',
      statements: [
        { product: 'pkg:oci/web', component: 'pkg:npm/lodash@4', justification: 'vulnerable_code_not_in_execute_path' },
      ],
    });
  });
});

describe('a CycloneDX document', () => {
  it('is read by its references, versions and states of analysis', () => {
    const vulnerability = (affects: object, analysis: object): object => ({
      id: 'CVE-1',
      analysis,
      affects: [affects],
    });
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      serialNumber: 'urn:uuid:1',
      metadata: { supplier: { name: 'Acme' }, component: { 'bom-ref': 'app', purl: 'pkg:github/acme/web' } },
      components: [{ 'bom-ref': 'outer', components: [{ 'bom-ref': 'lodash', purl: 'pkg:npm/lodash' }] }],
      vulnerabilities: [
        vulnerability(
          { ref: 'app' },
          { state: 'not_affected', justification: 'code_not_reachable', detail: 'dead code' },
        ),
        vulnerability(
          {
            ref: 'urn:cdx:1/1#lodash',
            versions: [
              { version: '4', status: 'unaffected' },
              { version: '3', status: 'affected' },
            ],
          },
          { state: 'false_positive' },
        ),
        vulnerability({ ref: 'pkg:npm/left-pad@1' }, { state: 'in_triage' }),
      ],
    };
    const { statements, author, documentId } = readVex(json(document));
    expect([author, documentId]).toEqual(['Acme', 'urn:uuid:1']);
    expect(statements.map(({ product, status }) => [product, status])).toEqual([
      ['pkg:github/acme/web', 'not_affected'],
      ['pkg:npm/lodash@4', 'not_affected'],
      ['pkg:npm/lodash@3', 'affected'],
      ['pkg:npm/left-pad@1', 'under_investigation'],
    ]);
    expect(statements[0]).toMatchObject({ justification: 'vulnerable_code_not_in_execute_path', impact: 'dead code' });
  });

  it('of which nothing leads to a package says so', () => {
    for (const name of ['bom-examples__CISA-Use-Cases__Case-7__vex.json', 'guac__cyclonedx-vex-false-positive.json']) {
      const { statements, warnings } = readVex(file(name));
      expect(statements).toEqual([]);
      expect(warnings[0]).toContain('leads to no package URL');
    }
  });
});

describe('what cannot be read is refused with its reason', () => {
  it.each<[string, Buffer, string]>([
    ['a bill of materials', file('bom-examples__CISA-Use-Cases__Case-7__bom-2.json'), 'has no vulnerabilities'],
    ['a security advisory', file('defectdojo__csaf_one_vuln.json'), 'category "csaf_security_advisory"'],
    ['a CSAF of another version', file('defectdojo__csaf_unsupported_version.json'), 'CSAF 1.2 is not read'],
    ['something else', json({ hello: 'world' }), 'neither OpenVEX nor CSAF nor CycloneDX'],
    ['no JSON', Buffer.from('<bom/>'), 'is no JSON'],
    ['nobody says it', openVex({}, { author: '' }), 'names no author'],
    ['it has no id', openVex({}, { '@id': '' }), 'has no id'],
    [
      'too many statements',
      openVex({
        vulnerability: 'CVE-1',
        status: 'fixed',
        products: Array(limits.vexStatements + 1).fill('pkg:npm/a@1'),
      }),
      'more than 20000',
    ],
  ])('%s', (_, bytes, reason) => {
    expect(() => readVex(bytes)).toThrow(reason);
  });

  it('and of many warnings some are told', () => {
    const products = Array.from({ length: limits.vexWarnings + 7 }, (_, n) => `cpe:${n}`);
    const { warnings } = readVex(openVex({ vulnerability: 'CVE-1', status: 'fixed', products }));
    expect(warnings).toHaveLength(limits.vexWarnings + 1);
    expect(warnings.at(-1)).toBe('and 7 more like these');
  });
});
