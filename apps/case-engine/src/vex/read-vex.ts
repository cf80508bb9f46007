import { AssayError, digestOf } from '@assay/kernel';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { readCsaf } from './csaf.js';
import { readCycloneDxVex } from './cyclonedx-vex.js';
import { type JsonObject, objectOf, textOf } from './json-fields.js';
import { readOpenVex } from './openvex.js';
import type { VexDocument } from './vex-document.js';

/**
 * A VEX document, recognised by its content: OpenVEX, CSAF of the profile VEX, or CycloneDX.
 * @throws AssayError `cases.unknown-vex` for what is none of them, `cases.malformed-vex` for what cannot be read
 */
export function readVex(bytes: Buffer): VexDocument {
  const document = parse(bytes);
  const read = recognised(document, bytes);
  if (typeof read === 'string') throw refused('cases.unknown-vex', read);
  const { statements, warnings, author, documentId } = read;
  if (documentId === '')
    throw refused('cases.malformed-vex', 'The document has no id, so that nothing could replace it');
  if (author === '' && read.format !== 'cyclonedx')
    throw refused('cases.malformed-vex', 'The document names no author');
  if (statements.length > limits.vexStatements) {
    const message = `The document has ${statements.length} statements, more than ${limits.vexStatements}`;
    throw refused('cases.malformed-vex', message);
  }
  return { ...read, warnings: bounded(warnings) };
}

function recognised(document: JsonObject, bytes: Buffer): VexDocument | string {
  const context = [document['@context']].flat().map((each) => textOf(each, 200));
  if (context.some((each) => each.startsWith('https://openvex.dev/ns'))) return readOpenVex(document);
  if ('csaf_version' in objectOf(document['document'])) return readCsaf(document);
  if (document['bomFormat'] === 'CycloneDX') return readCycloneDxVex(document, digestOf(bytes));
  return 'The document is neither OpenVEX nor CSAF nor CycloneDX';
}

function parse(bytes: Buffer): JsonObject {
  try {
    return objectOf(JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')));
  } catch (cause) {
    const code: CaseEngineErrorCode = 'cases.malformed-vex';
    throw new AssayError('invalid', code, 'The document is no JSON', { cause });
  }
}

/** The first of them, each once, and how many more there are. */
export function bounded(warnings: readonly string[]): string[] {
  const distinct = [...new Set(warnings)];
  const rest = distinct.length - limits.vexWarnings;
  return rest <= 0 ? distinct : [...distinct.slice(0, limits.vexWarnings), `and ${rest} more like these`];
}

function refused(code: CaseEngineErrorCode, message: string): AssayError<CaseEngineErrorCode> {
  return new AssayError('invalid', code, message);
}
