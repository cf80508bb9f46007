import { invalid } from '../ingest-gateway.errors.js';
import { FieldReader, type PydanticError } from './pydantic.js';

/** What sets the servers apart that SecureCase's callers were written for (`wire/securecase.md` §7). */
export interface SecureCaseGeneration {
  /** The member of the envelope that holds the report. */
  readonly reportMember: string;
  /** True if the envelope names its scanner; else it is trivy. */
  readonly namesScanner: boolean;
}

/** `POST /api/v1/ingest/trivy`. */
export const mainGeneration: SecureCaseGeneration = { reportMember: 'trivy_report', namesScanner: false };

/** `POST /api/v1/ingest/scan`. */
export const manyScanners: SecureCaseGeneration = { reportMember: 'scan_report', namesScanner: true };

/** Scanners by the names that callers give them. Which of their documents are reports is the scanner's to say. */
const scanners: ReadonlySet<string> = new Set([
  'trivy',
  'grype',
  'osv-scanner',
  'semgrep',
  'sarif',
  'gitleaks',
  'npm-audit',
]);

/** Characters of a name that are repeated in an answer. */
const maxShownName = 100;

/** What `scan_provider` says; what is wrong with it goes to the list. */
export function readScannerName(scanner: unknown, errors: PydanticError[]): string {
  const given = scanner === undefined ? {} : { scan_provider: scanner };
  return new FieldReader(given, ['body'], errors).text('scan_provider', Infinity);
}

/** The tool of that name. @throws AssayError `ingest.unsupported-scanner`, in the words of SecureCase */
export function scannerOf(name: string): string {
  if (scanners.has(name)) return name;
  throw invalid('ingest.unsupported-scanner', `Unsupported scan_provider: ${name.slice(0, maxShownName)}`);
}

/** True for the scanner whose reports are lists, which SecureCase's own never were. */
export function writesLists(name: string): boolean {
  return name === 'gitleaks';
}
