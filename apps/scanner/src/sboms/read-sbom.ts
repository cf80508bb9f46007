import { pickElementBatches, type PickedElement } from '@assay/documents';
import { refuse } from '../scanner.errors.js';
import { CycloneDx } from './cyclonedx.js';
import { SbomNotes } from './sbom-notes.js';
import type { SbomComponent, SbomDialect, SbomDocument } from './sbom.js';
import { Spdx } from './spdx.js';

/** Takes components as they are read; what it was given counts only when `readSbom` has resolved. */
export type ComponentSink = (components: readonly SbomComponent[]) => Promise<void> | void;

/**
 * Reads an SBOM in JSON from a stream of UTF-8 bytes: CycloneDX 1.2 to 1.7, SPDX 2.2 and 2.3, told apart by content. Components
 * go to `sink` in batches of one window of the document, so memory does not grow with it but for the references.
 *
 * Throws what `@assay/documents` throws on bad syntax, and `scanner.sbom-not-recognised`, `scanner.sbom-version-unknown`,
 * `scanner.wrong-type` on bad meaning; each message names the JSON path.
 */
export async function readSbom(source: AsyncIterable<Uint8Array>, sink: ComponentSink): Promise<SbomDocument> {
  const notes = new SbomNotes();
  const dialects: readonly SbomDialect[] = [new CycloneDx(notes), new Spdx(notes)];
  const owners = new Map(dialects.flatMap((dialect) => dialect.paths.map((path) => [path, dialect] as const)));
  let componentCount = 0;
  for await (const batch of pickElementBatches(source, [...owners.keys()])) {
    const components = batch.flatMap((element) => take(element, owners));
    componentCount += components.length;
    if (components.length > 0) await sink(components);
  }
  const [dialect, another] = dialects.filter((each) => each.isRecognised);
  if (dialect === undefined || another !== undefined) {
    throw refuse(
      'scanner.sbom-not-recognised',
      '$',
      'has neither "bomFormat": "CycloneDX" nor an "spdxVersion", or both',
    );
  }
  return { ...dialect.finish(), componentCount, warnings: notes.finish() };
}

function take(element: PickedElement, owners: ReadonlyMap<string, SbomDialect>): readonly SbomComponent[] {
  if (element.wrongType === undefined) {
    return owners.get(element.path)!.take(element.path, element.index, element.value);
  }
  if (element.path === '') throw refuse('scanner.sbom-not-recognised', '$', `is no SBOM but ${element.wrongType}`);
  // Tools write null for an empty list.
  if (element.wrongType === 'null') return [];
  throw refuse('scanner.wrong-type', `$.${element.path}`, `must be an array, is ${element.wrongType}`);
}
