import { AssayError } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { documentBytes, fixtureBytes, fixtureNames } from '../../test/support/fixtures.js';
import { readSbom } from './read-sbom.js';
import type { SbomComponent, SbomDocument } from './sbom.js';

interface Reading {
  readonly document: SbomDocument;
  readonly components: readonly SbomComponent[];
}

async function reading(source: AsyncIterable<Uint8Array>): Promise<Reading> {
  const components: SbomComponent[] = [];
  const document = await readSbom(source, (batch) => void components.push(...batch));
  return { document, components };
}

const cyclonedx = (fields: object): Promise<Reading> =>
  reading(documentBytes({ bomFormat: 'CycloneDX', specVersion: '1.6', ...fields }, 50));
const spdx = (fields: object): Promise<Reading> => reading(documentBytes({ spdxVersion: 'SPDX-2.3', ...fields }, 50));

describe('a CycloneDX document', () => {
  it('gives its components, the nested ones behind their parent, and what it describes apart', async () => {
    const { document, components } = await cyclonedx({
      serialNumber: 'urn:uuid:1',
      metadata: { component: { name: 'shop', version: '1', purl: 'pkg:npm/shop@1', type: 'application' } },
      components: [
        {
          type: 'library',
          name: 'a',
          version: '1.0.0',
          purl: 'pkg:npm/a@1.0.0',
          'bom-ref': 'a',
          licenses: [{ license: { id: 'MIT' } }, { license: { name: 'Own' } }, { expression: 'A OR B' }, {}],
          components: [{ name: 'b', components: [{ name: 'c' }] }, { name: 'd' }],
        },
        { type: 'device', name: 'board', 'bom-ref': 'pkg:pypi/Django@1.0' },
      ],
    });
    expect(document).toMatchObject({
      format: 'cyclonedx',
      specVersion: '1.6',
      serial: 'urn:uuid:1',
      subject: { name: 'shop', version: '1', purl: 'pkg:npm/shop@1' },
      componentCount: 5,
      warnings: [],
    });
    expect(components.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'board']);
    expect(components[0]).toEqual({
      purl: 'pkg:npm/a@1.0.0',
      name: 'a',
      version: '1.0.0',
      type: 'library',
      licenses: ['MIT', 'Own', 'A OR B'],
      bomRef: 'a',
      identity: { ecosystem: 'npm', name: 'a', version: '1.0.0' },
    });
    expect(components[4]?.identity).toEqual({ ecosystem: 'PyPI', name: 'django', version: '1.0' });
  });

  it('is told by content, wherever the format is said', async () => {
    const text = '{"components":[{"name":"a"}],"specVersion":"1.2","bomFormat":"CycloneDX"}';
    expect((await reading(documentBytes(text))).components).toHaveLength(1);
  });

  it('may write null for a list that is empty', async () => {
    const { document } = await cyclonedx({ components: null, dependencies: null, metadata: null });
    expect(document).toMatchObject({ componentCount: 0, subject: null, warnings: [] });
  });

  it('has its odd references named', async () => {
    const { document } = await cyclonedx({
      dependencies: [{ ref: 'a', dependsOn: ['b', 'gone', 7] }],
      components: [{ name: 'a', 'bom-ref': 'a' }, { name: 'b', 'bom-ref': 'a', purl: 'nonsense' }, { 'bom-ref': 'b' }],
    });
    expect(document.warnings).toEqual([
      { code: 'duplicate-reference', message: '$.components[1] repeats a reference: a' },
      { code: 'bad-purl', message: '$.components[1] has a purl that is none: nonsense' },
      { code: 'missing-name', message: '$.components[2] has no name' },
      { code: 'dangling-reference', message: 'nothing has the reference: gone' },
    ]);
  });

  it('with many warnings keeps the first hundred and the number of the rest', async () => {
    const { document } = await cyclonedx({ components: Array.from({ length: 130 }, () => ({})) });
    expect(document.warnings).toHaveLength(101);
    expect(document.warnings.at(-1)).toEqual({ code: 'too-many', message: '30 more warnings are left out' });
  });

  it('has its texts made fit for the database', async () => {
    const { components } = await cyclonedx({
      components: [{ name: `a\u0000${'b'.repeat(3_000)}`, version: 'c\u0000' }],
    });
    expect(components[0]?.name).toMatch(/^a\uFFFDb+…$/);
    expect(components[0]?.name).toHaveLength(1_000);
    expect(components[0]?.version).toBe('c\uFFFD');
  });
});

describe('an SPDX document', () => {
  const purl = (locator: string, category = 'PACKAGE-MANAGER'): object => ({
    referenceCategory: category,
    referenceType: 'purl',
    referenceLocator: locator,
  });

  it('gives a component for each purl of each package', async () => {
    const { document, components } = await spdx({
      documentNamespace: 'https://example.org/1',
      name: 'doc',
      packages: [
        {
          SPDXID: 'SPDXRef-Package-a',
          name: 'a',
          versionInfo: '1.0',
          licenseConcluded: 'NOASSERTION',
          licenseDeclared: 'MIT',
          primaryPackagePurpose: 'OPERATING_SYSTEM',
          externalRefs: [
            purl('pkg:npm/a@1.0'),
            purl('pkg:npm/b@1.0', 'PACKAGE_MANAGER'),
            purl('pkg:npm/a@1.0'),
            purl('x', 'SECURITY'),
          ],
        },
        { SPDXID: 'SPDXRef-Package-b', name: 'b' },
      ],
      relationships: [
        { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Package-b' },
        { spdxElementId: 'SPDXRef-Package-gone', relationshipType: 'CONTAINS', relatedSpdxElement: 'SPDXRef-File-x' },
      ],
    });
    expect(document).toMatchObject({
      format: 'spdx',
      specVersion: '2.3',
      serial: 'https://example.org/1',
      subject: { name: 'b', version: '', purl: null },
      warnings: [{ code: 'dangling-reference', message: 'nothing has the reference: SPDXRef-Package-gone' }],
    });
    expect(components.map((component) => component.purl)).toEqual(['pkg:npm/a@1.0', 'pkg:npm/b@1.0', null]);
    expect(components[0]).toMatchObject({ type: 'operating-system', licenses: ['MIT'], version: '1.0' });
  });

  it('that describes several packages or none is known by its own name', async () => {
    const { document } = await spdx({ name: 'doc', documentDescribes: ['a', 'b'] });
    expect(document.subject).toEqual({ name: 'doc', version: '', purl: null });
  });
});

describe('what is no SBOM', () => {
  const refusal = async (document: unknown): Promise<string> => {
    const error: unknown = await reading(documentBytes(document)).catch((caught: unknown) => caught);
    return error instanceof AssayError ? `${error.kind} ${error.code} ${error.message}` : 'accepted';
  };

  it.each([
    ['null', /^invalid scanner.sbom-not-recognised \$: is no SBOM but null/],
    ['[]', /^invalid scanner.sbom-not-recognised \$/],
    ['{}', /^invalid scanner.sbom-not-recognised \$/],
    [{ bomFormat: 'CycloneDX', specVersion: '1.6', spdxVersion: 'SPDX-2.3' }, /scanner.sbom-not-recognised/],
    [{ bomFormat: 'CycloneDX', specVersion: '9.9' }, /scanner.sbom-version-unknown \$\.specVersion: CycloneDX "9\.9"/],
    [{ bomFormat: 'CycloneDX', specVersion: 1.4 }, /scanner.sbom-version-unknown \$\.specVersion: CycloneDX 1\.4/],
    [{ bomFormat: 'CycloneDX' }, /scanner.sbom-version-unknown \$\.specVersion: CycloneDX missing/],
    [{ spdxVersion: 'SPDX-9.9' }, /scanner.sbom-version-unknown \$\.spdxVersion: "SPDX-9\.9"/],
    [
      { bomFormat: 'CycloneDX', specVersion: '1.6', components: {} },
      /scanner.wrong-type \$\.components: must be an array, is object/,
    ],
    [
      { bomFormat: 'CycloneDX', specVersion: '1.6', components: [7] },
      /scanner.wrong-type \$\.components\[0\]: must be an object, is a number/,
    ],
    [
      { bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ components: {} }] },
      /\$\.components\[0\]\.components: must be an array/,
    ],
    [{ spdxVersion: 'SPDX-2.3', packages: [null] }, /scanner.wrong-type \$\.packages\[0\]: must be an object, is null/],
    ['', /^invalid documents.empty/],
  ])('%j is refused, and the place is named', async (document, message) => {
    expect(await refusal(document)).toMatch(message);
  });
});

describe('documents that mean harm', () => {
  const outcomes: Readonly<Record<string, string>> = {
    'components-wrong-type.cdx.json.gz': 'scanner.wrong-type',
    'deep-array.json.gz': 'documents.too-deep',
    'deep-nested-components.cdx.json.gz': 'documents.too-deep',
    'dependency-cycle-and-dangling.cdx.json.gz': '15 components, 3 warnings',
    'duplicate-bom-ref.cdx.json.gz': '15 components, 14 warnings',
    'duplicate-keys.cdx.json.gz': 'scanner.sbom-not-recognised',
    'duplicate-spdxid-and-dangling.spdx.json.gz': '14 components, 1 warnings',
    'empty.json': 'documents.empty',
    'giant-string.cdx.json.gz': 'documents.string-too-long',
    'injection-names.cdx.json': '10 components, 0 warnings',
    'nan-number.cdx.json.gz': 'documents.syntax',
    'null.json': 'scanner.sbom-not-recognised',
    'odd-purls.cdx.json': '10 components, 5 warnings',
    'proto-pollution.cdx.json.gz': '15 components, 0 warnings',
    'truncated.cdx.json': 'documents.truncated',
    'unknown-object.json': 'scanner.sbom-not-recognised',
    'unknown-version.cdx.json.gz': 'scanner.sbom-version-unknown',
    'unknown-version.spdx.json.gz': 'scanner.sbom-version-unknown',
    'utf16le-bom.cdx.json.gz': 'documents.encoding',
    'utf8-bom.cdx.json.gz': '15 components, 0 warnings',
  };

  it.each(fixtureNames('sboms/hostile').filter((name) => name !== 'EXPECTED.json'))('%s', async (name) => {
    const outcome = await reading(fixtureBytes(`sboms/hostile/${name}`)).then(
      ({ document, components }) => {
        expect(JSON.stringify(components)).not.toContain(String.raw`\u0000`);
        return `${components.length} components, ${document.warnings.length} warnings`;
      },
      (error: AssayError) => error.code,
    );
    expect(outcome).toBe(outcomes[name]);
    expect('polluted' in {}).toBe(false);
  });
});

it('twenty thousand components come in many batches', async () => {
  const components = Array.from({ length: 20_000 }, (_, index) => ({
    name: `c${index}`,
    purl: `pkg:npm/c${index}@1.0.0`,
    'bom-ref': `c${index}`,
  }));
  let batches = 0;
  let largest = 0;
  const source = documentBytes({ bomFormat: 'CycloneDX', specVersion: '1.5', components });
  const document = await readSbom(source, (batch) => {
    batches += 1;
    largest = Math.max(largest, batch.length);
  });
  expect(document.componentCount).toBe(20_000);
  expect(batches).toBeGreaterThanOrEqual(20);
  expect(largest).toBeLessThan(1_500);
});
