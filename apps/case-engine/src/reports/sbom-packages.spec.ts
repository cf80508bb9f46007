import { describe, expect, it } from 'vitest';
import { merged, packageKey, packagesIn } from './sbom-packages.js';

describe('the packages of an SBOM', () => {
  it('say what syft says of them in properties', () => {
    const properties = Object.entries({
      'syft:package:foundBy': 'javascript-cataloger',
      'syft:package:language': 'javascript',
      'syft:package:type': 'npm',
      'syft:package:metadataType': 'NpmPackageLockJsonMetadata',
      'syft:location:0:path': '/app/package-lock.json',
      'syft:location:1:path': '/lib/package-lock.json',
      'syft:location:0:layerID': 'sha256:0',
    }).map(([name, value]) => ({ name, value }));
    const [found] = packagesIn('cyclonedx', { type: 'library', name: 'lodash', version: '4.17.20', properties });
    expect(found).toMatchObject({
      packageType: 'npm',
      language: 'javascript',
      metadataType: 'NpmPackageLockJsonMetadata',
      foundBy: 'javascript-cataloger',
      locations: ['/app/package-lock.json', '/lib/package-lock.json'],
    });
  });

  it('are all that components are made of, in their order', () => {
    const nested = { name: 'a', components: [{ name: 'b', components: [{ name: 'c' }] }, { name: 'd' }] };
    expect(packagesIn('cyclonedx', nested).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('of SPDX have the purl of an external reference', () => {
    const externalRefs = [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:npm/a@1' },
    ];
    const [found] = packagesIn('spdx', { SPDXID: 'SPDXRef-a', name: 'a', versionInfo: '1', externalRefs });
    expect(found).toMatchObject({ id: 'SPDXRef-a', name: 'a', version: '1', purl: 'pkg:npm/a@1' });
  });

  it('of SPDX 3 stand among other things', () => {
    const graph = [
      {
        type: 'software_Package',
        spdxId: 'urn:a',
        name: 'a',
        software_packageVersion: '1',
        software_packageUrl: 'pkg:npm/a@1',
      },
      { type: 'Relationship', spdxId: 'urn:r' },
    ];
    const found = graph.flatMap((item) => packagesIn('spdx', item));
    expect(found).toMatchObject([{ id: 'urn:a', name: 'a', version: '1', purl: 'pkg:npm/a@1' }]);
  });

  it('that are listed twice are one, with the locations of both; what is no component is none', () => {
    const [one] = packagesIn('cyclonedx', { name: 'a', properties: [{ name: 'syft:location:0:path', value: '/x' }] });
    const [other] = packagesIn('cyclonedx', { name: 'a', properties: [{ name: 'syft:location:0:path', value: '/y' }] });
    expect(packageKey(one!)).toBe(packageKey(other!));
    expect(merged(one!, other!).locations).toEqual(['/x', '/y']);
    expect(packagesIn('cyclonedx', 'text')).toEqual([]);
  });
});
