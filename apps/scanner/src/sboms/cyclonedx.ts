import { refuse, refuseType } from '../scanner.errors.js';
import { maxPurlLength } from '../limits.js';
import { fieldOf, isObject, listOf, textOf, type JsonObject } from '../text/json-fields.js';
import { storableText } from '../text/storable-text.js';
import type { SbomNotes } from './sbom-notes.js';
import type { SbomComponent, SbomDialect, SbomDocument, SbomSubject } from './sbom.js';
import { toComponent } from './to-component.js';

/** Versions of the CycloneDX specification that have a JSON form (cyclonedx.org/specification). */
const knownVersions: ReadonlySet<unknown> = new Set(['1.2', '1.3', '1.4', '1.5', '1.6', '1.7']);

/** CycloneDX JSON 1.2 to 1.7. `metadata.component` is what the document describes and no entry of the inventory. */
export class CycloneDx implements SbomDialect {
  readonly format = 'cyclonedx';
  readonly paths = ['bomFormat', 'specVersion', 'serialNumber', 'metadata', 'components.*', 'dependencies.*'];
  #bomFormat: unknown;
  #specVersion: unknown;
  #serial: string | null = null;
  #subject: SbomSubject | null = null;

  constructor(private readonly notes: SbomNotes) {}

  get isRecognised(): boolean {
    return this.#bomFormat === 'CycloneDX';
  }

  take(path: string, index: number | undefined, value: unknown): readonly SbomComponent[] {
    switch (path) {
      case 'bomFormat':
        this.#bomFormat = value;
        return [];
      case 'specVersion':
        this.#specVersion = value;
        return [];
      case 'serialNumber':
        this.#serial = typeof value === 'string' ? storableText(value, maxPurlLength) : null;
        return [];
      case 'metadata':
        return this.#takeMetadata(value);
      case 'components.*':
        return this.#flatten([[value, `$.components[${index}]`]]);
      default:
        this.#takeDependency(value);
        return [];
    }
  }

  finish(): Omit<SbomDocument, 'componentCount' | 'warnings'> {
    if (!knownVersions.has(this.#specVersion)) {
      const version = JSON.stringify(this.#specVersion)?.slice(0, 100) ?? 'missing';
      const message = `CycloneDX ${version} is not known, only "1.2" to "1.7"`;
      throw refuse('scanner.sbom-version-unknown', '$.specVersion', message);
    }
    return {
      format: this.format,
      specVersion: String(this.#specVersion),
      serial: this.#serial,
      subject: this.#subject,
    };
  }

  #takeMetadata(metadata: unknown): SbomComponent[] {
    const described = fieldOf(metadata, 'component');
    if (!isObject(described)) return [];
    const { name, version, purl } = this.#toComponent(described, '$.metadata.component');
    this.#subject = { name, version, purl };
    return this.#flatten(partsOf(described, '$.metadata.component'));
  }

  /** The components and all that they are made of, in the order of the document; without recursion. */
  #flatten(pending: [value: unknown, field: string][]): SbomComponent[] {
    const flat: SbomComponent[] = [];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [value, field] = next;
      if (!isObject(value)) throw refuseType(field, 'an object', value);
      flat.push(this.#toComponent(value, field));
      pending.push(...partsOf(value, field).toReversed());
    }
    return flat;
  }

  #toComponent(component: JsonObject, field: string): SbomComponent {
    const bomRef = textOf(component, 'bom-ref');
    if (bomRef !== '') this.notes.define(bomRef, field);
    const purl = textOf(component, 'purl');
    return toComponent(
      {
        field,
        // Some tools write the purl as the reference only.
        purl: purl === '' && /^pkg:/i.test(bomRef) ? bomRef : purl,
        name: textOf(component, 'name'),
        version: textOf(component, 'version'),
        type: textOf(component, 'type'),
        licenses: listOf(component, 'licenses').map(licenseOf),
        bomRef,
      },
      this.notes,
    );
  }

  #takeDependency(dependency: unknown): void {
    this.notes.use(fieldOf(dependency, 'ref'));
    for (const reference of listOf(dependency, 'dependsOn')) this.notes.use(reference);
  }
}

function partsOf(component: JsonObject, field: string): [unknown, string][] {
  const parts = fieldOf(component, 'components');
  if (parts === undefined || parts === null) return [];
  if (!Array.isArray(parts)) throw refuseType(`${field}.components`, 'an array', parts);
  return parts.map((part: unknown, index) => [part, `${field}.components[${index}]`]);
}

/** `{ license: { id | name } }` or `{ expression }` (CycloneDX §licenseChoice). */
function licenseOf(choice: unknown): string {
  const license = fieldOf(choice, 'license');
  return (
    [textOf(choice, 'expression'), textOf(license, 'id'), textOf(license, 'name')].find((text) => text !== '') ?? ''
  );
}
