import { AssayError, type FieldError } from '@assay/kernel';

/** Everything that the scanner's readers can say about a document. All are of kind `invalid`. */
export type ScannerErrorCode =
  | 'scanner.feed-not-recognised'
  | 'scanner.nothing-to-scan'
  | 'scanner.report-not-recognised'
  | 'scanner.sbom-not-recognised'
  | 'scanner.sbom-version-unknown'
  | 'scanner.wrong-type';

/** The refusal of a document whose syntax is right and whose meaning is not. `field` is the JSON path of the place. */
export function refuse(code: ScannerErrorCode, field: string, message: string): AssayError<ScannerErrorCode> {
  const fields: FieldError[] = [{ field, message }];
  return new AssayError('invalid', code, `${field}: ${message}`, { fields });
}

/** The refusal of a value of another type than the format has there. */
export function refuseType(field: string, expected: string, value: unknown): AssayError<ScannerErrorCode> {
  return refuse('scanner.wrong-type', field, `must be ${expected}, is ${nameOfType(value)}`);
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** What the service says beyond its readers. */
export type ServiceErrorCode =
  | 'scanner.feeds-loading'
  | 'scanner.feeds-moved'
  | 'scanner.parser-died'
  | 'scanner.unknown-tool'
  | 'scanner.no-such-sbom'
  | 'scanner.no-such-finding'
  | 'scanner.no-such-refresh'
  | 'scanner.no-such-vulnerability'
  | 'scanner.feed-source-forbidden'
  | 'scanner.feed-unavailable'
  | 'scanner.feed-too-large'
  | 'scanner.no-feed-source';

/** The refusal of a report whose tool we have no reader for. */
export function unknownTool(tool: string, known: readonly string[]): AssayError<ServiceErrorCode> {
  const message = `There is no reader for reports of ${JSON.stringify(tool)}; there are readers for ${known.join(', ')}.`;
  return new AssayError('invalid', 'scanner.unknown-tool', message, { fields: [{ field: 'tool', message }] });
}

/** There is none of this id, or it belongs to another tenant; nobody is told which. */
export function noSuch(what: 'sbom' | 'finding' | 'vulnerability' | 'refresh'): AssayError<ServiceErrorCode> {
  return new AssayError('not-found', `scanner.no-such-${what}`, `There is no such ${what}.`);
}
