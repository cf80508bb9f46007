import { maxPurlLength, maxRememberedPackages } from '../limits.js';
import { refuse, refuseType } from '../scanner.errors.js';
import { isObject, listOf, textOf, type JsonObject } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import type { SbomNotes } from './sbom-notes.js';
import type { SbomComponent, SbomDialect, SbomDocument, SbomSubject } from './sbom.js';
import { toComponent } from './to-component.js';

/** Versions of SPDX whose JSON form is the one read here (spdx.github.io/spdx-spec). */
const knownVersions: ReadonlySet<unknown> = new Set(['SPDX-2.2', 'SPDX-2.3']);

const documentId = 'SPDXRef-DOCUMENT';

/** SPDX JSON 2.2 and 2.3. */
export class Spdx implements SbomDialect {
  readonly format = 'spdx';
  readonly paths = ['spdxVersion', 'documentNamespace', 'name', 'documentDescribes', 'packages.*', 'relationships.*'];
  #version: unknown;
  #namespace: string | null = null;
  #name = '';
  #described: string[] = [];
  readonly #packages = new Map<string, SbomSubject>();

  constructor(private readonly notes: SbomNotes) {}

  get isRecognised(): boolean {
    return this.#version !== undefined;
  }

  take(path: string, index: number | undefined, value: unknown): readonly SbomComponent[] {
    switch (path) {
      case 'spdxVersion':
        this.#version = value;
        return [];
      case 'documentNamespace':
        this.#namespace = typeof value === 'string' ? storableText(value, maxPurlLength) : null;
        return [];
      case 'name':
        this.#name = typeof value === 'string' ? value : '';
        return [];
      case 'documentDescribes':
        if (Array.isArray(value)) this.#described.push(...value.filter((id) => typeof id === 'string'));
        return [];
      case 'packages.*':
        return this.#takePackage(value, `$.packages[${index}]`);
      default:
        this.#takeRelationship(value);
        return [];
    }
  }

  finish(): Omit<SbomDocument, 'componentCount' | 'warnings'> {
    if (!knownVersions.has(this.#version)) {
      const version = JSON.stringify(this.#version)?.slice(0, 100) ?? 'missing';
      const message = `${version} is not known, only "SPDX-2.2" and "SPDX-2.3"`;
      throw refuse('scanner.sbom-version-unknown', '$.spdxVersion', message);
    }
    const specVersion = String(this.#version).slice('SPDX-'.length);
    return { format: this.format, specVersion, serial: this.#namespace, subject: this.#subject() };
  }

  /** The one package that the document describes; where it describes several or none, the document's own name. */
  #subject(): SbomSubject | null {
    const described = new Set(this.#described);
    const [only] = described;
    const known = described.size === 1 ? this.#packages.get(only!) : undefined;
    if (known !== undefined) return known;
    return this.#name === '' ? null : { name: storableText(this.#name, maxPurlLength), version: '', purl: null };
  }

  /** One component, or one for each purl: a package may be known under several. */
  #takePackage(value: unknown, field: string): SbomComponent[] {
    if (!isObject(value)) throw refuseType(field, 'an object', value);
    const bomRef = textOf(value, 'SPDXID');
    if (bomRef !== '') this.notes.define(bomRef, field);
    const purls = purlsOf(value);
    const components = (purls.length === 0 ? [''] : purls).map((purl) =>
      toComponent(
        {
          field,
          purl,
          name: textOf(value, 'name'),
          version: textOf(value, 'versionInfo'),
          type: textOf(value, 'primaryPackagePurpose').replaceAll('_', '-'),
          licenses: [textOf(value, 'licenseConcluded'), textOf(value, 'licenseDeclared')].filter(saysSomething),
          bomRef,
        },
        this.notes,
      ),
    );
    const { name, version, purl } = components[0]!;
    if (this.#packages.size < maxRememberedPackages) this.#packages.set(bomRef, { name, version, purl });
    return components;
  }

  #takeRelationship(relationship: unknown): void {
    const type = textOf(relationship, 'relationshipType');
    const [from, to] = [textOf(relationship, 'spdxElementId'), textOf(relationship, 'relatedSpdxElement')];
    if (type === 'DESCRIBES' && from === documentId) this.#described.push(to);
    if (type === 'DESCRIBED_BY' && to === documentId) this.#described.push(from);
    // Relationships between files are legion and files are no components, so only references to packages are followed.
    for (const id of [from, to]) if (id.startsWith('SPDXRef-Package')) this.notes.use(id);
  }
}

/** Both spellings are in use: the JSON schema of 2.2 has the underscore, the specification and 2.3 the hyphen. */
function purlsOf(spdxPackage: JsonObject): string[] {
  const purls = listOf(spdxPackage, 'externalRefs')
    .filter((reference) => /^PACKAGE[-_]MANAGER$/.test(textOf(reference, 'referenceCategory')))
    .filter((reference) => textOf(reference, 'referenceType') === 'purl')
    .map((reference) => textOf(reference, 'referenceLocator'));
  return [...new Set(purls)].filter((purl) => purl !== '');
}

function saysSomething(license: string): boolean {
  return license !== '' && license !== 'NOASSERTION' && license !== 'NONE';
}
